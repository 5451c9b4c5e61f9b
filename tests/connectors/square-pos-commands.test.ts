import { describe, expect, it } from 'vitest'
import { markShipped } from '../../connectors/square-pos/commands.ts'
import type { MarkShipped } from '../../src/canonical/commands.ts'
import type { Answer } from '../../src/connector/contract.ts'
import type { Json } from '../../src/kernel/json.ts'

const wish: MarkShipped = {
  order: 'ORDER1',
  shipment: 'act_1',
  carrier: 'UPS',
  trackingNumber: '1ZTEST0001',
  trackingUrl: 'https://example.com/t/1ZTEST0001',
  shippedAt: '2026-11-24T10:00:00.000Z',
  lines: [
    { line: 'l1', quantity: 2 },
    { line: 'l2', quantity: 0.5 },
  ],
}
const line_items = [
  { uid: 'l1', quantity: '2' },
  { uid: 'l2', quantity: '0.500' },
]
type Fields = { readonly [key: string]: Json }
const whole: Fields = {
  uid: 'f1',
  type: 'SHIPMENT',
  state: 'PROPOSED',
  line_item_application: 'ALL',
  shipment_details: {},
}
const partOf = (uid: string, units: Readonly<Record<string, string>>, more: Fields = {}): Fields => ({
  ...whole,
  uid,
  line_item_application: 'ENTRY_LIST',
  entries: Object.entries(units).map(([line_item_uid, quantity]) => ({
    uid: `${uid}-${line_item_uid}`,
    line_item_uid,
    quantity,
  })),
  ...more,
})
const orderWith = (fulfillments: readonly Fields[], more: Fields = {}): Fields => ({
  id: 'ORDER1',
  version: 4,
  state: 'OPEN',
  updated_at: '2026-11-24T09:00:00Z',
  line_items,
  fulfillments,
  ...more,
})
const answered = (order: Json): Answer => ({ status: 200, headers: {}, bytes: new Uint8Array(), body: { order } })
const at = (wanted: MarkShipped = wish) => ({
  wish: wanted,
  settings: { notificationUrl: 'https://hub.example.com/webhooks/till', environment: 'production' as const },
  command: 'cmd_1',
  now: new Date('2026-11-24T10:00:01Z'),
})
const plan = (order: Json, wanted?: MarkShipped) => markShipped.plan(at(wanted), answered(order))
const details = { carrier: 'UPS', tracking_number: '1ZTEST0001', tracking_url: 'https://example.com/t/1ZTEST0001' }

describe('marking shipped at Square', () => {
  it('reads the order first, for its version', () => {
    expect(markShipped.look?.(at())).toEqual({ method: 'GET', path: '/v2/orders/ORDER1' })
  })

  it('completes the fulfilment with tracking, the version read, and our command as key', () => {
    expect(plan(orderWith([whole]))).toEqual({
      send: [
        {
          method: 'PUT',
          path: '/v2/orders/ORDER1',
          body: {
            order: { version: 4, fulfillments: [{ uid: 'f1', state: 'COMPLETED', shipment_details: details }] },
            idempotency_key: 'cmd_1',
          },
        },
      ],
    })
  })

  it('says nothing of a carrier or number that nobody knows', () => {
    const { carrier: _, trackingNumber: __, trackingUrl: ___, ...bare } = wish
    expect(plan(orderWith([whole]), bare)).toMatchObject({
      send: [
        {
          body: { order: { version: 4, fulfillments: [{ uid: 'f1', state: 'COMPLETED' }] }, idempotency_key: 'cmd_1' },
        },
      ],
    })
  })

  it('completes of several the one that is for what was shipped, be it in several entries', () => {
    const others = [partOf('f1', { l1: '1' }), partOf('f2', { l2: '0.5' })]
    const split = {
      ...partOf('f3', {}),
      entries: [
        { line_item_uid: 'l1', quantity: '1' },
        { line_item_uid: 'l1', quantity: '1' },
      ],
    }
    const planned = plan(orderWith([...others, split]), { ...wish, lines: [{ line: 'l1', quantity: 2 }] })
    expect(planned).toMatchObject({ send: [{ body: { order: { fulfillments: [{ uid: 'f3' }] } } }] })
  })

  it('completes all that went in one parcel', () => {
    const planned = plan(orderWith([partOf('f1', { l1: '2' }), partOf('f2', { l2: '0.5' })]))
    expect(planned).toMatchObject({ send: [{ body: { order: { fulfillments: [{ uid: 'f1' }, { uid: 'f2' }] } } }] })
  })

  it('is done where a completed fulfilment bears our tracking number', () => {
    const told = { ...whole, state: 'COMPLETED', shipment_details: { tracking_number: '1ZTEST0001' } }
    expect(plan(orderWith([told], { state: 'COMPLETED' }))).toEqual({ done: { externalIds: ['f1'] } })
  })

  it('is not done where our tracking number stands on other goods only: two parcels went under one number', () => {
    const tracked = { shipment_details: { tracking_number: '1ZTEST0001' } }
    const first = partOf('f1', { l1: '2' }, { state: 'COMPLETED', ...tracked })
    const second = { ...wish, lines: [{ line: 'l2', quantity: 0.5 }] }
    expect(plan(orderWith([first, partOf('f2', { l2: '0.5' })]), second)).toMatchObject({
      send: [{ body: { order: { fulfillments: [{ uid: 'f2' }] } } }],
    })
  })

  it('without a tracking number is done where these goods are completed and none of them are open', () => {
    const { trackingNumber: _, ...untracked } = wish
    const gone = partOf('f1', { l1: '2', l2: '0.5' }, { state: 'COMPLETED' })
    expect(plan(orderWith([gone]), untracked)).toEqual({ done: { externalIds: ['f1'] } })
    const twin = partOf('f2', { l1: '2', l2: '0.5' })
    expect(plan(orderWith([gone, twin]), untracked)).toMatchObject({
      send: [{ body: { order: { fulfillments: [{ uid: 'f2' }] } } }],
    })
  })

  it('tells what Square can do where a part of a fulfilment was shipped', () => {
    const part = { ...wish, lines: [{ line: 'l1', quantity: 1 }] }
    expect(() => plan(orderWith([partOf('f1', { l1: '2', l2: '0.5' })]), part)).toThrow(
      'Square completes a fulfilment whole, and none of order ORDER1 is for 1 of l1: its open ones are f1 (2 of l1 + 0.5 of l2)',
    )
  })

  it.each([
    ['an order of the till', orderWith([whole], { version: null }), 'expected an order of Square'],
    [
      'an order without a version',
      { id: 'ORDER1', state: 'OPEN', line_items, fulfillments: [whole] },
      'rung up at the till',
    ],
    [
      'a completed order',
      orderWith([whole], { state: 'COMPLETED' }),
      'is COMPLETED: Square lets only an OPEN order be changed',
    ],
    ['a cancelled order', orderWith([whole], { state: 'CANCELED' }), 'is CANCELED'],
    ['an order to be picked up', orderWith([{ ...whole, type: 'PICKUP' }]), 'it has no open SHIPMENT fulfilment'],
    [
      'an order whose goods left under another number',
      orderWith([{ ...whole, state: 'COMPLETED', shipment_details: { tracking_number: 'OTHER' } }]),
      'it has no open SHIPMENT fulfilment',
    ],
  ])('refuses %s with a sentence', (_, order, sentence) => {
    expect(() => plan(order)).toThrow(sentence)
  })

  it('gives the fulfilments as receipt, by which their echo is known', () => {
    const looked = answered(orderWith([partOf('f1', { l1: '2' }), partOf('f2', { l2: '0.5' })]))
    expect(markShipped.receipt(at(), [], looked)).toEqual({ externalIds: ['f1', 'f2'] })
  })

  it('may be sent again: Square knows our key', () => {
    expect(markShipped.repeat(wish)).toBe('key')
  })
})
