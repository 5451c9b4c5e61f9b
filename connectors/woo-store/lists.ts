import type { Answer, Ask, List, ListAt, Listed, ListWindow } from '../../src/connector/contract.ts'
import { HubError } from '../../src/kernel/errors.ts'
import type { Json } from '../../src/kernel/json.ts'
import { restPath, timeOf } from './client.ts'
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
  read: (answer, at) => read(answer, at),
})

export const orders = listOf('Orders of every status but those in the trash.', 'any')
/** The status `any` leaves out what a search leaves out: the trash. */
export const trashed = listOf('Orders in the trash.', 'trash')

/** Where a list is read on: later than a second, and the page from there. */
interface Place {
  readonly after: number
  readonly page: number
}

const written = ({ after, page }: Place): string => `${after}:${page}`
const placeIn = (page: string): Place => {
  const [after = '', count = ''] = page.split(':')
  return { after: Number(after), page: Number(count) }
}

/** `after` and `before` are exclusive and know whole seconds: a second more on both sides, and `read` leaves out what is too much. */
const question = ({ window, settings }: ListAt<Settings>, status: string, page: string | undefined): Ask => {
  const { after, before, orderby } = asked[window.by]
  const from = page === undefined ? { after: secondOf(window.from) - 1, page: 1 } : placeIn(page)
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

const read: List<Settings>['read'] = (answer, { window }) => {
  const rows = rowsIn(answer)
  const items = rows.filter(({ row }) => !drafts.has(row.status)).map(listed)
  const next = nextOf(answer, rows, window.by)
  const inside = items.filter((item) => isWithin(item[window.by], window))
  return { items: inside, ...(next === undefined ? {} : { next: written(next) }) }
}

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

const listed = ({ row, payload }: Row): Listed => {
  const changed = timeIn(row, 'date_modified_gmt')
  const total = totalOf(row)
  return {
    order: String(row.id),
    rank: changed,
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

const nextOf = (answer: Answer, rows: readonly Row[], by: ListWindow['by']): Place | undefined => {
  const seconds = rows.flatMap(({ row }) => {
    const gmt = row[timeFields[by]]
    return typeof gmt === 'string' ? timeOf(gmt) / 1000 : []
  })
  const [first, last] = [seconds[0], seconds.at(-1)]
  const { more, page } = pagesIn(answer)
  if (!more || first === undefined || last === undefined) return undefined
  if (last > first) return { after: last - 1, page: 1 }
  if (page !== undefined) return { after: last - 1, page }
  throw new HubError(
    'CHANNEL_UNREADABLE',
    'more than a page of orders has one time, and the site drops the header Link',
  )
}

/** Whether there are more pages, and the number of the next, which stands only in the header Link: it repeats the question. */
const pagesIn = ({ headers }: Answer): { readonly more: boolean; readonly page?: number } => {
  const { link } = headers
  if (link === undefined) return { more: Number(headers['x-wp-totalpages'] ?? 1) > 1 }
  const next = /<([^<>]*)>;\s*rel="next"/.exec(link)?.[1]
  const page = /[?&]page=(\d+)/.exec(next?.replaceAll('&amp;', '&') ?? '')?.[1]
  return page === undefined ? { more: next !== undefined } : { more: true, page: Number(page) }
}
