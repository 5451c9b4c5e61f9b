import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { squarePos } from '../../connectors/square-pos/index.ts'
import type { View } from '../../src/canonical/order.ts'
import type { Mapped, Telling } from '../../src/canonical/telling.ts'
import type { Json } from '../../src/kernel/json.ts'
import { compileMappings } from '../../src/mapping/compile.ts'
import { fold } from '../../src/orders/fold.ts'
import { at, corpusOf, type Fields, isFields, listOf, sum } from '../kit/corpus.ts'

const { folder: square, here, read } = corpusOf('square', 'square-pos')

/** What cannot be normalised, and why. A row that is no longer true fails. */
const left: Readonly<Record<string, string>> = {
  'batch-retrieve-orders-response.json orders.0': 'trimmed: no state, no created_at, lines without gross_sales_money',
}

/** What looks like an order and is none: nobody can read it by an id. */
const noOrders: Readonly<Record<string, string>> = {
  'openapi.json CalculateOrderResponse order': 'a calculation: it was never made, so it has no id',
  'openapi.json CreateCheckoutResponse checkout.order': 'what a checkout was asked for, without id or uids',
}

interface Found {
  readonly place: string
  readonly order: Fields
}
const amount = (value: Json | undefined, field: string): number => Number(at(value, field, 'amount') ?? 0)

const ordersIn = (value: Json | undefined, place: string): readonly Found[] => {
  if (Array.isArray(value)) return value.flatMap((item, index) => ordersIn(item, `${place}.${index}`))
  if (!isFields(value)) return []
  if ('line_items' in value || 'returns' in value) return [{ place, order: value }]
  return Object.entries(value).flatMap(([name, held]) =>
    ordersIn(held, place.endsWith(' ') ? place + name : `${place}.${name}`),
  )
}

/** Every order of the files and of the examples in the specification, each once; what is asked for in a request is none. */
const everything = (): readonly Found[] => {
  const files = ['.', 'derived'].flatMap((folder) =>
    readdirSync(join(square, folder)).map((name) => join(folder, name)),
  )
  const answers = files.filter(
    (name) => name.endsWith('.json') && !name.endsWith('-request.json') && name !== 'openapi.json',
  )
  const schemas = at(read('openapi.json'), 'components', 'schemas')
  const examples = Object.entries(isFields(schemas) ? schemas : {}).filter(([name]) => !name.endsWith('Request'))
  const found = [
    ...answers.flatMap((name) => ordersIn(read(name), `${name} `)),
    ...examples.flatMap(([name, schema]) => ordersIn(at(schema, 'example'), `openapi.json ${name} `)),
  ]
  const seen = new Map(found.toReversed().map((one) => [JSON.stringify(one.order), one]))
  return [...seen.values()]
}

const folder = join(import.meta.dirname, '../../mappings/square-pos')
const compiled = compileMappings(
  readdirSync(folder).map((name) => ({
    path: `mappings/square-pos/${name}`,
    text: readFileSync(join(folder, name), 'utf8'),
  })),
)
const input = (order: Fields) => ({ payload: { order }, settings: { environment: 'production' } })
const map = (order: Fields): Mapped => {
  const mapping = compiled.mappings.get('order')
  if (mapping === undefined) throw new Error('mappings/square-pos/order.yaml is not there')
  return mapping.apply(input(order))
}

const viewOf = (telling: Telling): View => {
  const identity = { id: 'ord_1', connection: 'till', connector: 'square-pos', externalId: telling.order }
  const heard = [{ telling, message: 'msg_1', posted: false }]
  const { order } = fold(identity, undefined, { heard, acts: [], at: new Date(0), by: 'test', listens: () => false })
  if (order === undefined) throw new Error(`order ${telling.order} has no snapshot`)
  return order
}

/** The figures of a payload, read without the mapping. */
const factsOf = (order: Fields) => {
  const lines = listOf(order['line_items'])
  const charges =
    amount(order, 'total_service_charge_money') +
    amount(order, 'total_tip_money') +
    amount(order['rounding_adjustment'], 'amount_money')
  const paid = sum(listOf(order['tenders']).map((tender) => amount(tender, 'amount_money')))
  return {
    number: order['reference_id'] ?? order['ticket_name'] ?? order['id'],
    lines: lines.length,
    units: sum(lines.map((line) => Number(line['quantity']))),
    currency: at(order, 'total_money', 'currency'),
    items: sum(lines.map((line) => amount(line, 'gross_sales_money'))),
    discount: amount(order, 'total_discount_money'),
    charges,
    // none of the corpus has an inclusive tax: all of it is added
    taxAdded: amount(order, 'total_tax_money'),
    total: amount(order, 'total_money'),
    payment: paid === 0 ? 'due' : paid < amount(order, 'total_money') ? 'part-paid' : 'paid',
    fulfilment: order['state'] === 'COMPLETED' && order['fulfillments'] === undefined ? 'delivered' : 'open',
    country: at(order, 'fulfillments', '0', 'shipment_details', 'recipient', 'address', 'country'),
  }
}

describe.skipIf(!here)('the Square corpus', () => {
  const found = here ? everything() : []
  const rows = found.map((one) => [one.place, one.order] as const)
  const orders = rows.filter(([place]) => noOrders[place] === undefined)
  const normal = orders.filter(([place]) => left[place] === undefined)
  const sales = normal.filter(([, order]) => order['state'] !== 'DRAFT' && order['returns'] === undefined)

  it('leaves out at most one order in five, and every reason names an order that is there', () => {
    expect(compiled.faults).toEqual([])
    expect(orders.length - normal.length).toBeLessThanOrEqual(orders.length / 5)
    expect(rows.map(([place]) => place)).toEqual(
      expect.arrayContaining([...Object.keys(left), ...Object.keys(noOrders)]),
    )
    expect(sales.length).toBeGreaterThanOrEqual(6)
  })

  it.each(rows.filter(([place]) => left[place] !== undefined || noOrders[place] !== undefined))(
    '%s still cannot be normalised',
    (_, order) => {
      expect(() => map(order)).toThrow('mappings/square-pos/order.yaml')
    },
  )

  it.each(sales)('%s keeps every figure', (_, order) => {
    const telling = map(order)
    if (telling.kind !== 'snapshot') throw new Error(`expected a snapshot, got ${telling.kind}`)
    const view = viewOf(telling)
    const { items, discount, charges, taxAdded, total } = view.totals ?? {}
    expect({
      number: view.number,
      lines: view.lines.length,
      units: sum(view.lines.map((line) => line.quantity)),
      currency: view.currency,
      items: items?.minor,
      discount: discount?.minor,
      charges: charges?.minor,
      taxAdded: taxAdded?.minor,
      total: total?.minor,
      payment: view.headline.payment,
      fulfilment: view.headline.fulfilment,
      country: view.shipTo?.country,
    }).toEqual(factsOf(order))
    expect((items?.minor ?? 0) - (discount?.minor ?? 0) + (charges?.minor ?? 0) + (taxAdded?.minor ?? 0)).toBe(
      total?.minor,
    )
    expect(view.holds).toEqual([])
  })

  it.each(normal.filter(([, order]) => order['state'] === 'DRAFT'))('%s is a draft and no order', (_, order) => {
    expect(map(order)).toMatchObject({ kind: 'nothing' })
  })

  it.each(normal.filter(([, order]) => order['returns'] !== undefined))(
    '%s is told of the sale it names',
    (_, order) => {
      const telling = map(order)
      const [returned] = listOf(order['returns'])
      if (telling.kind !== 'facts') throw new Error(`expected facts, got ${telling.kind}`)
      expect(telling.order).toBe(returned?.['source_order_id'])
      expect(sum((telling.records?.refunds ?? []).map(({ value }) => value.amount.minor))).toBe(
        sum(listOf(order['refunds']).map((refund) => amount(refund, 'amount_money'))),
      )
      expect((telling.records?.returns ?? []).flatMap(({ value }) => value.lines)).toEqual(
        listOf(returned?.['return_line_items']).map((line) => ({
          line: line['source_line_item_uid'],
          quantity: Number(line['quantity']),
        })),
      )
    },
  )

  it.each(here ? readdirSync(square).filter((name) => name.startsWith('event-')) : [])(
    '%s names its order, or is known to say nothing',
    (name) => {
      const payload = read(name)
      const topic = squarePos.topics[String(at(payload, 'type'))]
      if (topic !== undefined && 'does' in topic) return expect(topic.does).toBe('nothing')
      const [about] = Object.values(at(payload, 'data', 'object') ?? {})
      expect(compiled.mappings.get(topic?.maps ?? '')?.apply({ payload })).toMatchObject({
        kind: 'look',
        order: at(about, 'order_id'),
      })
    },
  )

  it('reads what it is meant to read', () => {
    const read = new Set<string>()
    const present = new Set<string>()
    for (const [, order] of normal) {
      const coverage = compiled.mappings.get('order')?.coverage(input(order))
      for (const path of coverage?.read ?? []) read.add(path)
      for (const path of coverage?.present ?? []) present.add(path)
    }
    process.stdout.write(
      `square-pos corpus: ${normal.length} of ${orders.length} orders; ${read.size} of ${present.size} paths read\n`,
    )
    process.stdout.write(`square-pos corpus, never read: ${[...present.difference(read)].sort().join(' ')}\n`)
    expect(read.size).toBeGreaterThan(60)
  })
})
