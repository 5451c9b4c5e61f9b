import type { Ask, List, ListAt, Listed } from '../../src/connector/contract.ts'
import { millisecondsOf, readInstant } from '../../src/kernel/time.ts'
import { bodyOf, type LaneName } from './client.ts'
import { type Order, searchAnswer } from './payloads.ts'
import { everything, rankOf } from './queries.ts'
import { listedV0, listV0 } from './read-v0.ts'
import type { Settings } from './settings.ts'

const windowNames = { changed: 'lastUpdated', placed: 'created' } as const

/** All marketplaces in one call, for it may be called every three minutes only. */
export const orders: List<Settings> = {
  description: 'Orders of all marketplaces of the connection, by when they changed or were placed.',
  topic: 'read/order',
  by: ['changed', 'placed'],
  // "at least two minutes before the time of the request", by Amazon's clock; a minute is left for one of ours that is ahead.
  lagSeconds: 180,
  ask: (at, page) => (at.settings.ordersApi === 'v0' ? listV0(at, page) : search(at, page)),
  read: (answer, { settings }) => {
    if (settings.ordersApi === 'v0') return listedV0(answer)
    const { orders: found, pagination } = bodyOf(searchAnswer, answer, 'a page of orders of Amazon')
    const next = pagination?.nextToken ?? ''
    return { items: found.map((one) => listed(one, answer.at)), ...(next === '' ? {} : { next }) }
  },
}

/** searchOrders. */
const search = ({ window, settings }: ListAt<Settings>, page: string | undefined): Ask => ({
  method: 'GET',
  path: '/orders/2026-01-01/orders',
  query: {
    [`${windowNames[window.by]}After`]: window.from.toISOString(),
    // "at or before": the end of our window is not in it
    [`${windowNames[window.by]}Before`]: new Date(window.to.getTime() - 1).toISOString(),
    marketplaceIds: settings.marketplaces.join(','),
    maxResultsPerPage: '100',
    includedData: everything,
    // all else must be what it was: https://github.com/amzn/selling-partner-api-sdk/issues/717, read 24 Nov 2026
    ...(page === undefined ? {} : { paginationToken: page }),
  },
  lane: 'search' satisfies LaneName,
})

const listed = (one: Order, observed: number | undefined): Listed => {
  const total = one.proceeds?.grandTotal
  return {
    order: one.orderId,
    rank: rankOf(one),
    placed: millisecondsOf(readInstant(one.createdTime)),
    changed: rankOf(one),
    ...(observed === undefined ? {} : { observed }),
    ...(total === undefined ? {} : { total: { amount: total.amount, currency: total.currencyCode } }),
    payload: { order: one },
  }
}
