import { describe, expect, it } from 'vitest'
import { wooStore } from '../../connectors/woo-store/index.ts'
import { openDice } from '../../src/cli/dice.ts'
import { classify } from '../../src/connector/classify.ts'
import type { Answer, Ask, List, Listed, ListWindow } from '../../src/connector/contract.ts'
import { type Json, readJson } from '../../src/kernel/json.ts'

const { sandbox, lists } = wooStore
const list = (name: string): List<Readonly<Record<string, unknown>>> => {
  const found = lists?.[name]
  if (found === undefined) throw new Error(`there is no list ${name}`)
  return found
}
const start = new Date('2026-11-24T10:00:00Z')
const later = (minutes: number): Date => new Date(start.getTime() + minutes * 60_000)
const headers = { authorization: `Basic ${Buffer.from('ck_sandbox:cs_sandbox').toString('base64')}` }
const settings = sandbox.example.settings

const answerOf = (status: number, said: Readonly<Record<string, string>>, body: string): Answer => ({
  status,
  headers: said,
  bytes: Buffer.from(body),
  body: readJson(Buffer.from(body)),
})

/** A shop that has played for a while; one step a minute. */
const shopOf = (steps: number) => {
  const dice = openDice(3)
  let state = sandbox.start({ seed: 3, ...sandbox.example, hookUrl: 'https://hub.example/webhooks/shop' })
  for (let step = 0; step < steps; step += 1) ({ state } = sandbox.play(state, dice, later(step)))
  return {
    books: () => sandbox.books(state),
    /** Reads a list to its end, while the shop goes on. */
    readAll: (name: string, window: ListWindow, now: Date) => {
      const at = { window, settings, now }
      const asks: Ask[] = []
      const items: Listed[] = []
      let page: string | undefined
      do {
        const asked = list(name).ask(at, page)
        asks.push(asked)
        const call = {
          method: asked.method,
          path: asked.path,
          query: asked.query ?? {},
          headers,
          body: new Uint8Array(),
        }
        const answered = sandbox.answer(state, call, now)
        state = answered.state
        const answer = answerOf(answered.reply.status, answered.reply.headers, answered.reply.body)
        if (classify(answer, now) !== undefined) throw new Error(`answered ${answer.status}`)
        const read = list(name).read(answer, at)
        items.push(...read.items)
        page = read.next
      } while (page !== undefined && asks.length < 50)
      return { asks, items }
    },
  }
}

const row = (id: number, modified: string, more: object = {}): Json => ({
  id,
  status: 'processing',
  currency: 'EUR',
  total: '1.00',
  date_created_gmt: '2026-11-24T09:00:00',
  date_modified_gmt: modified,
  ...more,
})
const window = { from: start, to: later(60), by: 'changed' } as const
const at = { window, settings, now: later(90) }
const answered = (rows: readonly Json[], said: Readonly<Record<string, string>> = {}): Answer => ({
  status: 200,
  headers: said,
  bytes: new Uint8Array(),
  body: rows,
})

describe('the list of orders', () => {
  it('asks for those changed in the window, in UTC, a second wide of it on both sides', () => {
    const precise = { from: new Date('2026-11-24T10:00:00.500Z'), to: new Date('2026-11-24T11:00:00.250Z') }
    expect(list('orders').ask({ ...at, window: { ...precise, by: 'changed' } }, undefined)).toEqual({
      method: 'GET',
      path: '/wp-json/wc/v3/orders',
      query: {
        status: 'any',
        modified_after: '2026-11-24T09:59:59',
        modified_before: '2026-11-24T11:00:02',
        dates_are_gmt: 'true',
        orderby: 'modified',
        order: 'asc',
        per_page: '100',
        page: '1',
      },
    })
  })

  it('asks for those placed in it by the other names, and for the trash by itself', () => {
    expect(list('trashed').ask({ ...at, window: { ...window, by: 'placed' } }, undefined).query).toMatchObject({
      status: 'trash',
      after: '2026-11-24T09:59:59',
      before: '2026-11-24T11:00:01',
      orderby: 'date',
    })
  })

  it('gives what is in the window, with times, rank, total and the order itself', () => {
    const rows = [row(1, '2026-11-24T09:59:59'), row(2, '2026-11-24T10:00:00'), row(3, '2026-11-24T11:00:00')]
    expect(list('orders').read(answered(rows), at)).toEqual({
      items: [
        {
          order: '2',
          rank: start.getTime(),
          placed: Date.parse('2026-11-24T09:00:00Z'),
          changed: start.getTime(),
          total: { amount: '1.00', currency: 'EUR' },
          payload: rows[1],
        },
      ],
    })
  })

  it('leaves out drafts, and says no total where a gift card paid a part of it', () => {
    const rows = [
      row(1, '2026-11-24T10:00:00', { status: 'checkout-draft' }),
      row(2, '2026-11-24T10:00:01', { gift_cards: [{ id: 1, amount: 5 }] }),
    ]
    const { items } = list('orders').read(answered(rows), at)
    expect(items.map(({ order, total }) => [order, total])).toEqual([['2', undefined]])
  })

  it('goes on from the last time seen, and by number only where a whole page has one time', () => {
    const link = '<https://shop.example/wp-json/wc/v3/orders?per_page=2&page=3&consumer_secret=x>; rel="next"'
    const moving = [row(1, '2026-11-24T10:00:00'), row(2, '2026-11-24T10:00:09')]
    const next = list('orders').read(answered(moving, { link }), at).next
    expect(list('orders').ask(at, next).query).toMatchObject({ modified_after: '2026-11-24T10:00:08', page: '1' })
    const still = [row(1, '2026-11-24T10:00:09'), row(2, '2026-11-24T10:00:09')]
    const same = list('orders').read(answered(still, { link }), at).next
    expect(list('orders').ask(at, same).query).toMatchObject({ modified_after: '2026-11-24T10:00:08', page: '3' })
  })

  it('knows by the count of pages that there are more where the site drops the header Link', () => {
    const moving = [row(1, '2026-11-24T10:00:00'), row(2, '2026-11-24T10:00:09')]
    expect(list('orders').read(answered(moving, { 'x-wp-totalpages': '4' }), at).next).toBeDefined()
    expect(list('orders').read(answered(moving, { 'x-wp-totalpages': '1' }), at).next).toBeUndefined()
    const still = [row(1, '2026-11-24T10:00:09'), row(2, '2026-11-24T10:00:09')]
    expect(() => list('orders').read(answered(still, { 'x-wp-totalpages': '4' }), at)).toThrow('header Link')
  })

  it('names what the answer lacks', () => {
    expect(() => list('orders').read(answered([{ id: 1 }]), at)).toThrow('expected an order at 0')
    expect(() => list('orders').read({ ...answered([]), body: { code: 'x' } }, at)).toThrow('a list of orders')
    expect(() =>
      list('orders').read(answered([row(1, '2026-11-24T10:00:00', { date_created_gmt: null })]), at),
    ).toThrow('date_created_gmt of order 1')
  })
})

describe('a shop that goes on while its list is read', () => {
  it.each(['changed', 'placed'] as const)('loses no order between two pages, by %s', (by) => {
    const shop = shopOf(700)
    const whole = { from: start, to: later(2000), by }
    const kept = shop.readAll('orders', whole, later(1000))
    const trashed = shop.readAll('trashed', whole, later(1000))
    expect(kept.asks.length).toBeGreaterThan(2)
    const listed = new Set([...kept.items, ...trashed.items].map(({ order }) => order))
    const booked = shop.books().orders.map(({ externalId }) => externalId)
    expect(booked.length).toBeGreaterThan(250)
    expect(booked.filter((id) => !listed.has(id))).toEqual([])
  })
})
