import { describe, expect, it } from 'vitest'
import { markShipped, referenceOf } from '../../connectors/amazon-sp/commands.ts'
import type { Settings } from '../../connectors/amazon-sp/settings.ts'
import type { MarkShipped } from '../../src/canonical/commands.ts'
import type { Answer } from '../../src/connector/contract.ts'
import type { Json } from '../../src/kernel/json.ts'

const settings: Settings = {
  region: 'eu',
  environment: 'production',
  marketplaces: ['A21TJRUUN4KGV'],
  clientId: 'client-1',
}
const wish: MarkShipped = {
  order: '402-1',
  shipment: 'act_1',
  carrier: 'DHL Express',
  trackingNumber: 'JD 0146',
  shippedAt: '2026-11-24T09:00:00.000Z',
  lines: [{ line: '11', quantity: 1 }],
}
const at = (more: Partial<MarkShipped> = {}) => ({
  wish: { ...wish, ...more },
  settings,
  command: 'cmd_1',
  now: new Date('2026-11-24T10:00:00Z'),
})
const reference = referenceOf('cmd_1')

type Fields = Readonly<Record<string, Json>>
const looked = (fulfillment: Fields, more: Fields = {}): Answer => {
  const body: Json = {
    order: {
      orderId: '402-1',
      createdTime: '2026-11-24T08:00:00Z',
      lastUpdatedTime: '2026-11-24T08:00:00Z',
      salesChannel: { channelName: 'AMAZON', marketplaceId: 'A1PA6795UKMFR9' },
      fulfillment: { fulfillmentStatus: 'UNSHIPPED', fulfilledBy: 'MERCHANT', ...fulfillment },
      orderItems: [{ orderItemId: '11', quantityOrdered: 2, product: {} }],
      ...more,
    },
  }
  return { status: 200, headers: {}, bytes: new Uint8Array(), body }
}
const pack = (more: Fields): Fields => ({ packages: [{ packageReferenceId: '1', ...more }] })

describe('confirming a package', () => {
  it('looks at the packages first, for the same reference would edit', () => {
    expect(markShipped.repeat(wish)).toBe('look-first')
    expect(markShipped.look?.(at())).toEqual({
      method: 'GET',
      path: '/orders/2026-01-01/orders/402-1',
      query: { includedData: 'FULFILLMENT,PACKAGES' },
      lane: 'get-order',
    })
  })

  it("confirms the units of the parcel in the order's own marketplace, under a number of our command", () => {
    expect(markShipped.plan(at(), looked({}))).toEqual({
      send: [
        {
          method: 'POST',
          path: '/orders/v0/orders/402-1/shipmentConfirmation',
          lane: 'confirm',
          body: {
            marketplaceId: 'A1PA6795UKMFR9',
            packageDetail: {
              packageReferenceId: reference,
              carrierCode: 'DHL Express',
              trackingNumber: 'JD 0146',
              shipDate: '2026-11-24T09:00:00.000Z',
              orderItems: [{ orderItemId: '11', quantity: 1 }],
            },
          },
        },
      ],
    })
    expect(markShipped.receipt(at(), [], undefined)).toEqual({ externalIds: [reference] })
  })

  it('names a package by a positive number: the same for a command, another for each', () => {
    const all = Array.from({ length: 500 }, (_, index) => referenceOf(`cmd_${index}`))
    expect(all.every((one) => /^[1-9]\d{8}$/.test(one))).toBe(true)
    expect(new Set(all).size).toBe(500)
    expect(referenceOf('cmd_1')).toBe(reference)
  })

  it.each([
    ['Blue Dart', { carrierCode: 'BlueDart' }],
    ['fedex', { carrierCode: 'FedEx' }],
    ['India Post', { carrierCode: 'India Post' }],
    ['Shadowfax', { carrierCode: 'Other', carrierName: 'Shadowfax' }],
    [undefined, { carrierCode: 'Other', carrierName: 'Other' }],
  ])('the carrier %s is told as %j', (carrier, told) => {
    const { carrier: _, ...bare } = wish
    const plan = markShipped.plan(
      { ...at(), wish: carrier === undefined ? bare : { ...bare, carrier } },
      looked({ fulfillmentStatus: 'PARTIALLY_SHIPPED' }),
    )
    expect(plan).toMatchObject({ send: [{ body: { packageDetail: told } }] })
  })

  it.each([
    ['under our reference', { packageReferenceId: reference }, reference],
    ['under our tracking number, written otherwise', { trackingNumber: 'jd0146' }, '1'],
  ])('is done where a package stands %s', (_, fields, id) => {
    expect(markShipped.plan(at(), looked({ fulfillmentStatus: 'SHIPPED' }, pack(fields)))).toEqual({
      done: { externalIds: [id] },
    })
  })

  it('is not done by a package that was cancelled', () => {
    const cancelled = pack({ trackingNumber: 'JD 0146', packageStatus: { status: 'CANCELLED' } })
    expect(markShipped.plan(at(), looked({}, cancelled))).toMatchObject({ send: [{}] })
  })

  it.each([
    [{ fulfilledBy: 'AMAZON' }, {}, 'order 402-1 is fulfilled by Amazon'],
    [{}, { programs: ['IN_STORE_PICK_UP'] }, 'is picked up in the store'],
    [{ fulfillmentStatus: 'PENDING' }, {}, 'is PENDING: Amazon has not released it yet'],
    [{ fulfillmentStatus: 'CANCELLED' }, {}, 'is CANCELLED: nothing of it is to be shipped'],
    [{ fulfillmentStatus: 'SHIPPED' }, pack({ trackingNumber: 'OTHER1' }), 'is SHIPPED at Amazon already, in OTHER1'],
    [{ fulfillmentStatus: 'SHIPPED' }, {}, 'in no package that it shows'],
  ])('is refused with a sentence for %j %j', (fulfillment, more, words) => {
    expect(() => markShipped.plan(at(), looked(fulfillment, more))).toThrow(words)
  })

  it('is refused without a tracking number, and for parts of a unit', () => {
    expect(() => markShipped.plan(at({ trackingNumber: ' ' }), looked({}))).toThrow('without a tracking number')
    expect(() => markShipped.plan(at({ lines: [{ line: '11', quantity: 0.5 }] }), looked({}))).toThrow(
      'Amazon counts whole units, and 0.5 of item 11 were sent',
    )
  })

  it('is refused where the look shows no order', () => {
    expect(() => markShipped.plan(at(), undefined)).toThrow('expected an order of Amazon')
  })
})
