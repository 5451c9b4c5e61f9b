import { Id } from '../canonical/basics.ts'
import { digestValue } from '../kernel/digest.ts'
import { Type, Word } from '../kernel/schema.ts'
import { readCursor, writeCursor } from '../orders/listing.ts'
import type { Filter } from '../store/port.ts'
import { type WorkRow, type WorkState, workStates } from '../store/rows.ts'
import type { Looks } from './deps.ts'

/** How a list of messages or commands may be asked for. */
export const workQuery = {
  state: Type.Optional(Word(workStates)),
  connection: Type.Optional(Id),
  code: Type.Optional(Type.String({ maxLength: 100, description: 'Only rows whose error has this code.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: '50 unless told otherwise.' })),
  cursor: Type.Optional(
    Type.String({
      maxLength: 2000,
      description: '`next` of the page before, with the same filters. A page may be short and still have a next one.',
    }),
  ),
} as const

interface WorkQuery {
  readonly state?: WorkState
  readonly connection?: string
  readonly code?: string
  readonly limit?: number
  readonly cursor?: string
}

/** A collection of rows of work, and the field that tells when a row came. */
export interface WorkList<T extends WorkRow, Q extends WorkQuery> {
  readonly rows: Looks<T>
  readonly came: { readonly path: string; readonly of: (row: T) => Date }
  /** What no index serves is checked row by row. */
  readonly passes: (row: T, query: Q) => boolean
}

/** The most rows that are looked through for one page; its cursor goes on from there. */
const lookedThrough = 1_000

/**
 * One page, newest first. What has not ended is listed by when it is due: the index is there for the workers.
 * @throws CURSOR_INVALID
 */
export const workPage = async <T extends WorkRow, Q extends WorkQuery>(
  { rows, came, passes }: WorkList<T, Q>,
  query: Q,
): Promise<{ readonly items: readonly T[]; readonly next: string | null }> => {
  const { limit = 50, cursor, state, connection, ...checked } = query
  const of = digestValue({ state, connection, checked })
  const { path, of: timeOf } = state === undefined || state === 'done' ? came : byDue
  const filter = {
    ...(state === undefined ? {} : stateOf(state)),
    ...(connection === undefined ? {} : { connection }),
    ...(cursor === undefined ? {} : after(path, readCursor(cursor, of))),
  }
  const most = Object.keys(checked).length === 0 ? limit : lookedThrough
  const found = await rows.find(filter, { sort: { [path]: -1, _id: -1 }, limit: most + 1 })
  const { items, last } = cut(found.slice(0, most), limit, (row) => passes(row, query) && hasCode(row, query.code))
  const more = last !== undefined && last !== found.at(-1)
  return { items, next: more ? writeCursor({ at: timeOf(last).toISOString(), id: last._id, of }) : null }
}

const byDue = { path: 'dueAt', of: ({ dueAt }: WorkRow): Date => dueAt }

/** Nearly all rows are done: put so, no index by state leads through them, and that by time does. */
const stateOf = (state: WorkState): Filter => ({
  state: state === 'done' ? { $nin: workStates.filter((other) => other !== 'done') } : state,
})

const hasCode = ({ error }: WorkRow, code: string | undefined): boolean => code === undefined || error?.code === code

const after = (path: string, { at, id }: { readonly at: string; readonly id: string }): Filter => {
  const time = new Date(at)
  return { $or: [{ [path]: { $lt: time } }, { [path]: time, _id: { $lt: id } }] }
}

/** The rows that pass, no more than asked for, and the last row that was looked at. */
const cut = <T>(found: readonly T[], limit: number, passes: (row: T) => boolean) => {
  const items: T[] = []
  let last: T | undefined
  for (const row of found) {
    last = row
    if (passes(row)) items.push(row)
    if (items.length === limit) break
  }
  return { items, last }
}
