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
        const read = list(name).read(answer, at, page)
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
    expect(list('orders').read(answered(rows), at, undefined)).toEqual({
      items: [
        {
          order: '2',
          rank: start.getTime(),
          mark: expect.stringMatching(/^[0-9a-f]{32}$/),
          placed: Date.parse('2026-11-24T09:00:00Z'),
          changed: start.getTime(),
          total: { amount: '1.00', currency: 'EUR' },
          payload: rows[1],
        },
      ],
    })
  })

  it('tells apart what differs within one second: a refund leaves the time of its order as it was', () => {
    const before = row(1, '2026-11-24T10:00:00')
    const refunded = row(1, '2026-11-24T10:00:00', { refunds: [{ id: 9, reason: '', total: '-1.00' }] })
    const marks = [before, refunded, before].map(
      (one) => list('orders').read(answered([one]), at, undefined).items[0]?.mark,
    )
    expect(marks[0]).toBe(marks[2])
    expect(marks[0]).not.toBe(marks[1])
    const { order } = wooStore.queries
    expect(order?.read({ ...answered([]), body: refunded })).toMatchObject({ mark: marks[1] })
  })

  it('leaves out drafts, and says no total where a gift card paid a part of it', () => {
    const rows = [
      row(1, '2026-11-24T10:00:00', { status: 'checkout-draft' }),
      row(2, '2026-11-24T10:00:01', { gift_cards: [{ id: 1, amount: 5 }] }),
    ]
    const { items } = list('orders').read(answered(rows), at, undefined)
    expect(items.map(({ order, total }) => [order, total])).toEqual([['2', undefined]])
  })

  const more = { 'x-wp-totalpages': '4' }
  const asked = (page: string | undefined) => list('orders').ask(at, page).query

  it('goes on from the last time seen, without those listed already, and by number only where a whole page has one time', () => {
    const moving = [row(1, '2026-11-24T10:00:00'), row(2, '2026-11-24T10:00:09'), row(3, '2026-11-24T10:00:09')]
    const { next } = list('orders').read(answered(moving, more), at, undefined)
    expect(asked(next)).toMatchObject({ modified_after: '2026-11-24T10:00:08', page: '1' })
    const still = [row(2, '2026-11-24T10:00:09'), row(3, '2026-11-24T10:00:09'), row(4, '2026-11-24T10:00:09')]
    const second = list('orders').read(answered(still, more), at, next)
    expect(second.items.map(({ order }) => order)).toEqual(['4'])
    expect(asked(second.next)).toMatchObject({ modified_after: '2026-11-24T10:00:08', page: '2' })
    const third = list('orders').read(answered(still, more), at, second.next)
    expect(asked(third.next)).toMatchObject({ modified_after: '2026-11-24T10:00:08', page: '3' })
  })

  it('one that changed since it was listed is listed again', () => {
    const before = [row(1, '2026-11-24T10:00:00'), row(2, '2026-11-24T10:00:09')]
    const { next } = list('orders').read(answered(before, more), at, undefined)
    const after = [row(2, '2026-11-24T10:00:30')]
    expect(
      list('orders')
        .read(answered(after), at, next)
        .items.map(({ order }) => order),
    ).toEqual(['2'])
  })

  it('ends with the count of pages, or with a page that is not full where the site drops it', () => {
    const rows = [row(1, '2026-11-24T10:00:00'), row(2, '2026-11-24T10:00:09')]
    expect(list('orders').read(answered(rows, { 'x-wp-totalpages': '1' }), at, undefined).next).toBeUndefined()
    expect(list('orders').read(answered(rows), at, undefined).next).toBeUndefined()
    const full = Array.from({ length: 100 }, (_, index) =>
      row(index + 1, `2026-11-24T10:00:${index < 50 ? '00' : '09'}`),
    )
    expect(list('orders').read(answered(full), at, undefined).next).toBeDefined()
  })

  it('names what the answer lacks', () => {
    expect(() => list('orders').read(answered([{ id: 1 }]), at, undefined)).toThrow('expected an order at 0')
    expect(() => list('orders').read({ ...answered([]), body: { code: 'x' } }, at, undefined)).toThrow(
      'a list of orders',
    )
    expect(() =>
      list('orders').read(answered([row(1, '2026-11-24T10:00:00', { date_created_gmt: null })]), at, undefined),
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
    const versions = kept.items.map(({ order, rank }) => `${order} ${rank}`)
    expect(new Set(versions).size).toBe(versions.length)
    const booked = shop.books().orders.map(({ externalId }) => externalId)
    expect(booked.length).toBeGreaterThan(250)
    expect(booked.filter((id) => !listed.has(id))).toEqual([])
  })
})
