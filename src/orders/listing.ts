import { fulfilmentWords, paymentWords, stateWords } from '../canonical/words.ts'
import { digestValue } from '../kernel/digest.ts'
import { HubError, refuse } from '../kernel/errors.ts'
import { Closed, type Static, Type, Word } from '../kernel/schema.ts'
import { readInstant } from '../kernel/time.ts'
import { wordFiltersOf } from './word-filters.ts'

/** How a list of orders may be asked for. `from` is inclusive, `to` exclusive; a bare day is its midnight in UTC. */
export const OrderQuery = Closed({
  connection: Type.Optional(Type.String({ maxLength: 512 })),
  connector: Type.Optional(Type.String({ maxLength: 512 })),
  state: Type.Optional(Word(stateWords)),
  payment: Type.Optional(Word(paymentWords)),
  fulfilment: Type.Optional(Word(fulfilmentWords)),
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description:
        'Number, name, mail, phone, SKU, tracking number or reference; words of 3 letters and more by their start.',
    }),
  ),
  from: Type.Optional(Type.String({ maxLength: 40, description: 'Placed at or after this instant, or day in UTC.' })),
  to: Type.Optional(Type.String({ maxLength: 40, description: 'Placed before this instant, or day in UTC.' })),
  sort: Type.Optional(Word(['-placedAt', 'placedAt'], 'Newest first unless told otherwise.')),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: '50 unless told otherwise.' })),
  cursor: Type.Optional(
    Type.String({ maxLength: 2000, description: '`next` of the page before, with the same filters.' }),
  ),
})
export type OrderQuery = Static<typeof OrderQuery>

type Filter = Readonly<Record<string, unknown>>

/** What the store is asked: each filter by itself, sorted, `fetch` at most; the pages are then merged by `pageOf`. */
export interface Listing {
  readonly filters: readonly Filter[]
  readonly sort: { readonly placedAt: 1 | -1; readonly _id: 1 | -1 }
  readonly fetch: number
  readonly limit: number
  /** Names the filters, so that a cursor cannot be used with others. */
  readonly of: string
}

/**
 * Turns a query into filters that one index can each serve: none has to walk through orders that it does not want.
 * @param connections of the connector named, where one is
 * @throws REQUEST_INVALID a time that is none · CURSOR_INVALID
 */
export const listingOf = (query: OrderQuery, connections: readonly string[] = []): Listing => {
  const { limit = 50, cursor, sort, ...filters } = query
  const of = digestValue({ filters, sort })
  const way = sort === 'placedAt' ? 1 : -1
  const common = { ...spanOf(query), ...(cursor === undefined ? {} : afterOf(readCursor(cursor, of), way)) }
  const wanted = query.connector === undefined ? [query.connection] : within(connections, query.connection)
  return {
    filters: wanted.flatMap((connection) => filtersOf(query, connection).map((filter) => ({ ...filter, ...common }))),
    sort: { placedAt: way, _id: way },
    fetch: limit + 1,
    limit,
    of,
  }
}

interface Placed {
  readonly _id: string
  readonly placedAt: string
}

/** One page out of what each filter found, without doubles; `next` is null at the end. */
export const pageOf = <T extends Placed>(
  { sort, limit, of }: Listing,
  found: readonly (readonly T[])[],
): { readonly items: readonly T[]; readonly next: string | null } => {
  const each = new Map(found.flat().map((order) => [order._id, order]))
  const all = [...each.values()].sort(
    (a, b) => sort.placedAt * (compare(a.placedAt, b.placedAt) || compare(a._id, b._id)),
  )
  const items = all.slice(0, limit)
  const last = items.at(-1)
  const next = all.length > limit && last !== undefined ? writeCursor({ at: last.placedAt, id: last._id, of }) : null
  return { items, next }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const within = (connections: readonly string[], asked: string | undefined): readonly string[] =>
  asked === undefined ? connections : connections.filter((connection) => connection === asked)

/** Words that most orders come to have sooner or later; to walk along one of them is to walk along all orders. */
const common: ReadonlySet<string> = new Set(['completed', 'paid', 'delivered', 'shipped', 'not-needed'])
const headlineWords = { state: stateWords, payment: paymentWords, fulfilment: fulfilmentWords } as const
const headlines = ['state', 'payment', 'fulfilment'] as const
type HeadlineName = (typeof headlines)[number]

/**
 * Only one condition, or a connection with its state, is put so that an index can serve it; the others are put so that none can,
 * for an engine without statistics may else choose the one that nearly all orders meet.
 */
const filtersOf = (query: OrderQuery, connection: string | undefined): readonly Filter[] => {
  const asked = headlines.filter((name) => query[name] !== undefined)
  if (query.q !== undefined) {
    const beside = Object.assign({}, ...asked.map((name) => besideOf(name, query[name])), spreadOf(connection))
    return wordFiltersOf(query.q).map((filter) => ({ ...filter, ...beside }))
  }
  const lead = leadOf(query, asked, connection)
  const leads = lead === 'state' || lead === undefined
  const ofHeadline = asked.map((name) =>
    name === lead ? { [`headline.${name}`]: query[name] } : besideOf(name, query[name]),
  )
  return [Object.assign({}, leads && connection !== undefined ? { connection } : spreadOf(connection), ...ofHeadline)]
}

/** The headline word that an index is to lead by: with a connection its state, else the rarest. */
const leadOf = (
  query: OrderQuery,
  asked: readonly HeadlineName[],
  connection: string | undefined,
): HeadlineName | undefined => {
  if (connection !== undefined && query.state !== undefined) return 'state'
  const rare = asked.find((name) => !common.has(query[name] ?? ''))
  return rare ?? (connection === undefined ? asked[0] : undefined)
}

const besideOf = (name: HeadlineName, word: string | undefined): Filter => ({
  [`headline.${name}`]: { $nin: headlineWords[name].filter((other) => other !== word) },
})

const spreadOf = (connection: string | undefined): Filter =>
  connection === undefined ? {} : { connection: { $gte: connection, $lte: connection } }

const spanOf = ({ from, to }: OrderQuery): Filter => {
  if (from === undefined && to === undefined) return {}
  return {
    placedAt: {
      ...(from === undefined ? {} : { $gte: instantOf('from', from) }),
      ...(to === undefined ? {} : { $lt: instantOf('to', to) }),
    },
  }
}

const instantOf = (field: string, text: string): string => {
  try {
    return readInstant(text, 'UTC')
  } catch (cause) {
    const sentence = `expected ${field} as 2026-11-24 or 2026-11-24T10:15:00Z, got ${JSON.stringify(text)}`
    throw new HubError('REQUEST_INVALID', sentence, { field }, cause)
  }
}

const afterOf = ({ at, id }: { readonly at: string; readonly id: string }, way: 1 | -1): Filter => {
  const beyond = way === 1 ? '$gt' : '$lt'
  return { $or: [{ placedAt: { [beyond]: at } }, { placedAt: at, _id: { [beyond]: id } }] }
}

/** Where a page ended, and a name of the filters it was made for. */
export interface Cursor {
  /** What the list is sorted by, of its last row. */
  readonly at: string
  readonly id: string
  readonly of: string
}

/** A cursor as text; opaque to whoever gets it. */
export const writeCursor = ({ at, id, of }: Cursor): string =>
  Buffer.from(JSON.stringify([at, id, of])).toString('base64url')

/**
 * Reads a cursor back.
 * @param of the name of the filters it is used with
 * @throws CURSOR_INVALID it is none, or was made for other filters
 */
export const readCursor = (text: string, of: string): Cursor => {
  const [at, id, madeFor] = partsOf(text)
  if (typeof at !== 'string' || typeof id !== 'string' || typeof madeFor !== 'string')
    return refuse('CURSOR_INVALID', 'expected `next` of the page before, got something else')
  if (madeFor !== of)
    return refuse('CURSOR_INVALID', 'this cursor was made for other filters; keep them, or start again without it')
  return { at, id, of }
}

const partsOf = (text: string): readonly unknown[] => {
  try {
    const bytes = Buffer.from(text, 'base64url')
    const read: unknown = JSON.parse(bytes.toString())
    return Array.isArray(read) && bytes.toString('base64url') === text ? read : []
  } catch {
    return []
  }
}
