import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { amazonSp } from '../../connectors/amazon-sp/index.ts'
import type { View } from '../../src/canonical/order.ts'
import type { Mapped } from '../../src/canonical/telling.ts'
import type { Json } from '../../src/kernel/json.ts'
import { compileMappings } from '../../src/mapping/compile.ts'
import { fold } from '../../src/orders/fold.ts'
import { at, corpusOf, type Fields, isFields, listOf, sum } from '../kit/corpus.ts'

const { folder: amazon, here, read } = corpusOf('amazon', 'amazon-sp')

/** What cannot be normalised, and why. A row that is no longer true fails. */
const left: Readonly<Record<string, string>> = {
  'orders-v0/getOrderItems-multi-gift-cod-points-promo.json':
    'an invented example: amounts of JPY with decimals, gift wrap in GBP beside it',
}

const cents = (value: Json | undefined): number => Math.round(Number(value ?? 0) * 100)
const filesIn = (folder: string): readonly string[] =>
  here ? readdirSync(join(amazon, folder)).map((name) => `${folder}/${name}`) : []

const folder = join(import.meta.dirname, '../../mappings/amazon-sp')
const compiled = compileMappings(
  readdirSync(folder).map((name) => ({
    path: `mappings/amazon-sp/${name}`,
    text: readFileSync(join(folder, name), 'utf8'),
  })),
)
const map = (name: string, payload: Json): Mapped => {
  const mapping = compiled.mappings.get(name)
  if (mapping === undefined) throw new Error(`mappings/amazon-sp/${name}.yaml is not there`)
  return mapping.apply({ payload, settings: { environment: 'production' } })
}
const viewOf = (telling: Mapped): View => {
  if (telling.kind !== 'snapshot') throw new Error(`expected a snapshot, got ${telling.kind}`)
  const identity = { id: 'ord_1', connection: 'shop', connector: 'amazon-sp', externalId: telling.order }
  const heard = [{ telling, message: 'msg_1', posted: false }]
  const { order } = fold(identity, undefined, { heard, acts: [], at: new Date(0), by: 'test', listens: () => false })
  if (order === undefined) throw new Error(`order ${telling.order} has no snapshot`)
  return order
}

/** Every order of 2026-01-01 that an answer holds. */
const orders: readonly (readonly [place: string, order: Fields])[] = [
  ...filesIn('orders-2026'),
  ...filesIn('derived').filter((name) => name.includes('/2026-')),
].flatMap((file) => {
  const answer = read(file)
  const one = at(answer, 'order')
  return [...(isFields(one) ? [one] : []), ...listOf(at(answer, 'orders'))].map(
    (order, index) => [`${file} ${index}`, order] as const,
  )
})

const stateWords: Readonly<Record<string, readonly [state: string, fulfilment: string]>> = {
  PENDING: ['pending', 'open'],
  UNSHIPPED: ['open', 'open'],
  PARTIALLY_SHIPPED: ['open', 'part-shipped'],
  SHIPPED: ['completed', 'shipped'],
  CANCELLED: ['cancelled', 'not-needed'],
}

/** The figures of an order of 2026-01-01, read without the mapping. None of the corpus has a price that holds its tax. */
const factsOf = (order: Fields) => {
  const items = listOf(order['orderItems'])
  const amountOf = (item: Fields, type: string): number =>
    sum(
      listOf(at(item, 'proceeds', 'breakdowns'))
        .filter((part) => part['type'] === type)
        .map((part) => cents(at(part, 'subtotal', 'amount'))),
    )
  const over = (type: string): number => sum(items.map((item) => amountOf(item, type)))
  const tips = listOf(at(order, 'proceeds', 'breakdowns')).filter((part) => part['type'] === 'DELIVERY_TIP')
  const tip = sum(tips.map((part) => cents(at(part, 'subtotal', 'amount'))))
  const told = at(order, 'proceeds', 'grandTotal', 'amount')
  const proceeds = items.map((item) => at(item, 'proceeds', 'proceedsTotal', 'amount'))
  const known = told !== undefined || proceeds.every((one) => one !== undefined)
  const [state, fulfilment] = stateWords[String(at(order, 'fulfillment', 'fulfillmentStatus'))] ?? []
  const delivered = listOf(order['packages']).some((pack) => at(pack, 'packageStatus', 'status') === 'DELIVERED')
  return {
    number: order['orderId'],
    lines: items.length,
    units: sum(items.map((item) => Number(item['quantityOrdered']))),
    skus: items.map((item) => at(item, 'product', 'sellerSku')),
    total: known ? (told === undefined ? sum(proceeds.map(cents)) : cents(told)) : undefined,
    items: known ? over('ITEM') : undefined,
    // what is off the postage stands with the charge
    lessDiscount: known
      ? over('SHIPPING') + over('GIFT_WRAP') + over('COD_FEE') + over('OTHER') + tip - over('DISCOUNT')
      : undefined,
    taxAdded: known ? over('TAX') : undefined,
    state,
    fulfilment: delivered ? 'delivered' : fulfilment,
    city: at(order, 'recipient', 'deliveryAddress', 'city'),
    country: at(order, 'recipient', 'deliveryAddress', 'countryCode'),
    buyer: at(order, 'buyer', 'buyerName'),
    po: at(order, 'buyer', 'buyerPurchaseOrderNumber'),
    taxIds: listOf(at(order, 'tax', 'taxRegistrations')).map((one) => one['taxRegistrationNumber']),
    parcels: listOf(order['packages']).map((pack) => pack['trackingNumber']),
    gifts: items.map((item) => at(item, 'fulfillment', 'packing', 'giftOption', 'giftMessage')),
    placedAt: new Date(String(order['createdTime'])).toISOString(),
  }
}
const seenIn = ({ totals, lines, ...view }: View): ReturnType<typeof factsOf> => ({
  number: view.number,
  lines: lines.length,
  units: sum(lines.map((line) => line.quantity)),
  skus: lines.map((line) => line.sku),
  total: totals?.total.minor,
  items: totals?.items.minor,
  lessDiscount: totals === undefined ? undefined : totals.charges.minor - totals.discount.minor,
  taxAdded: totals?.taxAdded.minor,
  state: view.headline.state,
  fulfilment: view.headline.fulfilment,
  city: view.shipTo?.city,
  country: view.shipTo?.country,
  buyer: view.buyer?.name,
  po: view.references?.po,
  taxIds: (view.buyer?.taxIds ?? []).map(({ number }) => number),
  parcels: view.shipments.filter(({ implied }) => implied !== true).map(({ trackingNumber }) => trackingNumber),
  gifts: lines.map((line) => line.gift?.message),
  placedAt: view.placedAt,
})

describe.skipIf(!here)('the Amazon corpus, Orders 2026-01-01', () => {
  it('is whole, and its mappings compile', () => {
    expect(compiled.faults).toEqual([])
    expect(orders).toHaveLength(10)
  })

  it.each(orders)('%s keeps every figure', (_, order) => {
    const view = viewOf(map('order', { order }))
    expect(seenIn(view)).toEqual(factsOf(order))
    expect(view.holds).toEqual([])
  })

  it('reads what it is meant to read', () => {
    const paths = { read: new Set<string>(), present: new Set<string>() }
    for (const [, order] of orders) {
      const coverage = compiled.mappings.get('order')?.coverage({ payload: { order } })
      for (const path of coverage?.read ?? []) paths.read.add(path)
      for (const path of coverage?.present ?? []) paths.present.add(path)
    }
    process.stdout.write(`amazon-sp corpus: ${paths.read.size} of ${paths.present.size} paths of 2026-01-01 read\n`)
    process.stdout.write(
      `amazon-sp corpus, never read: ${[...paths.present.difference(paths.read)].sort().join(' ')}\n`,
    )
    expect(paths.read.size).toBeGreaterThan(90)
  })
})

/** Items of v0 by the order they are of. */
const itemFiles = filesIn('orders-v0')
  .concat(filesIn('derived'))
  .filter((name) => /OrderItems-/.test(name))
const itemsOf = (id: Json | undefined): Fields | undefined => {
  const found = itemFiles.map(read).find((answer) => at(answer, 'payload', 'AmazonOrderId') === id)
  return found === undefined ? undefined : { items: at(found, 'payload', 'OrderItems') ?? [] }
}
const ordersV0: readonly (readonly [place: string, order: Fields])[] = filesIn('orders-v0')
  .concat(filesIn('derived'))
  .filter((name) => /getOrders?-/.test(name) && !name.includes('2026'))
  .flatMap((file) => {
    const payload = at(read(file), 'payload')
    const found =
      isFields(payload) && payload['AmazonOrderId'] !== undefined ? [payload] : listOf(at(payload, 'Orders'))
    return found.map((order, index) => [`${file} ${index}`, order] as const)
  })

const statesV0: Readonly<Record<string, string>> = { Pending: 'pending', Canceled: 'cancelled' }

describe.skipIf(!here)('the Amazon corpus, v0', () => {
  it('is whole, and leaves out at most one payload in five', () => {
    expect(ordersV0).toHaveLength(15)
    expect(Object.keys(left).length).toBeLessThanOrEqual((orders.length + ordersV0.length + itemFiles.length) / 5)
    expect(itemFiles).toEqual(expect.arrayContaining(Object.keys(left)))
  })

  it.each(ordersV0)('%s keeps its figures, with its items where there are any', (_, order) => {
    const joined = itemsOf(order['AmazonOrderId'])
    const view = viewOf(map('order-v0', { order, ...joined }))
    const items = listOf(joined?.['items'])
    const total = at(order, 'OrderTotal', 'Amount')
    expect(view).toMatchObject({
      number: order['AmazonOrderId'],
      placedAt: new Date(String(order['PurchaseDate'])).toISOString(),
      channelWords: { state: order['OrderStatus'] },
    })
    expect(view.lines.map((line) => [line.sku, line.quantity])).toEqual(
      items.map((item) => [item['SellerSKU'], item['QuantityOrdered']]),
    )
    expect(view.buyer?.name).toBe(at(order, 'BuyerInfo', 'BuyerName'))
    expect(view.references?.po).toBe(at(order, 'BuyerInfo', 'PurchaseOrderNumber'))
    expect(view.shipTo?.city).toBe(at(order, 'ShippingAddress', 'City'))
    if (items.length > 0) expect(view.totals?.total.minor).toBe(cents(total))
    if (total !== undefined) expect(sum(view.payments.map(({ amount }) => amount.minor))).toBe(cents(total))
    const state = statesV0[String(order['OrderStatus'])]
    if (state !== undefined) expect(view.headline.state).toBe(state)
    // the sample whose buyer wants it cancelled
    const wished = items.some((item) => at(item, 'BuyerRequestedCancel', 'IsBuyerRequestedCancel') === 'true')
    expect(view.holds.map(({ kind }) => kind)).toEqual(wished ? ['buyer-cancel'] : [])
  })

  it.each(itemFiles)('%s: its items are lines of an order, or stand in the table', (file) => {
    const answer = read(file)
    const order = {
      AmazonOrderId: at(answer, 'payload', 'AmazonOrderId') ?? '',
      PurchaseDate: '2026-11-20T05:12:09Z',
      LastUpdateDate: '2026-11-20T05:42:11Z',
      OrderStatus: 'Unshipped',
    }
    const items = at(answer, 'payload', 'OrderItems') ?? []
    if (left[file] !== undefined) return expect(() => map('order-v0', { order, items })).toThrow('mappings/amazon-sp')
    const view = viewOf(map('order-v0', { order, items }))
    expect(view.lines.map((line) => [line.externalId, line.amount?.minor])).toEqual(
      listOf(items).map((item) => [item['OrderItemId'], cents(at(item, 'ItemPrice', 'Amount'))]),
    )
  })
})

describe.skipIf(!here)('the notifications of Amazon', () => {
  const files = filesIn('notifications').concat(filesIn('derived').filter((name) => name.includes('ORDER_CHANGE')))

  it('are nine', () => {
    expect(files).toHaveLength(9)
  })

  it.each(files)('%s is known by its id, and names its order or is known to say nothing', (file) => {
    const payload = read(file)
    const incoming = { method: 'SQS', path: '', query: {}, headers: {}, body: Buffer.from(JSON.stringify(payload)) }
    const identity = amazonSp.identify?.(incoming, payload)
    const metadata = at(payload, 'NotificationMetadata') ?? at(payload, 'notificationMetadata')
    expect(identity?.key).toBe(at(metadata, 'NotificationId') ?? at(metadata, 'notificationId'))
    const topic = amazonSp.topics[identity?.topic ?? '']
    if (topic === undefined || !('maps' in topic)) return expect(topic).toMatchObject({ does: 'nothing' })
    expect(map(topic.maps, topic.prepare?.(payload) ?? payload)).toEqual({
      kind: 'look',
      order: at(payload, 'Payload', 'OrderChangeNotification', 'AmazonOrderId'),
    })
  })
})
