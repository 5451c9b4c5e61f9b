import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { flipkartSeller } from '../../connectors/flipkart-seller/index.ts'
import type { OrderDoc } from '../../src/canonical/order.ts'
import type { Mapped, Telling } from '../../src/canonical/telling.ts'
import type { Json } from '../../src/kernel/json.ts'
import { compileMappings } from '../../src/mapping/compile.ts'
import { fold } from '../../src/orders/fold.ts'
import { at, corpusOf, type Fields, isFields, listOf, sum } from '../kit/corpus.ts'

const { folder: flipkart, here, read: readAny } = corpusOf('flipkart', 'flipkart-seller')

/** What is no order and no part of one by itself, and why. A row that is no longer true fails. */
const left: Readonly<Record<string, string>> = {
  'shipments/real-shipment-details-address-REDACTED-2018.json':
    'the address view: it has no status, no price and no time, and is read beside its shipment',
}

const read = (file: string): Fields => {
  const value = readAny(file)
  return isFields(value) ? value : {}
}

interface Found {
  readonly place: string
  readonly value: Fields
}

/** Every shipment, return and notification of the files, each once; what is sent to Flipkart is none. */
const everything = (): { readonly [K in 'shipments' | 'returns' | 'notifications']: readonly Found[] } => {
  const names = ['shipments', 'notifications', 'derived']
    .flatMap((folder) => readdirSync(join(flipkart, folder)).map((name) => `${folder}/${name}`))
    .filter(
      (name) =>
        !/-(request|response(-mixed|-failure|-partial-failure)?)\.json$/.test(name) || /filter|returns/.test(name),
    )
    .filter((name) => !/-request\.json$/.test(name))
  const files = names.map((place) => ({ place, value: read(place) }))
  const nested = (field: string) =>
    files.flatMap(({ place, value }) =>
      listOf(value[field]).map((one, index) => ({ place: `${place} ${field}.${index}`, value: one })),
    )
  const notifications = files.filter(({ value }) => value['eventType'] !== undefined)
  // the notification of a new shipment carries it whole
  const carried = notifications
    .filter(({ value }) => value['eventType'] === 'shipment_created')
    .map(({ place, value }) => {
      const { attributes, shipmentId = '', locationId = null } = value
      return { place, value: { ...(isFields(attributes) ? attributes : {}), shipmentId, locationId } }
    })
  const single = files.filter(({ value }) => value['shipmentId'] !== undefined && value['eventType'] === undefined)
  return { shipments: [...nested('shipments'), ...carried, ...single], returns: nested('returnItems'), notifications }
}

const folder = join(import.meta.dirname, '../../mappings/flipkart-seller')
const compiled = compileMappings(
  readdirSync(folder).map((name) => ({
    path: `mappings/flipkart-seller/${name}`,
    text: readFileSync(join(folder, name), 'utf8'),
  })),
)
const settings = { appId: 'app-1', environment: 'production' }
const map = (name: string, payload: Json): Mapped => {
  const mapping = compiled.mappings.get(name)
  if (mapping === undefined) throw new Error(`mappings/flipkart-seller/${name}.yaml is not there`)
  return mapping.apply({ payload, settings })
}

const folded = (tellings: readonly Telling[]): OrderDoc => {
  const externalId = tellings[0]?.order ?? ''
  const identity = { id: 'ord_1', connection: 'fk', connector: 'flipkart-seller', externalId }
  const heard = tellings.map((telling, place) => ({ telling, message: `msg_${place}`, posted: false }))
  const { order } = fold(identity, undefined, { heard, acts: [], at: new Date(0), by: 'test', listens: () => false })
  if (order === undefined) throw new Error(`order ${externalId} has no snapshot`)
  return order
}
const snapshotOf = (value: Fields): Telling => {
  const telling = map('order', { rank: 1, shipment: value })
  if (telling.kind !== 'snapshot') throw new Error(`expected a snapshot, got ${telling.kind}`)
  return telling
}

/** Rupees as paise, by the digits. */
const paise = (value: Json | undefined): number => {
  const [whole = '0', fraction = ''] = String(value ?? 0).split('.')
  return Number(whole) * 100 + Number(fraction.padEnd(2, '0').slice(0, 2))
}
const price = (item: Fields, name: string): number => paise(at(item, 'priceComponents', name))

/** The figures of a shipment, read without the mapping. */
const factsOf = (shipment: Fields) => {
  const items = listOf(shipment['orderItems'])
  const words = items.map((item) => item['status'])
  const standing = words.filter((word) => word !== 'CANCELLED')
  return {
    number: items[0]?.['orderId'],
    placedAt: Date.parse(String(items[0]?.['orderDate'])),
    lines: items.map((item) => [item['orderItemId'], item['sku'], item['quantity']]),
    items: sum(items.map((item) => price(item, 'sellingPrice'))),
    charges: sum(items.map((item) => price(item, 'shippingCharge'))),
    total: sum(items.map((item) => price(item, 'totalPrice'))),
    charged: sum(items.map((item) => price(item, 'customerPrice'))),
    given: sum(items.map((item) => price(item, 'flipkartDiscount'))),
    terms: items.map((item) => (item['paymentType'] === 'COD' ? 'on-delivery' : 'prepaid')),
    held: shipment['hold'] === true,
    cancelled: standing.length === 0,
    delivered: standing.length > 0 && standing.every((word) => word === 'DELIVERED' || word === 'RETURN_REQUESTED'),
    shipBy: items.map(() => Date.parse(String(shipment['dispatchByDate']))),
  }
}

describe.skipIf(!here)('the Flipkart corpus', () => {
  const found = here ? everything() : { shipments: [], returns: [], notifications: [] }
  const rows = found.shipments.map(({ place, value }) => [place, value] as const)
  const normal = rows.filter(([place]) => left[place] === undefined)

  it('leaves out at most one shipment in five, and every reason names one that is there', () => {
    expect(compiled.faults).toEqual([])
    expect(rows.length - normal.length).toBeLessThanOrEqual(rows.length / 5)
    expect(rows.map(([place]) => place)).toEqual(expect.arrayContaining(Object.keys(left)))
    expect(normal.length).toBeGreaterThanOrEqual(5)
    process.stdout.write(
      `flipkart-seller corpus: ${normal.length} of ${rows.length} shipments, ${found.returns.length} returns, ${found.notifications.length} notifications\n`,
    )
  })

  it.each(rows.filter(([place]) => left[place] !== undefined))('%s still is no shipment by itself', (_, value) => {
    expect(() => snapshotOf(value)).toThrow('mappings/flipkart-seller/shipment.yaml')
  })

  it.each(normal)('%s keeps every figure', (_, shipment) => {
    const order = folded([snapshotOf(shipment)])
    const { items, discount, charges, taxAdded, total } = order.totals ?? {}
    expect({
      number: order.number,
      placedAt: Date.parse(order.placedAt),
      lines: order.lines.map(({ externalId, sku, quantity }) => [externalId, sku, quantity]),
      items: items?.minor,
      charges: charges?.minor,
      total: total?.minor,
      charged: sum(order.payments.map(({ charged }) => charged?.minor ?? 0)),
      given: sum(order.discounts.map(({ amount }) => amount?.minor ?? 0)),
      terms: order.payments.map(({ terms }) => terms),
      held: order.holds.some(({ kind }) => kind === 'channel'),
      cancelled: order.headline.state === 'cancelled',
      delivered: order.headline.fulfilment === 'delivered',
      shipBy: order.lines.map(({ promised }) => Date.parse(promised?.shipBy ?? '')),
    }).toEqual(factsOf(shipment))
    expect([discount?.minor, taxAdded?.minor]).toEqual([0, 0])
    expect(order.holds.filter(({ by }) => by !== 'channel')).toEqual([])
    expect(order.lines.every(({ id, part }) => id.startsWith(`${part}:`))).toBe(true)
  })

  it('makes of the shipments of one order one order, whose sums are theirs', () => {
    const byOrder = Map.groupBy(
      normal.map(([, shipment]) => shipment),
      (shipment) => String(at(shipment, 'orderItems', '0', 'orderId')),
    )
    const several = [...byOrder.values()].filter((shipments) => shipments.length > 1)
    expect(several.length).toBeGreaterThan(0)
    for (const shipments of several) {
      const order = folded(shipments.map(snapshotOf))
      const facts = shipments.map(factsOf)
      expect(order.totals?.total.minor).toBe(sum(facts.map(({ total }) => total)))
      expect(order.lines).toHaveLength(sum(facts.map(({ lines }) => lines.length)))
      expect(new Set(order.lines.map(({ part }) => part))).toEqual(new Set(shipments.map((one) => one['shipmentId'])))
      expect(order.holds.filter(({ kind }) => kind === 'totals-differ')).toEqual([])
    }
  })

  it('says whom a shipment is for where the address view is read beside it', () => {
    const details = here ? read(Object.keys(left)[0] ?? '') : {}
    const shipment = normal[0]?.[1] ?? {}
    const telling = map('order', { rank: 1, shipment, details })
    const to = (field: string): Json | undefined => at(details, 'deliveryAddress', field)
    expect(telling).toMatchObject({
      sections: {
        buyer: { name: 'Example Buyer Pvt Ltd', phone: to('contactNumber') },
        shipTo: {
          lines: [to('addressLine1'), to('addressLine2')],
          city: to('city'),
          region: to('state'),
          postcode: to('pinCode'),
          country: 'IN',
        },
      },
    })
  })

  it.each(found.returns.map(({ place, value }) => [place, value] as const))('%s is told of its order', (_, value) => {
    const telling = map('order', { rank: 1, returned: value })
    if (telling.kind !== 'facts') throw new Error(`expected facts, got ${telling.kind}`)
    const [returned] = telling.records?.returns ?? []
    expect([telling.order, telling.part, returned?.key]).toEqual([
      value['orderId'],
      value['shipmentId'],
      value['returnId'],
    ])
    expect(returned?.value).toMatchObject({
      kind: value['type'] === 'courier_return' ? 'courier' : 'customer',
      lines: [{ line: value['orderItemId'], quantity: value['quantity'] }],
    })
    expect(
      telling.records?.shipments?.map(({ value: { direction, trackingNumber } }) => [direction, trackingNumber]),
    ).toEqual([[value['type'] === 'courier_return' ? 'rto' : 'return', value['trackingId']]])
  })

  it.each(found.notifications.map(({ place, value }) => [place, value] as const))(
    '%s has a topic, and names what is to be read',
    (_, value) => {
      const topic = flipkartSeller.topics[String(value['eventType'])]
      if (topic === undefined || !('maps' in topic)) throw new Error(`no topic ${String(value['eventType'])} maps`)
      const item = at(value, 'attributes', 'returnItems', '0', 'orderItemId')
      const order = at(value, 'attributes', 'orderItems', '0', 'orderId')
      const expected =
        value['returnId'] === undefined
          ? (order ?? `shipment:${String(value['shipmentId'])}`)
          : `return:${String(value['returnId'])}:${String(item)}`
      expect(map(topic.maps, value)).toEqual({ kind: 'look', order: expected })
    },
  )

  it('reads what it is meant to read', () => {
    const seen = new Set<string>()
    const present = new Set<string>()
    for (const [, shipment] of normal) {
      const payload = { rank: 1, shipment }
      const coverage = compiled.mappings.get('order')?.coverage({ payload, settings })
      for (const path of coverage?.read ?? []) seen.add(path)
      for (const path of coverage?.present ?? []) present.add(path)
    }
    process.stdout.write(`flipkart-seller corpus, never read: ${[...present.difference(seen)].sort().join(' ')}\n`)
    expect(seen.size).toBeGreaterThan(25)
  })
})
