import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Mapped, Snapshot } from '../../src/canonical/telling.ts'
import { type Json, readJson } from '../../src/kernel/json.ts'
import { compileMappings } from '../../src/mapping/compile.ts'
import { byHand } from './by-hand.ts'
import { byJsonata } from './by-jsonata.ts'
import { measured } from './measure.ts'
import { fiveLines } from './payloads.ts'

const corpus = process.env['CORPUS_DIR'] ?? join(import.meta.dirname, '../../../shared/fixtures')

// Real payloads are not part of the project: where they are not at hand, what needs them is skipped.
const real = it.skipIf(!existsSync(corpus))

/** The payload of a file, out of the wrapper `order` where it has one. */
const read = (file: string): Json => {
  const payload = readJson(readFileSync(join(corpus, file)))
  return typeof payload === 'object' && payload !== null && 'order' in payload ? (payload['order'] ?? null) : payload
}

const isSnapshot = (mapped: Mapped | undefined): mapped is Snapshot => mapped?.kind === 'snapshot'

/** items − discount + charges + taxAdded − total, in the smallest unit. */
const difference = (mapped: Mapped | undefined): number | undefined => {
  const totals = isSnapshot(mapped) ? mapped.sections?.totals : undefined
  if (totals === undefined) return undefined
  return totals.items.minor - totals.discount.minor + totals.charges.minor + totals.taxAdded.minor - totals.total.minor
}

const ordersOf = (folder: string): string[] =>
  readdirSync(join(corpus, folder))
    .filter((name) => /^order-.*\.json$/.test(name))
    .map((name) => `${folder}/${name}`)

describe('a whole storefront order', () => {
  const order = measured('order')

  it('comes out as by hand, and as by JSONata', async () => {
    const mapped = order.apply({ payload: fiveLines })
    expect(mapped).toEqual(byHand(fiveLines))
    expect(JSON.parse(JSON.stringify(await byJsonata(fiveLines)))).toEqual(mapped)
    expect(difference(mapped)).toBe(0)
  })

  real('adds up for every real order but the one that its documentation has cut short', () => {
    const files = [...ordersOf('shopify'), ...ordersOf('shopify/derived')]
    expect(files.length).toBeGreaterThan(15)
    const off = files.filter((file) => difference(order.apply({ payload: read(file) })) !== 0)
    expect(off).toEqual(['shopify/order-legacy-gateway-fields.json'])
  })

  it('a refund is the same value under the same key by both doors', () => {
    const refunds = fiveLines['refunds']
    const [payload = null] = Array.isArray(refunds) ? refunds : []
    const facts = measured('refund').apply({ payload })
    const snapshot = order.apply({ payload: fiveLines })
    expect('records' in facts && facts.records?.refunds).toEqual('records' in snapshot && snapshot.records?.refunds)
  })

  it('does without what is missing, and without a buyer at all', () => {
    const { customer: _, email: __, billing_address: ___, note: ____, ...payload } = fiveLines
    const mapped = order.apply({ payload })
    expect(isSnapshot(mapped) && mapped.sections).not.toHaveProperty('buyer')
    expect(difference(mapped)).toBe(0)
  })
})

describe("a till's order", () => {
  const text = readFileSync(new URL('./square.yaml', import.meta.url), 'utf8')
  const till = compileMappings([{ path: 'square.yaml', text }])
  const apply = (payload: Json) => till.mappings.get('square')?.apply({ payload })

  real('adds up for the real ones', () => {
    expect(till.faults).toEqual([])
    const files = [
      'retrieve-order-response.json',
      'create-order-response.json',
      'derived/order-derived-pos-cash-no-version.json',
      'derived/order-derived-two-shipment-fulfillments.json',
    ]
    expect(files.map((file) => difference(apply(read(`square/${file}`))))).toEqual([0, 0, 0, 0])
  })

  it('joins taxes by their id, tells added from included ones, weighs, and keeps service charge and rounding', () => {
    const eur = (amount: number) => ({ amount, currency: 'EUR' })
    const mapped = apply({
      id: 'T1',
      updated_at: '2026-03-01T10:00:00Z',
      created_at: '2026-03-01T09:00:00Z',
      line_items: [
        {
          uid: 'l1',
          name: 'Coffee beans',
          quantity: '1.25',
          quantity_unit: { measurement_unit: { weight_unit: 'METRIC_KILOGRAM' } },
          gross_sales_money: eur(2500),
          total_discount_money: eur(0),
          total_money: eur(2625),
          modifiers: [{ name: 'Ground' }],
          applied_taxes: [
            { tax_uid: 'vat', applied_money: eur(164) },
            { tax_uid: 'city', applied_money: eur(125) },
          ],
        },
      ],
      taxes: [
        { uid: 'city', name: 'City', percentage: '5', type: 'ADDITIVE', applied_money: eur(125) },
        { uid: 'vat', name: 'VAT', percentage: '7', type: 'INCLUSIVE', applied_money: eur(164) },
      ],
      service_charges: [{ uid: 's1', name: 'Service', amount_money: eur(100) }],
      rounding_adjustment: { name: 'Cash rounding', amount_money: eur(-1) },
      total_discount_money: eur(0),
      total_money: eur(2724),
    })
    expect(difference(mapped)).toBe(0)
    const records = isSnapshot(mapped) ? mapped.records : undefined
    expect(records?.lines?.[0]?.value).toMatchObject({
      quantity: 1.25,
      unit: 'METRIC_KILOGRAM',
      taxAdded: { minor: 125, currency: 'EUR' },
      taxIncluded: { minor: 164, currency: 'EUR' },
      taxes: [
        { name: 'VAT', rate: '0.07', added: false },
        { name: 'City', rate: '0.05', added: true },
      ],
      attributes: [{ name: 'modifier', value: 'Ground' }],
    })
    expect(records?.charges?.map(({ key, value }) => [key, value.kind, value.amount.minor])).toEqual([
      ['s1', 'service', 100],
      ['rounding', 'rounding', -1],
    ])
  })
})
