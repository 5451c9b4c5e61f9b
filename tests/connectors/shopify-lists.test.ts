import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shopify } from '../../connectors/shopify/index.ts'
import { listOrders } from '../../connectors/shopify/queries.ts'
import { openDice } from '../../src/cli/dice.ts'
import type { Answer, Ask, Listed, ListWindow } from '../../src/connector/contract.ts'
import { type Json, readJson } from '../../src/kernel/json.ts'
import { compileMappings } from '../../src/mapping/compile.ts'

const list = shopify.lists?.['orders']
if (list === undefined) throw new Error('Shopify lists no orders')
const { sandbox } = shopify
const { settings, secrets } = sandbox.example
const start = new Date('2026-11-24T10:00:00.000Z')
const at = (window: Partial<ListWindow>) => ({
  window: { by: 'changed' as const, from: start, to: new Date('2026-11-24T11:00:00.000Z'), ...window },
  settings,
  now: new Date('2026-11-24T12:00:00.000Z'),
})

const whole = { pageInfo: { hasNextPage: false } }
const cut = { pageInfo: { hasNextPage: true } }
const order: Json = {
  legacyResourceId: '6100000000123',
  createdAt: '2026-11-24T09:00:00Z',
  updatedAt: '2026-11-24T10:30:00Z',
  currencyCode: 'EUR',
  totalPriceSet: { shopMoney: { amount: '19.9', currencyCode: 'EUR' } },
  lineItems: whole,
  shippingLines: whole,
  discountApplications: whole,
  fulfillments: [],
  refunds: [],
}
const parcel: Json = { trackingInfo: [], fulfillmentLineItems: whole }
const refund: Json = { refundLineItems: whole, refundShippingLines: whole, transactions: whole }
const answer = (nodes: readonly Json[], pageInfo: Json = { hasNextPage: false, endCursor: null }): Answer => ({
  status: 200,
  headers: {},
  bytes: new Uint8Array(),
  body: { data: { orders: { nodes, pageInfo } } },
  at: 5,
})

describe('listing the orders of Shopify', () => {
  it('asks by the clock of the window, in the whole seconds that Shopify keeps', () => {
    const window = { from: new Date('2026-11-24T10:00:00.001Z'), to: new Date('2026-11-24T11:00:00.000Z') }
    const query = "updated_at:>='2026-11-24T10:00:01Z' updated_at:<'2026-11-24T11:00:00Z'"
    expect(list.ask(at(window), undefined)).toEqual({
      method: 'POST',
      path: '/admin/api/2026-07/graphql.json',
      body: { query: listOrders, variables: { query, by: 'UPDATED_AT' } },
    })
    expect(list.ask(at({ ...window, by: 'placed' }), 'c1').body).toMatchObject({
      variables: { query: query.replaceAll('updated_at', 'created_at'), by: 'CREATED_AT', after: 'c1' },
    })
  })

  it('tells an order as the query for it does, with its rank, its times and its total', () => {
    expect(list.read(answer([order]), at({}), undefined)).toEqual({
      items: [
        {
          order: '6100000000123',
          rank: Date.parse('2026-11-24T10:30:00Z'),
          placed: Date.parse('2026-11-24T09:00:00Z'),
          changed: Date.parse('2026-11-24T10:30:00Z'),
          observed: 5,
          total: { amount: '19.9', currency: 'EUR' },
          payload: { data: { order } },
        },
      ],
    })
  })

  it.each<[string, object]>([
    ['lines', { lineItems: cut }],
    ['charges', { shippingLines: cut }],
    ['discounts', { discountApplications: cut }],
    ['parcels', { fulfillments: [parcel, parcel, parcel] }],
    ['tracking numbers', { fulfillments: [{ ...Object(parcel), trackingInfo: [{ number: '1' }, {}, {}] }] }],
    ['lines of a parcel', { fulfillments: [{ ...Object(parcel), fulfillmentLineItems: cut }] }],
    ['refunds', { refunds: [refund, refund, refund] }],
    ['lines of a refund', { refunds: [{ ...Object(refund), refundLineItems: cut }] }],
    ['charges of a refund', { refunds: [{ ...Object(refund), refundShippingLines: cut }] }],
    ['payments of a refund', { refunds: [{ ...Object(refund), transactions: cut }] }],
  ])('only names an order that may have more %s than a page shows', (_, more) => {
    const [item] = list.read(answer([{ ...Object(order), ...more }]), at({}), undefined).items
    expect(item).toMatchObject({ order: '6100000000123', total: { amount: '19.9', currency: 'EUR' } })
    expect(item).not.toHaveProperty('payload')
  })

  it('keeps the payload of an order with two parcels and two refunds', () => {
    const some = { ...Object(order), fulfillments: [parcel, parcel], refunds: [refund, refund] }
    expect(list.read(answer([some]), at({}), undefined).items[0]).toHaveProperty('payload')
  })

  it('goes on where Shopify says so, and a page that leads nowhere is unreadable', () => {
    expect(list.read(answer([], { hasNextPage: true, endCursor: 'c2' }), at({}), undefined).next).toBe('c2')
    expect(list.read(answer([], { hasNextPage: false, endCursor: 'c2' }), at({}), undefined).next).toBeUndefined()
    expect(() => list.read(answer([], { hasNextPage: true, endCursor: null }), at({}), undefined)).toThrow(
      expect.objectContaining({ code: 'CHANNEL_UNREADABLE' }),
    )
  })

  it('takes the access token, without which a shop is heard by its webhooks alone', () => {
    expect(list.can?.(settings, secrets)).toBe(true)
    expect(list.can?.(settings, { webhookSecret: ['s'] })).toBe(false)
  })

  it('says what a list lacks', () => {
    const { legacyResourceId: _, ...nameless } = Object(order)
    expect(() => list.read(answer([nameless]), at({}), undefined)).toThrow(/legacyResourceId/)
  })
})

/** A shop that may be listed while it goes on. */
const openShop = () => {
  const dice = openDice(4)
  let state = sandbox.start({ seed: 4, settings, secrets, hookUrl: 'https://hub.example/webhooks/corner' })
  let clock = start.getTime()
  const play = (steps: number): void => {
    for (let step = 0; step < steps; step += 1) {
      state = sandbox.play(state, dice, new Date(clock)).state
      clock += 10_000
    }
  }
  const send = (ask: Ask): Answer => {
    const headers = { 'x-shopify-access-token': 'sandbox-access-token' }
    const body = Buffer.from(JSON.stringify(ask.body))
    const replied = sandbox.answer(state, { method: ask.method, path: ask.path, query: {}, headers, body }, start)
    state = replied.state
    const bytes = Buffer.from(replied.reply.body)
    return { status: replied.reply.status, headers: {}, bytes, body: readJson(bytes) }
  }
  const read = (window: Partial<ListWindow>, between = (): void => {}): readonly Listed[] => {
    const items: Listed[] = []
    let page: string | undefined
    do {
      const said = list.read(send(list.ask(at(window), page)), at(window), page)
      items.push(...said.items)
      page = said.next
      between()
    } while (page !== undefined)
    return items
  }
  return { play, send, read, books: () => sandbox.books(state), clock: () => new Date(clock) }
}

describe('the Shopify sandbox, listed', () => {
  it('an order that changes between two pages leaves the window and shifts no other', () => {
    const shop = openShop()
    shop.play(150)
    const to = shop.clock()
    const before = shop.books().orders.map(({ externalId }) => externalId)
    const first = shop.read({ to }, () => shop.play(5)).map((item) => item.order)
    const rest = shop.read({ from: to, to: shop.clock() }).map((item) => item.order)
    expect(before.length).toBeGreaterThan(60)
    expect(new Set(first).size).toBe(first.length)
    expect(rest.some((id) => before.includes(id))).toBe(true)
    expect(before.filter((id) => !first.includes(id) && !rest.includes(id))).toEqual([])
  })

  it('an order that is listed tells the same to the letter as when it is read', () => {
    const shop = openShop()
    shop.play(200)
    const folder = join(import.meta.dirname, '../../mappings/shopify')
    const files = readdirSync(folder).map((name) => ({ path: name, text: readFileSync(join(folder, name), 'utf8') }))
    const mapping = compileMappings(files).mappings.get('order-read')
    const items = shop.read({ by: 'placed', to: shop.clock() })
    const carried = items.filter(({ payload }) => payload !== undefined)
    for (const { order: id, payload = null } of carried) {
      const ask = shopify.queries.order?.ask(id, settings)
      if (ask === undefined) throw new Error('Shopify cannot be asked for an order')
      expect(mapping?.apply({ payload })).toEqual(mapping?.apply({ payload: shop.send(ask).body ?? null }))
    }
    expect(carried.length).toBeGreaterThan(50)
    expect(items.length).toBeGreaterThan(carried.length)
  })

  it('counts every call, and refuses a filter that it does not know', () => {
    const shop = openShop()
    const asked = list.ask(at({}), undefined)
    shop.send(asked)
    const odd = { ...asked, body: { query: listOrders, variables: { query: '', by: 'RELEVANCE' } } }
    expect(shopify.classify?.(shop.send(odd), start)).toMatchObject({ code: 'CHANNEL_REFUSED' })
    expect(shop.books().calls).toBe(2)
  })
})
