import { describe, expect, it } from 'vitest'
import { shopify } from '../../connectors/shopify/index.ts'
import type { MarkShipped } from '../../src/canonical/commands.ts'
import type { Answer } from '../../src/connector/contract.ts'
import { type Json, readJson } from '../../src/kernel/json.ts'

const settings = { shop: 'corner', apiVersion: '2026-07' }
const now = new Date('2026-11-24T10:00:00Z')
const command = shopify.commands['mark-shipped']
if (command === undefined) throw new Error('the connector has no mark-shipped')

const answerOf = (body: unknown): Answer => {
  const bytes = new TextEncoder().encode(JSON.stringify(body))
  return { status: 200, headers: {}, bytes, body: readJson(bytes) }
}
const wishOf = (lines: MarkShipped['lines'], rest: Partial<MarkShipped> = {}): MarkShipped => ({
  order: '6100000000001',
  shipment: 'act_1',
  shippedAt: '2026-11-24T10:00:00.000Z',
  carrier: 'DHL',
  trackingNumber: '0034 0434',
  ...rest,
  lines,
})
const atOf = (wish: MarkShipped, more: object = {}) => ({
  wish,
  settings: { ...settings, ...more },
  command: 'cmd_1',
  now,
})

interface Held {
  readonly id: number
  readonly status?: string
  readonly location: number
  readonly lines: readonly { readonly line: number; readonly remaining: number }[]
  readonly holds?: readonly { readonly reason: string; readonly reasonNotes: string | null }[]
  readonly fulfillAt?: string
}
const page = (nodes: readonly unknown[], hasNextPage = false) => ({ nodes, pageInfo: { hasNextPage } })
const fulfilmentOrder = ({ id, status = 'OPEN', location, lines, holds = [], fulfillAt }: Held) => ({
  id: `gid://shopify/FulfillmentOrder/${id}`,
  status,
  fulfillAt: fulfillAt ?? null,
  fulfillmentHolds: holds,
  assignedLocation: { name: `Store ${location}`, location: { id: `gid://shopify/Location/${location}` } },
  lineItems: page(
    lines.map(({ line, remaining }) => ({
      id: `gid://shopify/FulfillmentOrderLineItem/${id}${line}`,
      remainingQuantity: remaining,
      lineItem: { id: `gid://shopify/LineItem/${line}` },
    })),
  ),
})
const fulfilment = (id: number, number: string, units: Readonly<Record<string, number>>, status = 'SUCCESS') => ({
  id: `gid://shopify/Fulfillment/${id}`,
  status,
  trackingInfo: [{ number }],
  fulfillmentLineItems: page(
    Object.entries(units).map(([line, quantity]) => ({ quantity, lineItem: { id: `gid://shopify/LineItem/${line}` } })),
  ),
})
const lookOf = (orders: readonly Held[], fulfillments: readonly unknown[] = []): Answer =>
  answerOf({ data: { order: { fulfillmentOrders: page(orders.map(fulfilmentOrder)), fulfillments } } })

/** What each request of the plan asks for. */
const sent = (wish: MarkShipped, looked: Answer, more: object = {}): unknown[] => {
  const plan = command.plan(atOf(wish, more), looked)
  return 'send' in plan ? plan.send.map((ask) => ask.body) : [plan.done]
}
const fulfilmentsOf = (bodies: readonly unknown[]): unknown[] =>
  bodies.map((body) => (typeof body === 'object' && body !== null && 'variables' in body ? body.variables : body))

describe('marking goods as shipped at Shopify', () => {
  it('goods at two locations are two fulfilments, for Shopify refuses one over both', () => {
    const looked = lookOf([
      { id: 1, location: 1, lines: [{ line: 71, remaining: 2 }] },
      { id: 2, location: 2, lines: [{ line: 72, remaining: 5 }] },
      { id: 3, location: 1, lines: [{ line: 73, remaining: 1 }] },
    ])
    const trackingInfo = { company: 'DHL', number: '0034 0434' }
    expect(
      fulfilmentsOf(
        sent(
          wishOf([
            { line: '71', quantity: 2 },
            { line: '72', quantity: 1 },
            { line: '73', quantity: 1 },
          ]),
          looked,
        ),
      ),
    ).toEqual([
      {
        fulfillment: {
          lineItemsByFulfillmentOrder: [
            {
              fulfillmentOrderId: 'gid://shopify/FulfillmentOrder/1',
              fulfillmentOrderLineItems: [{ id: 'gid://shopify/FulfillmentOrderLineItem/171', quantity: 2 }],
            },
            {
              fulfillmentOrderId: 'gid://shopify/FulfillmentOrder/3',
              fulfillmentOrderLineItems: [{ id: 'gid://shopify/FulfillmentOrderLineItem/373', quantity: 1 }],
            },
          ],
          trackingInfo,
          notifyCustomer: false,
        },
      },
      {
        fulfillment: {
          lineItemsByFulfillmentOrder: [
            {
              fulfillmentOrderId: 'gid://shopify/FulfillmentOrder/2',
              fulfillmentOrderLineItems: [{ id: 'gid://shopify/FulfillmentOrderLineItem/272', quantity: 1 }],
            },
          ],
          trackingInfo,
          notifyCustomer: false,
        },
      },
    ])
  })

  it('one line that is split over two fulfilment orders is taken from both', () => {
    const looked = lookOf([
      { id: 1, location: 1, lines: [{ line: 71, remaining: 2 }] },
      { id: 2, location: 1, status: 'IN_PROGRESS', lines: [{ line: 71, remaining: 2 }] },
    ])
    const [one] = fulfilmentsOf(sent(wishOf([{ line: '71', quantity: 3 }]), looked))
    expect(one).toMatchObject({
      fulfillment: {
        lineItemsByFulfillmentOrder: [
          { fulfillmentOrderLineItems: [{ quantity: 2 }] },
          { fulfillmentOrderLineItems: [{ quantity: 1 }] },
        ],
      },
    })
  })

  it('what a fulfilment with our tracking number carries already is not sent again', () => {
    const looked = lookOf(
      [{ id: 2, location: 2, lines: [{ line: 72, remaining: 1 }] }],
      [fulfilment(401, '00340434', { 71: 2 })],
    )
    const wish = wishOf([
      { line: '71', quantity: 2 },
      { line: '72', quantity: 1 },
    ])
    const [one, ...others] = fulfilmentsOf(sent(wish, looked))
    expect(others).toEqual([])
    expect(one).toMatchObject({
      fulfillment: { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: 'gid://shopify/FulfillmentOrder/2' }] },
    })
    const made = answerOf({
      data: { fulfillmentCreate: { fulfillment: { id: 'gid://shopify/Fulfillment/402' }, userErrors: [] } },
    })
    expect(command.receipt(atOf(wish), [made], looked)).toEqual({ externalIds: ['401', '402'] })
  })

  it('where all is done already, nothing is sent and the receipt names what is there', () => {
    const looked = lookOf(
      [{ id: 1, location: 1, lines: [{ line: 71, remaining: 0 }], status: 'CLOSED' }],
      [fulfilment(401, '00340434', { 71: 2 })],
    )
    expect(command.plan(atOf(wishOf([{ line: '71', quantity: 2 }])), looked)).toEqual({
      done: { externalIds: ['401'] },
    })
  })

  it('a cancelled fulfilment, and one with another number, carry nothing of ours', () => {
    const looked = lookOf(
      [{ id: 1, location: 1, lines: [{ line: 71, remaining: 2 }] }],
      [fulfilment(400, '00340434', { 71: 2 }, 'CANCELLED'), fulfilment(399, '999', { 71: 2 })],
    )
    expect(fulfilmentsOf(sent(wishOf([{ line: '71', quantity: 2 }]), looked))).toMatchObject([
      { fulfillment: { lineItemsByFulfillmentOrder: [{ fulfillmentOrderLineItems: [{ quantity: 2 }] }] } },
    ])
  })

  it('without a tracking number a lost answer is for a person, and Shopify is told none', () => {
    const { trackingNumber: _, carrier: __, ...bare } = wishOf([{ line: '71', quantity: 1 }])
    expect(command.repeat(bare)).toBe('single')
    expect(command.repeat({ ...bare, trackingNumber: ' ' })).toBe('single')
    expect(command.repeat(wishOf([{ line: '71', quantity: 1 }]))).toBe('look-first')
    const [one] = fulfilmentsOf(sent(bare, lookOf([{ id: 1, location: 1, lines: [{ line: 71, remaining: 1 }] }])))
    expect(one).not.toHaveProperty('fulfillment.trackingInfo')
  })

  it('the buyer is mailed only where the settings say so', () => {
    const looked = lookOf([{ id: 1, location: 1, lines: [{ line: 71, remaining: 1 }] }])
    expect(fulfilmentsOf(sent(wishOf([{ line: '71', quantity: 1 }]), looked, { notifyCustomer: true }))).toMatchObject([
      { fulfillment: { notifyCustomer: true } },
    ])
  })

  it.each<[string, readonly Held[], RegExp]>([
    [
      'more than is open',
      [{ id: 1, location: 1, lines: [{ line: 71, remaining: 1 }] }],
      /^3 of line 71 .* but 1 are open at Shopify$/,
    ],
    ['a line of no order', [{ id: 1, location: 1, lines: [{ line: 99, remaining: 9 }] }], /but 0 are open/],
    [
      'goods on hold',
      [
        {
          id: 1,
          status: 'ON_HOLD',
          location: 1,
          lines: [{ line: 71, remaining: 3 }],
          holds: [
            { reason: 'AWAITING_PAYMENT', reasonNotes: null },
            { reason: 'OTHER', reasonNotes: 'ask Ines' },
          ],
        },
      ],
      /but 0 are open at Shopify; 3 on hold \(AWAITING_PAYMENT, ask Ines\)$/,
    ],
    [
      'goods for a later day',
      [
        {
          id: 1,
          status: 'SCHEDULED',
          location: 1,
          lines: [{ line: 71, remaining: 3 }],
          fulfillAt: '2027-01-15T00:00:00Z',
        },
      ],
      /3 scheduled for 2027-01-15T00:00:00Z$/,
    ],
  ])('%s is refused with a sentence of what is open', (_, orders, sentence) => {
    expect(() => command.plan(atOf(wishOf([{ line: '71', quantity: 3 }])), lookOf(orders))).toThrow(
      expect.objectContaining({ code: 'CHANNEL_REFUSED', message: expect.stringMatching(sentence) }),
    )
  })

  it('an order that is gone, and one that a look does not show whole, are refused', () => {
    const wish = atOf(wishOf([{ line: '71', quantity: 1 }]))
    expect(() => command.plan(wish, answerOf({ data: { order: null } }))).toThrow(
      'Shopify has no order 6100000000001 any more',
    )
    const cut = answerOf({ data: { order: { fulfillmentOrders: page([], true), fulfillments: [] } } })
    expect(() => command.plan(wish, cut)).toThrow('more lines than one look shows')
    expect(() => command.plan(wish, answerOf({ data: {} }))).toThrow(
      expect.objectContaining({ code: 'CHANNEL_UNREADABLE' }),
    )
  })

  it('what Shopify did not make, though it answered 200, is no receipt', () => {
    const refused: Json = {
      data: {
        fulfillmentCreate: {
          fulfillment: null,
          userErrors: [{ field: ['fulfillment'], message: 'Tracking company is too long' }],
        },
      },
    }
    const looked = lookOf([{ id: 1, location: 1, lines: [{ line: 71, remaining: 1 }] }])
    const receipt = () => command.receipt(atOf(wishOf([{ line: '71', quantity: 1 }])), [answerOf(refused)], looked)
    expect(receipt).toThrow(
      expect.objectContaining({ code: 'CHANNEL_REFUSED', message: 'fulfillment: Tracking company is too long' }),
    )
  })
})
