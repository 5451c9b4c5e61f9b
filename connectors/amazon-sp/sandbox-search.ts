import type { SandboxCall } from '../../src/connector/sandbox.ts'
import type { State } from './sandbox-posts.ts'
import { type Answered, no, say } from './sandbox-reply.ts'
import type { Sale } from './sandbox-shop.ts'
import { includedIn, orderOf } from './sandbox-wire.ts'

const twoMinutes = 120_000
const day = 86_400_000

/** A page's token: which questions it is of, when it was made, and the last order before it. */
interface Token {
  readonly of: string
  readonly at: number
  readonly after: string
}

/**
 * searchOrders, with what its users stumble over: exactly one kind of window, its end two minutes ago, a token that is worth nothing
 * with other parameters or after a day. The list is made anew for each page: an order that changed meanwhile has left it, and the last
 * one of a page stands on the next one again (https://github.com/amzn/selling-partner-api-models/issues/2297, read 24 Nov 2026).
 */
export const search = (state: State, call: SandboxCall, now: Date): Answered => {
  const wrong = (message: string): Answered => no(state, 400, { code: 'InvalidInput', message })
  const { query } = call
  const by = query['lastUpdatedAfter'] === undefined ? 'created' : 'lastUpdated'
  const other = by === 'created' ? 'lastUpdated' : 'created'
  if (
    query[`${by}After`] === undefined ||
    query[`${other}After`] !== undefined ||
    query[`${other}Before`] !== undefined
  )
    return wrong('Exactly one of createdAfter and lastUpdatedAfter must be provided.')
  const from = Date.parse(query[`${by}After`] ?? '')
  const latest = now.getTime() - twoMinutes
  const to = query[`${by}Before`] === undefined ? latest : Date.parse(query[`${by}Before`] ?? '')
  if (Number.isNaN(from) || Number.isNaN(to) || to < from)
    return wrong(`${by}Before must be equal to or after ${by}After.`)
  if (to > latest && state.start.unlimited !== true)
    return wrong(`${by}Before must be at least two minutes before the time of the request.`)
  const size = Number(query['maxResultsPerPage'] ?? '100')
  if (!Number.isInteger(size) || size < 1 || size > 100) return wrong('maxResultsPerPage must be between 1 and 100.')
  const of = questionOf(query)
  const token = tokenIn(query['paginationToken'])
  if (token !== undefined && (token.of !== of || now.getTime() - token.at > day))
    return wrong('Invalid paginationToken.')
  const rows = listed(state, { by, from, to, marketplaces: (query['marketplaceIds'] ?? '').split(',') })
  const start = token === undefined ? 0 : firstFrom(rows, token.after, size)
  const page = rows.slice(start, start + size)
  const last = page.at(-1)
  const next = start + size < rows.length && last !== undefined ? { of, at: now.getTime(), after: last.key } : undefined
  return say(state, 200, {
    orders: page.map(({ sale }) => orderOf(sale, includedIn(query))),
    ...(next === undefined ? {} : { pagination: { nextToken: Buffer.from(JSON.stringify(next)).toString('base64') } }),
    [`${by}Before`]: new Date(to).toISOString(),
  })
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
}

const listed = ({ sales }: State, { by, from, to, marketplaces }: Wanted): readonly Row[] =>
  Object.values(sales)
    .filter(({ market }) => marketplaces.includes('') || marketplaces.includes(market.id))
    .map((sale): Row & { readonly at: number } => {
      const at = by === 'created' ? sale.placedAt : sale.changedAt
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
