import type { Connector, Listed, ListWindow } from '../../src/connector/contract.ts'
import type { Account } from '../../src/flow/account.ts'
import type { Carrier } from '../../src/flow/carrier.ts'
import { HubError } from '../../src/kernel/errors.ts'
import { readJson } from '../../src/kernel/json.ts'
import { type AcmeOrder, acme, acmeAccount, acmeOrder } from './acme.ts'

const list = (by: readonly ListWindow['by'][], lagSeconds = 0) => ({
  description: 'its orders',
  topic: 'read/order',
  by,
  lagSeconds,
  ask: () => ({ method: 'GET', path: '/orders' }) as const,
  read: () => ({ items: [] }),
})

/** Acme where it lists its orders too; `old` can be asked for by the time they were placed alone. */
export const acmeWithLists: Connector = {
  ...acme,
  lists: { orders: list(['changed', 'placed']), old: list(['placed']) },
}

/** Acme whose list lags behind, and takes a day at a time. */
export const acmeWithALag: Connector = {
  ...acme,
  lists: { orders: { ...list(['changed', 'placed'], 120), longestSeconds: 86_400 } },
}

export const listing = (more: Partial<Account> = {}): Account =>
  acmeAccount('corner-shop', { connector: acmeWithLists, ...more })

/** An order in Acme's own books. Times in ms. */
export interface Shelved extends Omit<AcmeOrder, 'placed'> {
  readonly placed: number
  readonly changed: number
  /** Which list shows it. */
  readonly on?: string
}

/** What Acme was asked: list, stretch, page. */
export interface Asked {
  readonly list: string
  readonly by: ListWindow['by']
  readonly from: number
  readonly to: number
  readonly page?: string
}

/** Acme's books, and its lists over them, two orders a page. A page is named by how many orders come before it. */
export const openShelf = () => {
  const books = new Map<string, Shelved>()
  const asked: Asked[] = []
  let before: (wanted: Asked) => void = () => undefined
  let clock: (() => number) | undefined
  const read: Carrier['list'] = async (_account, { list: name, window, page }) => {
    const from = window.from.getTime()
    const to = window.to.getTime()
    const wanted = { list: name, by: window.by, from, to, ...(page === undefined ? {} : { page }) }
    asked.push(wanted)
    before(wanted)
    const all = [...books.values()]
      .filter((one) => (one.on ?? 'orders') === name && one[window.by] >= from && one[window.by] < to)
      .toSorted((a, b) => a[window.by] - b[window.by])
    const start = Number(page ?? 0)
    const next = start + 2 < all.length ? { next: String(start + 2) } : {}
    return { items: all.slice(start, start + 2).map(listed), ...next, ...(clock === undefined ? {} : { at: clock() }) }
  }
  return {
    read,
    asked,
    books,
    put: (...orders: readonly Shelved[]) => {
      for (const order of orders) books.set(order.id, order)
    },
    /** What happens when it is asked, before it answers. */
    onAsked: (next: typeof before) => {
      before = next
    },
    /** The time that its answers bear. */
    tellsTime: (next: () => number) => {
      clock = next
    },
  }
}

const listed = ({ placed, changed, on: _, ...order }: Shelved): Listed => ({
  order: order.id,
  rank: order.version,
  placed,
  changed,
  total: { amount: `${(order.quantity ?? 2) * 10}.00`, currency: 'EUR' },
  payload: readJson(Buffer.from(acmeOrder({ ...order, placed: new Date(placed).toISOString() }))),
})

export const refused = (sentence: string): HubError =>
  new HubError('CHANNEL_REFUSED', sentence, { sent: true, status: 400 })
