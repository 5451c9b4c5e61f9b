import type { Answer, Ask, List, ListAt, Listed } from '../../src/connector/contract.ts'
import { HubError, refuse } from '../../src/kernel/errors.ts'
import { moneyText } from '../../src/kernel/money.ts'
import type { Checker } from '../../src/kernel/schema.ts'
import { millisecondsOf, readInstant } from '../../src/kernel/time.ts'
import { rankOf } from './client.ts'
import { type ListedOrder, locationsAnswer, type Page, pageText, type SearchOrders, searchAnswer } from './payloads.ts'
import type { Settings } from './settings.ts'

/** Square takes ten locations in one search, all of one merchant: api.json, SearchOrdersRequest, read 24 Nov 2026. */
const mostLocations = 10
/** It gives up to 1,000 orders, each whole; a hundred of the longest stay well within what one answer may weigh. */
const pageSize = 100

/**
 * Sales, returns and exchanges, "regardless of how or when they entered the Square ecosystem": the till's, too. Where the settings name no
 * locations, all of the account are asked for first. POST /v2/orders/search:
 * https://developer.squareup.com/reference/square/orders-api/search-orders, read 24 Nov 2026.
 */
export const orders: List<Settings> = {
  description: 'All orders of the locations, of the till and of the API, by when they were made or changed.',
  topic: 'read/order',
  by: ['changed', 'placed'],
  // Square does not say how soon an order can be found. What a till without a network sold comes up to 72 hours late, with the time
  // of the sale: it is found by `changed`.
  lagSeconds: 60,
  ask: (at, page) => {
    if (page !== undefined) return search(at, pageOf(page))
    const { locations } = at.settings
    return locations === undefined ? { method: 'GET', path: '/v2/locations' } : search(at, { locations })
  },
  read: (answer, at, page) => {
    const { locations } = at.settings
    if (page !== undefined) return found(answer, pageOf(page))
    return locations === undefined ? locationsIn(answer) : found(answer, { locations })
  },
}

/**
 * The clocks of filter and sort must be the same, and both ends of a window are in it: api.json, SearchOrdersDateTimeFilter. Oldest first:
 * an order that changes meanwhile moves to the end and shifts none.
 */
const search = ({ window: { by, from, to } }: ListAt<Settings>, { locations, cursor }: Page): Ask => {
  const span = { start_at: from.toISOString(), end_at: new Date(to.getTime() - 1).toISOString() }
  const body: SearchOrders = {
    location_ids: locations.slice(0, mostLocations),
    query:
      by === 'placed'
        ? { filter: { date_time_filter: { created_at: span } }, sort: { sort_field: 'CREATED_AT', sort_order: 'ASC' } }
        : { filter: { date_time_filter: { updated_at: span } }, sort: { sort_field: 'UPDATED_AT', sort_order: 'ASC' } },
    limit: pageSize,
    ...(cursor === undefined ? {} : { cursor }),
  }
  return { method: 'POST', path: '/v2/orders/search', body }
}

type Read = ReturnType<List<Settings>['read']>

const found = (answer: Answer, { locations }: Page): Read => {
  const { orders: listed = [], cursor } = checked(searchAnswer, answer)
  const rest = cursor === undefined ? locations.slice(mostLocations) : locations
  return {
    items: listed.flatMap((order) => itemOf(order, answer)),
    ...(rest.length === 0 ? {} : { next: textOf({ locations: rest, ...(cursor === undefined ? {} : { cursor }) }) }),
  }
}

/** GET /v2/locations tells all of them in one answer, the closed ones too: api.json, ListLocations, read 24 Nov 2026. */
const locationsIn = (answer: Answer): Read => ({
  items: [],
  next: textOf({ locations: checked(locationsAnswer, answer).locations.map(({ id }) => id) }),
})

const itemOf = (order: ListedOrder, answer: Answer): readonly Listed[] => {
  if (order.state === 'DRAFT') return []
  const back = returnOf(order)
  const { total_money: total } = order
  return [
    {
      ...(back === undefined ? { order: order.id } : { ...back, fact: true }),
      rank: rankOf(order),
      placed: momentOf(order.created_at),
      changed: momentOf(order.updated_at ?? order.created_at),
      ...(answer.at === undefined ? {} : { observed: answer.at }),
      ...(back !== undefined || total === undefined
        ? {}
        : {
            total: { amount: moneyText({ minor: total.amount, currency: total.currency }), currency: total.currency },
          }),
      payload: { order },
    },
  ]
}

/** A return without a sale in it is an order at Square, and a part of the sale's story here. One of no known sale stays by itself. */
const returnOf = ({ id, returns = [], line_items = [] }: ListedOrder): Pick<Listed, 'order' | 'part'> | undefined => {
  const [back] = returns
  if (back === undefined || line_items.length > 0) return undefined
  return back.source_order_id === undefined ? { order: id } : { order: back.source_order_id, part: id }
}

const momentOf = (time: string): number => millisecondsOf(readInstant(time))

const textOf = (page: Page): string => JSON.stringify(page)
const pageOf = (text: string): Page => {
  try {
    const page: unknown = JSON.parse(text)
    if (pageText.is(page)) return page
  } catch {
    // what is no JSON is no page of ours either
  }
  return refuse('CHANNEL_REFUSED', 'expected a page as the one before it named it')
}

const checked = <T>(checker: Checker<T>, { body }: Answer): T => {
  if (checker.is(body)) return body
  const [fault] = checker.faults(body)
  throw new HubError(
    'CHANNEL_UNREADABLE',
    `expected a list of Square: ${fault?.path ?? ''} ${fault?.expected ?? 'nothing came'}`,
  )
}
