import type { Answer, Ask, List, ListAt, Listed, ListWindow } from '../../src/connector/contract.ts'
import { HubError } from '../../src/kernel/errors.ts'
import type { Json } from '../../src/kernel/json.ts'
import { markOf, restPath, timeOf } from './client.ts'
import { type Order, order as orderChecker } from './payloads.ts'
import type { Settings } from './settings.ts'

const perPage = 100
/** Not placed yet: a cart, or what the admin began to write. */
const drafts: ReadonlySet<string> = new Set(['draft', 'auto-draft', 'checkout-draft'])

/** How each kind of window is asked for: filters, and what the list is sorted by. */
const asked = {
  changed: { after: 'modified_after', before: 'modified_before', orderby: 'modified' },
  placed: { after: 'after', before: 'before', orderby: 'date' },
} as const

/**
 * GET /wc/v3/orders. Pages are counted, and the list moves under the reader: an order that changes between two pages goes to the end of a
 * list by time of change, one place falls away before the next page, and whoever stood there is skipped. So the next page is asked for
 * from the last time seen, not by its number; only where a whole page has one time, by number.
 * https://woocommerce.github.io/woocommerce-rest-api-docs/#list-all-orders, read 24 Nov 2026.
 */
const listOf = (description: string, status: string): List<Settings> => ({
  description,
  topic: 'read/order',
  by: ['changed', 'placed'],
  lagSeconds: 30,
  ask: (at, page) => question(at, status, page),
  read: (answer, at, page) => read(answer, at, page),
})

export const orders = listOf('Orders of every status but those in the trash.', 'any')
/** The status `any` leaves out what a search leaves out: the trash. */
export const trashed = listOf('Orders in the trash.', 'trash')

/** Where a list is read on: later than a second, the page from there, and who of the second after it was listed before. */
interface Place {
  readonly after: number
  readonly page: number
  readonly listed: readonly string[]
}

const written = ({ after, page, listed }: Place): string => [after, page, listed.join(',')].join(':')

const placeIn = (page: string | undefined, { from }: ListWindow): Place => {
  if (page === undefined) return { after: secondOf(from) - 1, page: 1, listed: [] }
  const [, after, count, listed = ''] = /^(\d{1,12}):(\d{1,6}):([\d,]*)$/.exec(page) ?? []
  if (after === undefined) throw new HubError('CHANNEL_UNREADABLE', 'expected a page of this list')
  return { after: Number(after), page: Number(count), listed: listed.split(',') }
}

/** `after` and `before` are exclusive and know whole seconds: a second more on both sides, and `read` leaves out what is too much. */
const question = ({ window, settings }: ListAt<Settings>, status: string, page: string | undefined): Ask => {
  const { after, before, orderby } = asked[window.by]
  const from = placeIn(page, window)
  return {
    method: 'GET',
    path: restPath(settings, '/wc/v3/orders'),
    query: {
      status,
      [after]: gmtOf(from.after),
      [before]: gmtOf(Math.ceil(window.to.getTime() / 1000) + 1),
      dates_are_gmt: 'true',
      orderby,
      order: 'asc',
      per_page: String(perPage),
      page: String(from.page),
    },
  }
}

const secondOf = (time: Date): number => Math.floor(time.getTime() / 1000)
const gmtOf = (second: number): string => new Date(second * 1000).toISOString().slice(0, 19)

const read: List<Settings>['read'] = (answer, { window }, page) => {
  const place = placeIn(page, window)
  const rows = rowsIn(answer)
  const fresh = rows.filter(({ row }) => !drafts.has(row.status) && !isListed(row, window.by, place))
  const items = fresh.map((one) => listed(one, answer.at)).filter((item) => isWithin(item[window.by], window))
  const next = nextOf(answer, { rows, place, by: window.by })
  return { items, ...(next === undefined ? {} : { next: written(next) }) }
}

/** It stood at the end of the page before, and has not changed since. */
const isListed = (row: Order, by: ListWindow['by'], { after, listed: before }: Place): boolean =>
  before.includes(String(row.id)) && secondIn(row, by) === after + 1

const isWithin = (time: number, { from, to }: ListWindow): boolean => time >= from.getTime() && time < to.getTime()

interface Row {
  readonly row: Order
  readonly payload: Json
}

const rowsIn = ({ body }: Answer): readonly Row[] => {
  if (!Array.isArray(body)) throw new HubError('CHANNEL_UNREADABLE', 'expected a list of orders of WooCommerce')
  const payloads: readonly Json[] = body
  return payloads.map((payload, at) => {
    if (orderChecker.is(payload)) return { row: payload, payload }
    const [fault] = orderChecker.faults(payload)
    throw new HubError('CHANNEL_UNREADABLE', `expected an order at ${at}${fault?.path ?? ''}: ${fault?.expected ?? ''}`)
  })
}

const listed = ({ row, payload }: Row, observed: number | undefined): Listed => {
  const changed = timeIn(row, 'date_modified_gmt')
  const total = totalOf(row)
  return {
    order: String(row.id),
    rank: changed,
    mark: markOf(payload),
    ...(observed === undefined ? {} : { observed }),
    placed: timeIn(row, 'date_created_gmt'),
    changed,
    ...(total === undefined ? {} : { total }),
    payload,
  }
}

const timeIn = (row: Order, field: 'date_created_gmt' | 'date_modified_gmt'): number => {
  const gmt = row[field]
  if (typeof gmt === 'string') return timeOf(gmt)
  throw new HubError('CHANNEL_UNREADABLE', `expected ${field} of order ${row.id}, and there is none`)
}

/** What a gift card paid is no longer in `total`: such an order says its whole total nowhere, so it is left to the mapping. */
const totalOf = ({ total, currency, gift_cards = [] }: Order): Listed['total'] =>
  total === undefined || currency === undefined || gift_cards.length > 0 ? undefined : { amount: total, currency }

const timeFields = { changed: 'date_modified_gmt', placed: 'date_created_gmt' } as const

const secondIn = (row: Order, by: ListWindow['by']): number | undefined => {
  const gmt = row[timeFields[by]]
  return typeof gmt === 'string' ? timeOf(gmt) / 1000 : undefined
}

interface Page {
  readonly rows: readonly Row[]
  readonly place: Place
  readonly by: ListWindow['by']
}

const nextOf = ({ headers }: Answer, { rows, place, by }: Page): Place | undefined => {
  const pages = headers['x-wp-totalpages']
  const isMore = pages === undefined ? rows.length >= perPage : place.page < Number(pages)
  const seconds = rows.flatMap(({ row }) => secondIn(row, by) ?? [])
  const [first, last] = [seconds[0], seconds.at(-1)]
  if (!isMore || first === undefined || last === undefined) return undefined
  if (last === first) return { after: last - 1, page: place.page + 1, listed: [] }
  const listed = rows.filter(({ row }) => secondIn(row, by) === last).map(({ row }) => String(row.id))
  return { after: last - 1, page: 1, listed }
}
