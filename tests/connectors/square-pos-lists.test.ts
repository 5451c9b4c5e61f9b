import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { squarePos } from '../../connectors/square-pos/index.ts'
import { sandbox } from '../../connectors/square-pos/sandbox.ts'
import type { State } from '../../connectors/square-pos/sandbox-posts.ts'
import { openDice } from '../../src/cli/dice.ts'
import type { Answer, Ask, Listed, ListWindow } from '../../src/connector/contract.ts'
import { type Json, readJson } from '../../src/kernel/json.ts'
import { openModel } from '../kit/official-model.ts'

const list = squarePos.lists?.['orders']
if (list === undefined) throw new Error('Square lists no orders')
const { settings, secrets } = sandbox.example
const hour = 3_600_000
const start = new Date('2026-11-24T10:00:00.000Z')
const window = (by: ListWindow['by'], from = start, to = new Date(start.getTime() + hour)): ListWindow => ({
  by,
  from,
  to,
})
const now = new Date(start.getTime() + 2 * hour)
const answer = (body: Json | undefined): Answer => ({ status: 200, headers: {}, bytes: new Uint8Array(), body })

const till: Json = {
  id: 'T1',
  location_id: 'L1',
  state: 'COMPLETED',
  created_at: '2026-11-24T10:05:00.250Z',
  updated_at: '2026-11-24T10:06:00.500Z',
  total_money: { amount: 1250, currency: 'USD' },
  line_items: [{ uid: 'u', quantity: '1' }],
}
const read = (orders: readonly Json[], by: ListWindow['by'] = 'changed', page?: string) =>
  list.read(answer({ orders }), { window: window(by), settings: { ...settings, locations: ['L1'] }, now }, page)

describe('listing the orders of Square', () => {
  it('asks for the locations of the account first, and searches in all of them', () => {
    const at = { window: window('changed'), settings, now }
    expect(list.ask(at, undefined)).toEqual({ method: 'GET', path: '/v2/locations' })
    const { items, next } = list.read(answer({ locations: [{ id: 'L1' }, { id: 'L2' }] }), at, undefined)
    expect(items).toEqual([])
    expect(list.ask(at, next)).toMatchObject({ path: '/v2/orders/search', body: { location_ids: ['L1', 'L2'] } })
  })

  it('searches at once where the settings name the locations, ten of them at a time', () => {
    const locations = Array.from({ length: 12 }, (_, at) => `L${at + 1}`)
    const at = { window: window('placed'), settings: { ...settings, locations }, now }
    expect(list.ask(at, undefined)).toEqual({
      method: 'POST',
      path: '/v2/orders/search',
      body: {
        location_ids: locations.slice(0, 10),
        query: {
          // both ends are in it, ours is not
          filter: {
            date_time_filter: {
              created_at: { start_at: '2026-11-24T10:00:00.000Z', end_at: '2026-11-24T10:59:59.999Z' },
            },
          },
          sort: { sort_field: 'CREATED_AT', sort_order: 'ASC' },
        },
        limit: 100,
      },
    })
    const second = list.read(answer({ orders: [till], cursor: 'c2' }), at, undefined).next
    expect(list.ask(at, second)).toMatchObject({ body: { location_ids: locations.slice(0, 10), cursor: 'c2' } })
    const third = list.read(answer({}), at, second).next
    expect(list.ask(at, third)).toMatchObject({ body: { location_ids: ['L11', 'L12'] } })
    expect(list.ask(at, third).body).not.toHaveProperty('cursor')
    expect(list.read(answer({}), at, third)).toEqual({ items: [] })
  })

  it('an order of the till is ranked by its time, one of the API by its version, as they are when read one by one', () => {
    const [first, second] = read([till, { ...Object(till), id: 'A1', version: 7 }]).items
    expect(first).toEqual({
      order: 'T1',
      rank: Date.parse('2026-11-24T10:06:00.500Z'),
      placed: Date.parse('2026-11-24T10:05:00.250Z'),
      changed: Date.parse('2026-11-24T10:06:00.500Z'),
      total: { amount: '12.50', currency: 'USD' },
      payload: { order: till },
    })
    expect(second).toMatchObject({ order: 'A1', rank: 7 })
  })

  it('a draft is no order', () => {
    expect(read([{ ...Object(till), state: 'DRAFT' }]).items).toEqual([])
  })

  it('a return is a part of the sale that it names, of no total of its own, and a fact: no order was placed by it', () => {
    const { line_items: _, ...rest } = Object(till)
    const back = { ...rest, id: 'R1', returns: [{ source_order_id: 'T1' }] }
    const [item] = read([back]).items
    expect(item).toMatchObject({ order: 'T1', part: 'R1', fact: true, payload: { order: back } })
    expect(item).not.toHaveProperty('total')
    expect(read([back], 'placed').items).toMatchObject([{ fact: true }])
    expect(read([{ ...back, returns: [{}] }]).items).toMatchObject([{ order: 'R1' }])
    expect(read([{ ...back, line_items: [{ quantity: '1' }] }], 'placed').items[0]).not.toHaveProperty('fact')
  })

  it('says what a list lacks', () => {
    expect(() => read([{ id: 'T1' }])).toThrow(expect.objectContaining({ code: 'CHANNEL_UNREADABLE' }))
    const at = { window: window('changed'), settings, now }
    expect(() => list.read(answer({}), at, undefined)).toThrow(/expected a list of Square: .*locations/)
  })
})

/** A shop that may be searched while it goes on. */
const openShop = () => {
  const dice = openDice(5)
  let state: State = sandbox.start({ seed: 5, settings, secrets, hookUrl: 'https://hub.example.com/webhooks/till' })
  let clock = start.getTime()
  const play = (steps: number): void => {
    for (let step = 0; step < steps; step += 1) {
      state = sandbox.play(state, dice, new Date(clock)).state
      clock += 60_000
    }
  }
  const send = (ask: Ask): { readonly status: number; readonly body: Json } => {
    const headers = { authorization: `Bearer ${secrets['accessToken']?.[0]}` }
    const body = Buffer.from(ask.body === undefined ? '' : JSON.stringify(ask.body))
    const replied = sandbox.answer(state, { method: ask.method, path: ask.path, query: {}, headers, body }, now)
    state = replied.state
    return { status: replied.reply.status, body: readJson(Buffer.from(replied.reply.body)) }
  }
  return { play, send, books: () => sandbox.books(state), clock: () => new Date(clock) }
}

describe('the Square sandbox, searched', () => {
  it('an order that changes between two pages leaves the window and shifts no other', () => {
    const shop = openShop()
    shop.play(40)
    const at = { window: window('changed', start, shop.clock()), settings, now }
    const items: Listed[] = []
    const before = new Set(shop.books().orders.map(({ externalId }) => externalId))
    let page: string | undefined
    do {
      const said = list.read(answer(shop.send(list.ask(at, page)).body), at, page)
      items.push(...said.items)
      page = said.next
      shop.play(2)
    } while (page !== undefined)
    const orders = items.filter(({ part }) => part === undefined).map(({ order }) => order)
    expect(new Set(orders).size).toBe(orders.length)
    expect(items.every(({ changed }) => changed < at.window.to.getTime())).toBe(true)
    const later = { ...at, window: window('changed', at.window.to, shop.clock()) }
    const rest = [undefined, ...pagesOf(shop, later)].flatMap((one) =>
      list.read(answer(shop.send(list.ask(later, one)).body), later, one).items.map(({ order }) => order),
    )
    expect([...before].filter((id) => !orders.includes(id) && !rest.includes(id))).toEqual([])
  })

  it('counts every call, and refuses two clocks, a cursor into another search, and no location', () => {
    const shop = openShop()
    shop.play(40)
    const at = {
      window: window('changed'),
      settings: { ...settings, locations: ['LSANDBOXUS', 'LSANDBOXCA', 'LSANDBOXGB'] },
      now,
    }
    const first = shop.send(list.ask(at, undefined))
    const { next } = list.read(answer(first.body), at, undefined)
    const asked = list.ask(at, next)
    const body = Object(asked.body)
    const other = { ...body, location_ids: ['LSANDBOXUS'] }
    const clocks = { ...body, query: { ...body.query, sort: { sort_field: 'CREATED_AT', sort_order: 'ASC' } } }
    expect(next).toBeDefined()
    expect(shop.send({ ...asked, body: other }).body).toMatchObject({ errors: [{ code: 'INVALID_CURSOR' }] })
    expect(shop.send({ ...asked, body: clocks })).toMatchObject({ status: 400 })
    expect(shop.send({ ...asked, body: { ...body, location_ids: [] } })).toMatchObject({ status: 400 })
    expect(shop.books().calls).toBe(4)
  })
})

const pagesOf = (shop: ReturnType<typeof openShop>, at: Parameters<typeof list.ask>[0]): readonly string[] => {
  const pages: string[] = []
  for (;;) {
    const page = pages.at(-1)
    const { next } = list.read(answer(shop.send(list.ask(at, page)).body), at, page)
    if (next === undefined) return pages
    pages.push(next)
  }
}

const corpus = process.env['CORPUS_DIR'] ?? join(import.meta.dirname, '../../../shared/fixtures')
const specification = join(corpus, 'square/openapi.json')
const here = existsSync(specification)
if (!here) process.stdout.write(`square-pos specification: skipped, ${specification} is not there\n`)

describe.skipIf(!here)('the specification of Square', () => {
  it('knows every call of a list, and everything that the sandbox answers to it', () => {
    const model = openModel(specification)
    const shop = openShop()
    shop.play(60)
    const wrong = { method: 'POST', path: '/v2/orders/search', status: 200, body: { orders: [{ wishes: 1 }] } }
    expect(model.faultsOfAnswer(wrong)).toHaveLength(2)
    for (const by of ['changed', 'placed'] as const) {
      const at = { window: window(by), settings, now }
      for (const page of [undefined, ...pagesOf(shop, at)]) {
        const { method, path, body } = list.ask(at, page)
        expect(model.faultsOfRequest({ method, path, ...(body === undefined ? {} : { body }) })).toEqual([])
        expect(model.faultsOfAnswer({ method, path, ...shop.send({ method, path, body }) })).toEqual([])
      }
    }
  })
})
