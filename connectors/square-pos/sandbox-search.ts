import type { Json } from '../../src/kernel/json.ts'
import { checkerOf } from '../../src/kernel/schema.ts'
import { SearchOrders } from './payloads.ts'
import { type Sale, tills } from './sandbox-shop.ts'
import { orderOf, returnOrderOf } from './sandbox-wire.ts'

/** What Square says when it refuses: schema Error. */
export interface Fault {
  readonly category: string
  readonly code: string
  readonly detail?: string
  readonly field?: string
}

/** "It is possible to receive fewer results than the specified limit": the shop gives no more than so many at once. */
const mostAtOnce = 10

export const locations = (): object => ({
  locations: tills.map(({ location, currency }) => ({ id: location, name: location, status: 'ACTIVE', currency })),
})

interface Row {
  readonly location: string
  readonly created: string
  readonly updated: string
  readonly id: string
  readonly order: object
}

const rowsOf = (sale: Sale): readonly Row[] => [
  { location: sale.till.location, created: sale.createdAt, updated: sale.updatedAt, id: sale.id, order: orderOf(sale) },
  ...sale.givenBack.map(({ id, at }) => ({
    location: sale.till.location,
    created: at,
    updated: at,
    id,
    order: returnOrderOf(sale, id) ?? {},
  })),
]

const request = checkerOf(SearchOrders)

/** POST /v2/orders/search. The cursor is the place of the last order given, so an order that moves on shifts no other. */
export const searched = (sales: Readonly<Record<string, Sale>>, body: Json): object | Fault => {
  if (!request.is(body)) return refusal('BAD_REQUEST', request.faults(body)[0]?.path ?? '')
  const { location_ids, limit, cursor, query } = body
  const filter = query.filter.date_time_filter
  const [field, span] =
    'created_at' in filter ? (['CREATED_AT', filter.created_at] as const) : (['UPDATED_AT', filter.updated_at] as const)
  if (query.sort.sort_field !== field) return refusal('BAD_REQUEST', 'query.sort.sort_field')
  const asked = JSON.stringify([location_ids, query])
  const [same, after = ''] = cursor === undefined ? [asked] : placeIn(cursor)
  // "when retrieving additional pages using a cursor, you must use the original query": api.json, SearchOrdersRequest, read 24 Nov 2026
  if (same !== asked) return refusal('INVALID_CURSOR', 'cursor')
  const placeOf = (row: Row): string => `${field === 'CREATED_AT' ? row.created : row.updated} ${row.id}`
  const rest = Object.values(sales)
    .flatMap(rowsOf)
    .filter(({ location }) => location_ids.includes(location))
    // a place is a time and more: what lies at the very end is in it
    .filter((row) => placeOf(row) >= span.start_at && placeOf(row) < `${span.end_at}~` && placeOf(row) > after)
    .toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1))
  const given = rest.slice(0, Math.min(limit, mostAtOnce))
  const last = given.at(-1)
  return {
    ...(given.length === 0 ? {} : { orders: given.map(({ order }) => order) }),
    ...(last === undefined || given.length === rest.length ? {} : { cursor: cursorOf(asked, placeOf(last)) }),
  }
}

const refusal = (code: string, field: string): Fault => ({ category: 'INVALID_REQUEST_ERROR', code, field })

const cursorOf = (asked: string, after: string): string =>
  Buffer.from(JSON.stringify([asked, after])).toString('base64url')
const placeIn = (cursor: string): readonly string[] => {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(place) ? place.map(String) : []
  } catch {
    return []
  }
}
