import { checkerOf, type Static, Type } from '../../src/kernel/schema.ts'
import type { State } from './sandbox-posts.ts'
import { type Back, type Parcel, wordOf } from './sandbox-shop.ts'
import { returnOf, shipmentOf } from './sandbox-wire.ts'

const Span = Type.Object({ from: Type.String(), to: Type.String() })
/** What POST /sellers/v3/shipments/filter takes, as far as it is played: PostShipmentSearch.html, read 23 Nov 2026. */
const Search = Type.Object({
  filter: Type.Object({
    type: Type.Union([Type.Literal('preDispatch'), Type.Literal('postDispatch'), Type.Literal('cancelled')]),
    states: Type.Array(Type.String(), { minItems: 1 }),
    orderDate: Type.Optional(Span),
    modifiedDate: Type.Optional(Span),
    serviceProfiles: Type.Optional(Type.Array(Type.String())),
    hold: Type.Optional(Type.Boolean()),
    cancellationType: Type.Optional(Type.String()),
  }),
  pagination: Type.Optional(Type.Object({ pageSize: Type.Integer({ minimum: 1 }) })),
  sort: Type.Optional(Type.Object({ field: Type.String(), order: Type.Literal('asc') })),
})
type Search = Static<typeof Search>

/** Where a page begins: behind the thing of this time and id. */
const After = Type.Object({ at: Type.Integer(), id: Type.String() })
const PageToken = Type.Object({ search: Search, after: After })
const ReturnsToken = Type.Object({ query: Type.Record(Type.String(), Type.String()), after: After })
type After = Static<typeof After>
const search = checkerOf(Search)
const pageToken = checkerOf(PageToken)
const returnsToken = checkerOf(ReturnsToken)

const tokenOf = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64')
const readToken = (text: string): unknown => {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString())
  } catch {
    return undefined
  }
}

/** A page of things in the order of their time: a thing that changes meanwhile moves behind, and may be seen again. */
const paged = <T extends { readonly id: string }>(
  all: readonly T[],
  { timeOf, after, size }: { timeOf: (one: T) => number; after: After | undefined; size: number },
): { readonly page: readonly T[]; readonly next: After | undefined } => {
  const sorted = all.toSorted((a, b) => timeOf(a) - timeOf(b) || (a.id < b.id ? -1 : 1))
  const rest = sorted.filter(
    (one) => after === undefined || timeOf(one) > after.at || (timeOf(one) === after.at && one.id > after.id),
  )
  const page = rest.slice(0, size)
  const last = page.at(-1)
  return { page, next: rest.length > page.length && last !== undefined ? { at: timeOf(last), id: last.id } : undefined }
}

const states = {
  preDispatch: ['APPROVED', 'PACKING_IN_PROGRESS', 'PACKED', 'FORM_FAILED', 'READY_TO_DISPATCH'],
  postDispatch: ['PICKUP_COMPLETE', 'SHIPPED', 'DELIVERED'],
  cancelled: ['CANCELLED'],
} as const satisfies Record<Search['filter']['type'], readonly string[]>

const isWithin = (ms: number, span: Static<typeof Span> | undefined): boolean =>
  span === undefined || (ms >= Date.parse(span.from) && ms <= Date.parse(span.to))

/** Held shipments are shown to who asks for them alone. */
const isWanted = (parcel: Parcel, { filter }: Search): boolean => {
  const word = wordOf(parcel)
  const cancelled = parcel.items[0]?.cancelled
  const among: readonly string[] = states[filter.type]
  return (
    among.includes(word) &&
    filter.states.includes(word) &&
    (filter.type !== 'preDispatch' || parcel.hold === (filter.hold ?? false)) &&
    (filter.type !== 'cancelled' || cancelled?.by === filter.cancellationType) &&
    (filter.serviceProfiles ?? ['NON_FBF']).includes(parcel.profile) &&
    isWithin(parcel.placedAt, filter.orderDate) &&
    isWithin(parcel.updatedAt, filter.modifiedDate)
  )
}

/** A page of POST /sellers/v3/shipments/filter, or of the address that it gave; a sentence where it is refused. */
export const filtered = (
  state: State,
  asked: { readonly body?: unknown; readonly token?: string },
): object | string => {
  const token = asked.token === undefined ? undefined : readToken(asked.token)
  if (asked.token !== undefined && !pageToken.is(token)) return 'Invalid next_token'
  const wanted = pageToken.is(token) ? token.search : asked.body
  if (!search.is(wanted)) return search.faults(wanted)[0]?.expected ?? 'Invalid filter'
  if (wanted.filter.type === 'cancelled' && wanted.filter.cancellationType === undefined)
    return 'cancellationType is mandatory'
  const { page, next } = paged(
    Object.values(state.parcels).filter((parcel) => isWanted(parcel, wanted)),
    {
      timeOf: wanted.sort?.field === 'orderDate' ? ({ placedAt }) => placedAt : ({ updatedAt }) => updatedAt,
      after: pageToken.is(token) ? token.after : undefined,
      size: Math.min(wanted.pagination?.pageSize ?? 20, 20),
    },
  )
  const address =
    next === undefined ? '' : `/v3/shipments/filter?next_token=${tokenOf({ search: wanted, after: next })}`
  return { hasMore: next !== undefined, nextPageUrl: address, shipments: page.map(shipmentOf) }
}

const isAsked = (back: Back, query: Readonly<Record<string, string>>): boolean =>
  back.kind === query['source'] &&
  (query['returnIds'] === undefined || query['returnIds'].split(',').includes(back.id)) &&
  isWithin(back.updatedAt, {
    from: query['modifiedAfter'] ?? '1970-01-01T00:00:00Z',
    to: query['modifiedBefore'] ?? '9999-01-01T00:00:00Z',
  })

/** A page of GET /sellers/v2/returns, 25 on each; a sentence where it is refused. */
export const returned = (state: State, asked: Readonly<Record<string, string>>): object | string => {
  const token = asked['next_token'] === undefined ? undefined : readToken(asked['next_token'])
  if (asked['next_token'] !== undefined && !returnsToken.is(token)) return 'Invalid next_token'
  const query = returnsToken.is(token) ? token.query : asked
  if (query['source'] === undefined) return 'source is mandatory'
  const { page, next } = paged(
    Object.values(state.backs).filter((back) => isAsked(back, query)),
    { timeOf: ({ updatedAt }) => updatedAt, after: returnsToken.is(token) ? token.after : undefined, size: 25 },
  )
  return {
    hasMore: next !== undefined,
    nextUrl: next === undefined ? '' : `/v2/returns?next_token=${tokenOf({ query, after: next })}`,
    returnItems: page.flatMap((back) => {
      const parcel = state.parcels[back.parcel]
      return parcel === undefined ? [] : [returnOf(back, parcel)]
    }),
  }
}
