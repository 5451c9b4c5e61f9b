import { describe, expect, it } from 'vitest'
import { markShipped } from '../../connectors/flipkart-seller/commands.ts'
import type { Settings } from '../../connectors/flipkart-seller/settings.ts'
import type { MarkShipped } from '../../src/canonical/commands.ts'
import type { Answer } from '../../src/connector/contract.ts'
import type { Json } from '../../src/kernel/json.ts'

type Fields = { readonly [key: string]: Json }
const now = new Date('2026-11-24T20:00:00Z')
const wish: MarkShipped = {
  order: 'OD1',
  shipment: 'act_1',
  carrier: 'delhivery',
  trackingNumber: 'DL123',
  shippedAt: '2026-11-24T19:00:00.000Z',
  lines: [
    { line: 'i-1', quantity: 2 },
    { line: 'i-2', quantity: 1 },
  ],
}
const settings: Settings = {
  appId: 'app-1',
  environment: 'production',
  selfShip: { deliveryDays: 4, partners: [{ carrier: 'Delhivery', name: 'Delhivery Ltd', code: 'DLVRY' }] },
}
const item = (orderItemId: string, quantity: number, more: Fields = {}): Fields => ({
  orderItemId,
  orderId: 'OD1',
  orderDate: '2026-11-24T14:00:00.000+05:30',
  status: 'PACKED',
  quantity,
  serviceProfile: 'Seller_Fulfilment',
  ...more,
})
const both = (more: Fields = {}): readonly Fields[] => [item('i-1', 2, more), item('i-2', 1, more)]
const shipment = (shipmentId: string, orderItems: readonly Fields[], more: Fields = {}): Fields => ({
  shipmentId,
  updatedAt: '2026-11-24T15:00:00.000+05:30',
  dispatchAfterDate: '2026-11-24T15:00:00.000+05:30',
  locationId: 'LOC1',
  hold: false,
  shipmentType: 'NORMAL',
  orderItems,
  ...more,
})
const answered = (shipments: readonly Fields[]): Answer => ({
  status: 200,
  headers: {},
  bytes: new Uint8Array(),
  body: { shipments },
})
const at = (wanted: MarkShipped = wish, of: Settings = settings) => ({
  wish: wanted,
  settings: of,
  command: 'cmd_1',
  now,
})
const plan = (shipments: readonly Fields[], wanted?: MarkShipped, of?: Settings) =>
  markShipped.plan(at(wanted, of), answered(shipments))
const ready = (locationId: string, ...shipmentIds: readonly string[]) => ({
  method: 'POST',
  path: '/sellers/v3/shipments/dispatch',
  body: { shipmentIds, locationId },
})
const self = (more: Fields = {}): Fields =>
  shipment('s-1', both({ status: 'APPROVED' }), { shipmentType: 'SELF', ...more })

describe('marking shipped at Flipkart', () => {
  it('looks first, for nothing is known by a key of ours', () => {
    expect(markShipped.repeat(wish)).toBe('look-first')
    expect(markShipped.look?.(at())).toEqual({
      method: 'GET',
      path: '/sellers/v3/shipments',
      query: { orderIds: 'OD1' },
    })
  })

  it("says that what Flipkart's courier fetches is ready, a call for each place it lies at", () => {
    expect(plan([shipment('s-1', both())])).toEqual({ send: [ready('LOC1', 's-1')] })
    const apart = [shipment('s-1', [item('i-1', 2)]), shipment('s-2', [item('i-2', 1)], { locationId: 'LOC2' })]
    expect(plan(apart)).toEqual({ send: [ready('LOC1', 's-1'), ready('LOC2', 's-2')] })
  })

  it('sends of the shipments of an order only those that were shipped, and whose items stand', () => {
    const all = [
      shipment('s-1', [...both(), item('i-3', 1, { status: 'CANCELLED' })]),
      shipment('s-2', [item('i-4', 1)]),
      shipment('s-3', [item('i-5', 1, { status: 'CANCELLED' })]),
    ]
    expect(plan(all)).toEqual({ send: [ready('LOC1', 's-1')] })
  })

  it('tells by whom and under which number the seller sends a parcel, in the time of India', () => {
    expect(plan([self()])).toEqual({
      send: [
        {
          method: 'POST',
          path: '/sellers/v3/shipments/selfShip/dispatch',
          body: {
            shipments: [
              {
                shipmentId: 's-1',
                locationId: 'LOC1',
                dispatchDate: '2026-11-25T00:30:00+05:30',
                tentativeDeliveryDate: '2026-11-29T00:30:00+05:30',
                deliveryPartner: 'Delhivery Ltd',
                deliveryPartnerCode: 'DLVRY',
                trackingId: 'DL123',
                invoice: {
                  invoiceDate: '2026-11-25',
                  items: [
                    { orderItemId: 'i-1', quantity: 2 },
                    { orderItemId: 'i-2', quantity: 1 },
                  ],
                },
              },
            ],
          },
        },
      ],
    })
  })

  it.each(['READY_TO_DISPATCH', 'PICKUP_COMPLETE', 'SHIPPED', 'DELIVERED', 'RETURN_REQUESTED'])(
    'is done where it is %s already',
    (status) => {
      expect(plan([shipment('s-1', both({ status }))])).toEqual({ done: { externalIds: ['s-1'] } })
    },
  )

  it('after a part of it was done sends the rest alone', () => {
    const half = [shipment('s-1', [item('i-1', 2, { status: 'READY_TO_DISPATCH' })]), shipment('s-2', [item('i-2', 1)])]
    expect(plan(half)).toEqual({ send: [ready('LOC1', 's-2')] })
    const receipt = markShipped.receipt(
      at(),
      [{ ...answered([]), body: { shipments: [{ shipmentId: 's-2', status: 'SUCCESS' }] } }],
      answered(half),
    )
    expect(receipt).toEqual({ externalIds: ['s-1', 's-2'] })
  })

  it('sends no more in one call than Flipkart takes', () => {
    const many = Array.from({ length: 30 }, (_, place) => shipment(`s-${place}`, [item(`i-${place}`, 1)]))
    const lines = many.map((_, place) => ({ line: `i-${place}`, quantity: 1 }))
    const planned = plan(many, { ...wish, lines })
    const sizes = 'send' in planned ? planned.send.map(({ body }) => JSON.stringify(body).split('"s-').length - 1) : []
    expect(sizes).toEqual([25, 5])
  })

  it.each([
    ['an order that Flipkart does not show', [], 'Flipkart shows no shipment of order OD1', 'CHANNEL_REFUSED'],
    [
      'a part of a shipment',
      [shipment('s-1', [item('i-1', 3), item('i-2', 1)])],
      'none of order OD1 is for 2 of i-1 + 1 of i-2: its shipments are s-1 (3 of i-1 + 1 of i-2)',
      'CHANNEL_REFUSED',
    ],
    ['one on hold', [shipment('s-1', both(), { hold: true })], 'holds shipment s-1 back', 'CHANNEL_REFUSED'],
    [
      'one before its time, which comes',
      [shipment('s-1', both(), { dispatchAfterDate: '2026-11-26T10:00:00.000+05:30' })],
      'may be dispatched from 2026-11-26',
      'CHANNEL_CONFLICT',
    ],
    [
      'one whose label is not made yet',
      [shipment('s-1', both({ status: 'APPROVED' }))],
      'shipment s-1 is APPROVED: generate its label and invoice at Flipkart first',
      'CHANNEL_REFUSED',
    ],
    [
      'one whose labels are being made',
      [shipment('s-1', both({ status: 'PACKING_IN_PROGRESS' }))],
      'still makes the labels',
      'CHANNEL_CONFLICT',
    ],
    [
      "one of Flipkart's warehouse",
      [shipment('s-1', both({ serviceProfile: 'Flipkart_Fulfilment' }))],
      "is sent from Flipkart's own warehouse",
      'CHANNEL_REFUSED',
    ],
  ] as const)('refuses %s with a sentence', (_, shipments, sentence, code) => {
    expect(() => plan(shipments)).toThrow(expect.objectContaining({ message: expect.stringContaining(sentence), code }))
  })

  it('says what must be set where the seller ships and Flipkart asks for more than is known', () => {
    const { selfShip: _, ...bare } = settings
    expect(() => plan([self()], wish, bare)).toThrow("set selfShip in the connection's settings")
    expect(() => plan([self()], { ...wish, carrier: 'Blue Dart' })).toThrow(
      'add the carrier "Blue Dart" to selfShip.partners',
    )
    const { carrier: __, ...uncarried } = wish
    expect(() => plan([self()], uncarried)).toThrow('add a shipment without a carrier to selfShip.partners')
  })

  it('gives no receipt for an answer that does not say what became of it', () => {
    const looked = answered([shipment('s-1', both())])
    expect(() => markShipped.receipt(at(), [{ ...looked, body: {} }], looked)).toThrow('what became of each shipment')
  })
})
