import { describe, expect, it } from 'vitest'
import type { Connector, Listed } from '../../../src/connector/contract.ts'
import type { Sandbox, SandboxCall } from '../../../src/connector/sandbox.ts'
import { type Json, readJson } from '../../../src/kernel/json.ts'
import { acmePost } from './acme-post/index.ts'
import { saidBy } from './said-by.ts'

const { lists, queries, sandbox } = acmePost
const orders = lists?.['orders']
const reading = queries.order
if (orders === undefined || reading === undefined) throw new Error('acme-post lacks a part')
type Acme = typeof orders

const withList = (change: Partial<Acme>): Connector => ({ ...acmePost, lists: { orders: { ...orders, ...change } } })
const withItems = (change: (item: Listed, at: number) => readonly Listed[]): Connector =>
  withList({
    read: (...told) => {
      const read = orders.read(...told)
      return { ...read, items: read.items.flatMap(change) }
    },
  })

/** A list whose pages are counted off: "after" is how many were given. */
const countedOff = (answer: Sandbox['answer']): Sandbox['answer'] => {
  return (state, call, now) => {
    if (call.path !== '/v1/orders') return answer(state, call, now)
    const from = Number(call.query['after'] ?? 0)
    const all = everyPage((query) => readJson(Buffer.from(answer(state, { ...call, query }, now).reply.body)), call)
    const said = { orders: all.slice(from, from + 10), ...(all.length > from + 10 ? { next: String(from + 10) } : {}) }
    return { ...answer(state, call, now), reply: { status: 200, headers: {}, body: JSON.stringify(said) } }
  }
}
const everyPage = (ask: (query: SandboxCall['query']) => Json, { query }: SandboxCall): readonly Json[] => {
  const { after: _, ...first } = query
  const all: Json[] = []
  for (let next: SandboxCall['query'] | undefined = first; next !== undefined; ) {
    const said: { readonly orders?: Json; readonly next?: Json } = Object(ask(next))
    if (Array.isArray(said.orders)) all.push(...said.orders)
    next = said.next === undefined ? undefined : { ...first, after: String(said.next) }
  }
  return all
}

describe('a list that breaks a rule is caught by it', () => {
  it.each<[string, Connector, string, RegExp]>([
    [
      'asks with a word that nobody documented',
      withList({
        ask: (at, page) => ({ ...orders.ask(at, page), query: { ...orders.ask(at, page).query, all: 'yes' } }),
      }),
      'listing orders by changed sends exactly what the vendor documents',
      /request 1: address/,
    ],
    [
      'asks by when orders changed, whatever it is to ask by',
      withList({ ask: (at, page) => orders.ask({ ...at, window: { ...at.window, by: 'changed' } }, page) }),
      'listing orders by placed sends exactly what the vendor documents',
      /expected .*by=placed.*, got .*by=updated/,
    ],
    [
      'stops after the first page',
      withList({ read: (...told) => ({ items: orders.read(...told).items }) }),
      'by placed, every order is listed exactly once',
      /order a-\d+ stands in the books, but is not listed/,
    ],
    [
      'begins again after the last page',
      withList({ read: (...told) => ({ next: 'a', ...orders.read(...told) }) }),
      'by changed, every order is listed exactly once',
      /list orders has no end/,
    ],
    [
      'tells the first of each page twice',
      withItems((item, at) => (at === 0 ? [item, item] : [item])),
      'by changed, every order is listed exactly once',
      /is listed twice/,
    ],
    [
      'calls orders by another name',
      withItems((item) => [{ ...item, order: item.order.toUpperCase() }]),
      'by placed, every order is listed exactly once',
      /order A-1 is listed, but stands in no books/,
    ],
    [
      'ranks by another measure',
      withItems((item) => [{ ...item, rank: item.changed }]),
      'by changed, what is listed has the rank that its mapping gives it',
      /the list ranks a-\d+ \d+, the mapping 1/,
    ],
    [
      'carries what tells of another order',
      withItems((item) => [{ ...item, order: 'a-2' }]),
      'by placed, what is listed has the rank that its mapping gives it',
      /a-2 is listed, but what it is tells of order a-1/,
    ],
    [
      'names a part that no mapping knows',
      withItems((item) => [{ ...item, part: 'p-1' }]),
      'by placed, what is listed has the rank that its mapping gives it',
      /a-1 part p-1 tells of part none/,
    ],
    [
      'only names its orders, and ranks them by another measure than the query',
      withItems(({ payload: _, ...item }) => [{ ...item, rank: 99 }]),
      'by placed, what is listed has the rank that its mapping gives it',
      /the list ranks a-1 99, the mapping 2/,
    ],
    [
      'takes the end of a window for a part of it',
      withList({
        ask: (at, page) =>
          orders.ask({ ...at, window: { ...at.window, to: new Date(at.window.to.getTime() + 1) } }, page),
      }),
      'by changed, what is listed lies in its window, whose end is not in it',
      /was changed at .*, and is listed in/,
    ],
    [
      'leaves the first moment of a window out',
      withList({
        ask: (at, page) =>
          orders.ask({ ...at, window: { ...at.window, from: new Date(at.window.from.getTime() + 1) } }, page),
      }),
      'by placed, what is listed lies in its window, whose end is not in it',
      /the same in two parts lists/,
    ],
    [
      'counts in seconds',
      withItems((item) => [{ ...item, placed: item.placed / 1000 }]),
      'by placed, what is listed lies in its window, whose end is not in it',
      /was placed at 1970/,
    ],
    [
      'does not read the time',
      withItems((item) => [{ ...item, changed: Number.NaN }]),
      'by placed, what is listed lies in its window, whose end is not in it',
      /expected whole milliseconds as placed and changed, got NaN/,
    ],
    [
      'lists everything, whatever the window',
      withList({
        ask: (at, page) => orders.ask({ ...at, window: { ...at.window, from: new Date(0), to: at.now } }, page),
      }),
      'a window that holds nothing lists nothing',
      /a-1 is listed in a window of long before it/,
    ],
    [
      'counts its pages off while orders move',
      { ...acmePost, sandbox: { ...sandbox, answer: countedOff(sandbox.answer) } },
      'an order that changes while a list is read is in that window or the next',
      /was listed in neither window/,
    ],
    [
      'says another total',
      withItems((item) => [{ ...item, total: { amount: '0.01', currency: 'EUR' } }]),
      'what the list says an order comes to is what its mapping says',
      /a-1: the list says 0.01 EUR, the mapping/,
    ],
    [
      'says the total in another currency',
      withItems((item) => [{ ...item, total: { amount: item.total?.amount ?? '', currency: 'USD' } }]),
      'what the list says an order comes to is what its mapping says',
      /USD, the mapping \d+ of the smallest unit of EUR/,
    ],
    [
      'takes anything for an empty list',
      withList({ read: (answer, ...at) => (answer.body === undefined ? { items: [] } : orders.read(answer, ...at)) }),
      'an answer that is no list is unreadable, and not an empty list',
      /expected a failure, but it went well/,
    ],
    [
      'goes where a page says',
      withList({ ask: (at, page) => ({ ...orders.ask(at, page), path: `/v1/orders/${page ?? ''}` }) }),
      'listing calls no other host, whatever a page is called',
      /an id was not encoded/,
    ],
  ])('%s', async (_, connector, rule, said) => {
    expect(await saidBy(rule, connector)).toMatch(said)
    expect(await saidBy(rule, acmePost)).toBeUndefined()
  })

  it('a list without a proof', async () => {
    expect(
      await saidBy('listing orders by changed sends exactly what the vendor documents', acmePost, { lists: {} }),
    ).toMatch(/options.lists.orders to say which requests read it/)
  })
})

describe('a list that keeps the rules', () => {
  it('may only name its orders, where they can be read by themselves', async () => {
    const names = withItems(({ payload: _, ...item }) => [item])
    const rule = 'by placed, what is listed has the rank that its mapping gives it'
    expect(await saidBy(rule, names)).toBeUndefined()
    expect(await saidBy(rule, { ...names, queries: {} })).toMatch(/or a query to read it by/)
  })

  it('may stand beside another, where no order is in both', async () => {
    const some = (odd: boolean) => (item: Listed) => Number(item.order.slice(2)) % 2 === (odd ? 1 : 0)
    const half = (odd: boolean): Acme => ({
      ...orders,
      read: (...told) => {
        const read = orders.read(...told)
        return { ...read, items: read.items.filter(some(odd)) }
      },
    })
    const rule = 'by placed, every order is listed exactly once'
    expect(await saidBy(rule, { ...acmePost, lists: { odd: half(true), even: half(false) } })).toBeUndefined()
    expect(await saidBy(rule, { ...acmePost, lists: { odd: half(true), all: orders } })).toMatch(/is listed twice/)
  })

  it('may be read in windows of an hour at most', async () => {
    expect(await saidBy('by placed, every order is listed exactly once', withList({ longestSeconds: 3600 }))).toBe(
      undefined,
    )
  })
})
