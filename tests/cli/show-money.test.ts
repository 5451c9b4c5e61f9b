import { describe, expect, it } from 'vitest'
import type { View } from '../../src/canonical/order.ts'
import { showMoney } from '../../src/cli/show-money.ts'
import { readMoney } from '../../src/kernel/money.ts'

const eur = (text: string) => readMoney(text, 'EUR')
const pen = { paint: (_: string, text: string) => text }

const view: View = {
  number: '1001',
  origin: { kind: 'phone' },
  placedAt: '2026-11-20T10:00:00.000Z',
  channelWords: {},
  lines: [],
  charges: [{ key: '1', kind: 'shipping', title: 'Express', amount: eur('4.90'), discount: eur('1.00') }],
  discounts: [],
  totals: {
    items: eur('30.00'),
    discount: eur('2.50'),
    charges: eur('3.90'),
    taxAdded: eur('1.10'),
    taxIncluded: eur('4.79'),
    total: eur('32.50'),
  },
  payments: [{ key: 'p', method: 'card', methodName: 'Visa', state: 'captured', amount: eur('32.50') }],
  refunds: [{ key: 'r', state: 'paid', amount: eur('5.00'), reason: 'broken cup' }],
  returns: [],
  shipments: [],
  invoices: [],
  holds: [],
  notes: [],
  headline: { state: 'open', payment: 'part-refunded', fulfilment: 'open' },
}

describe('the money of an order', () => {
  it('is told so that what is added up comes to the total', () => {
    expect(showMoney(pen, view).slice(0, 7)).toEqual([
      '',
      'Money',
      '  Items               30.00',
      '  Discount            -2.50',
      '  Shipping (Express)   3.90',
      '  Tax                  1.10',
      '  Total               32.50 EUR  of it tax 4.79',
    ])
  })

  it('names what was paid and what was given back', () => {
    const told = showMoney(pen, view)
    expect(told).toContain('  32.50 EUR  captured  card (Visa)')
    expect(told).toContain('  5.00 EUR  paid  broken cup')
  })

  it('is not taken for nothing where the channel does not say', () => {
    const { totals: _, ...silent } = view
    expect(showMoney(pen, silent)).toContain('  The channel does not say.')
  })
})
