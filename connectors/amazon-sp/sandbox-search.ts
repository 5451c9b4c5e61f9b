import type { SandboxCall } from '../../src/connector/sandbox.ts'
import type { State } from './sandbox-posts.ts'
import { type Answered, no, say } from './sandbox-reply.ts'
import type { Sale } from './sandbox-shop.ts'
import { includedIn, orderOf } from './sandbox-wire.ts'
import { orderOfV0, wholeSeconds } from './sandbox-wire-v0.ts'

const twoMinutes = 120_000
const day = 86_400_000

/** A page's token: which questions it is of, when it was made, and the last order before it. */
interface Token {
  readonly of: string
  readonly at: number
  readonly after: string
}

/** How one of the two APIs asks and answers: `query` in the names of 2026-01-01, and the times that it knows. */
interface Dialect {
  readonly query: SandboxCall['query']
  readonly timeOf: (iso: string) => string
}

/** A page of the list, or what is wrong with the question. */
type Found =
  | { readonly sales: readonly Sale[]; readonly next?: string; readonly by: Wanted['by']; readonly to: string }
  | { readonly wrong: string }

/** searchOrders. */
export const search = (state: State, { query }: SandboxCall, now: Date): Answered => {
  const found = pageOf(state, { query, timeOf: (iso) => iso }, now)
  if ('wrong' in found) return no(state, 400, { code: 'InvalidInput', message: found.wrong })
  return say(state, 200, {
    orders: found.sales.map((sale) => orderOf(sale, includedIn(query))),
    ...(found.next === undefined ? {} : { pagination: { nextToken: found.next } }),
    [`${found.by}Before`]: found.to,
  })
}

/** getOrders of v0: the same questions by names of its own, its times in whole seconds. */
export const searchV0 = (state: State, { query }: SandboxCall, now: Date): Answered => {
  if (query['MarketplaceIds'] === undefined)
    return no(state, 400, { code: 'InvalidInput', message: 'MarketplaceIds is required.' })
  const found = pageOf(state, { query: inNewNames(query), timeOf: wholeSeconds }, now)
  if ('wrong' in found) return no(state, 400, { code: 'InvalidInput', message: found.wrong })
  const name = found.by === 'created' ? 'CreatedBefore' : 'LastUpdatedBefore'
  return say(state, 200, {
    payload: {
      Orders: found.sales.map((sale) => orderOfV0(sale, new Set())),
      ...(found.next === undefined ? {} : { NextToken: found.next }),
      [name]: found.to,
    },
  })
}

const inNewNames = (query: SandboxCall['query']): SandboxCall['query'] =>
  Object.fromEntries(
    Object.entries(query).map(([name, value]) => [
      name === 'NextToken' ? 'paginationToken' : `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
      value,
    ]),
  )

/**
 * With what users of both stumble over: exactly one kind of window, its end two minutes ago, a token that is worth nothing
 * with other parameters or after a day. The list is made anew for each page: an order that changed meanwhile has left it, and the last
 * one of a page stands on the next one again (https://github.com/amzn/selling-partner-api-models/issues/2297, read 24 Nov 2026).
 */
const pageOf = (state: State, { query, timeOf }: Dialect, now: Date): Found => {
  const by = query['lastUpdatedAfter'] === undefined ? 'created' : 'lastUpdated'
  const other = by === 'created' ? 'lastUpdated' : 'created'
  if (
    query[`${by}After`] === undefined ||
    query[`${other}After`] !== undefined ||
    query[`${other}Before`] !== undefined
  )
    return { wrong: 'Exactly one of createdAfter and lastUpdatedAfter must be provided.' }
  const from = Date.parse(query[`${by}After`] ?? '')
  const latest = now.getTime() - twoMinutes
  const to = query[`${by}Before`] === undefined ? latest : Date.parse(query[`${by}Before`] ?? '')
  if (Number.isNaN(from) || Number.isNaN(to) || to < from)
    return { wrong: `${by}Before must be equal to or after ${by}After.` }
  if (to > latest && state.start.unlimited !== true)
    return { wrong: `${by}Before must be at least two minutes before the time of the request.` }
  const size = Number(query['maxResultsPerPage'] ?? '100')
  if (!Number.isInteger(size) || size < 1 || size > 100)
    return { wrong: 'maxResultsPerPage must be between 1 and 100.' }
  const of = questionOf(query)
  const token = tokenIn(query['paginationToken'])
  if (token !== undefined && (token.of !== of || now.getTime() - token.at > day))
    return { wrong: 'Invalid paginationToken.' }
  const rows = listed(state, { by, from, to, marketplaces: (query['marketplaceIds'] ?? '').split(','), timeOf })
  const start = token === undefined ? 0 : firstFrom(rows, token.after, size)
  const page = rows.slice(start, start + size)
  const last = page.at(-1)
  const next = start + size < rows.length && last !== undefined ? { of, at: now.getTime(), after: last.key } : undefined
  return {
    sales: page.map(({ sale }) => sale),
    ...(next === undefined ? {} : { next: Buffer.from(JSON.stringify(next)).toString('base64') }),
    by,
    to: new Date(to).toISOString(),
  }
}

interface Row {
  readonly sale: Sale
  /** Sorts: the time in question, then the id. */
  readonly key: string
}

interface Wanted {
  readonly by: 'created' | 'lastUpdated'
  readonly from: number
  readonly to: number
  readonly marketplaces: readonly string[]
  readonly timeOf: Dialect['timeOf']
}

const listed = ({ sales }: State, { by, from, to, marketplaces, timeOf }: Wanted): readonly Row[] =>
  Object.values(sales)
    .filter(({ market }) => marketplaces.includes('') || marketplaces.includes(market.id))
    .map((sale): Row & { readonly at: number } => {
      const at = timeOf(by === 'created' ? sale.placedAt : sale.changedAt)
      return { sale, key: `${at} ${sale.id}`, at: Date.parse(at) }
    })
    .filter(({ at }) => at >= from && at <= to)
    .sort((a, b) => (a.key < b.key ? -1 : 1))

/** The last order of the page before, where it is still there: it comes again. A page of one begins after it, or it would never end. */
const firstFrom = (rows: readonly Row[], after: string, size: number): number => {
  const found = rows.findIndex(({ key }) => key > after || (key === after && size > 1))
  return found === -1 ? rows.length : found
}

/** Every parameter but the token and the size of a page. */
const questionOf = (query: SandboxCall['query']): string =>
  JSON.stringify(
    Object.entries(query)
      .filter(([name]) => name !== 'paginationToken' && name !== 'maxResultsPerPage')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

const nothing: Token = { of: '', at: 0, after: '' }

/** Undefined: the first page. What is no token of ours is of no question. */
const tokenIn = (text: string | undefined): Token | undefined => {
  if (text === undefined) return undefined
  try {
    const read: unknown = JSON.parse(Buffer.from(text, 'base64').toString())
    return isToken(read) ? read : nothing
  } catch {
    return nothing
  }
}

const isToken = (value: unknown): value is Token =>
  typeof value === 'object' && value !== null && 'of' in value && 'at' in value && 'after' in value
