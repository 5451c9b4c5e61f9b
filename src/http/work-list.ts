import { setImmediate as turn } from 'node:timers/promises'
import { Id } from '../canonical/basics.ts'
import { digestValue } from '../kernel/digest.ts'
import { HubError } from '../kernel/errors.ts'
import { Type, Word } from '../kernel/schema.ts'
import { type Cursor, readCursor, writeCursor } from '../orders/listing.ts'
import type { Filter, Sort } from '../store/port.ts'
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
  /** A condition of this collection alone. */
  readonly passes: (row: T, query: Q) => boolean
}

/** The way that one index leads through the rows. */
interface Way<T> {
  readonly from: Filter
  readonly path: string
  readonly step: 1 | -1
  readonly at: (row: T) => string
  /** @throws RangeError the text is no place on this way */
  readonly read: (text: string) => unknown
}

/** Rows are looked through so many at a time, with a turn between, so many times at most; then the page is what was found. */
const lookedAtOnce = 1_000
const looks = 20

/**
 * One page: newest first; what is due, the latest first; what has failed, by its cause.
 * One index leads; all other conditions are checked row by row.
 * @throws CURSOR_INVALID
 */
export const workPage = async <T extends WorkRow, Q extends WorkQuery>(
  list: WorkList<T, Q>,
  query: Q,
): Promise<{ readonly items: readonly T[]; readonly next: string | null }> => {
  const { limit = 50, cursor, ...asked } = query
  const of = digestValue(asked)
  const way = wayOf(list, query)
  const isChecked = Object.keys(asked).length > 0
  const atOnce = isChecked ? lookedAtOnce : limit
  const sort: Sort = { [way.path]: way.step, _id: way.step }
  const items: T[] = []
  let place: Cursor | undefined = cursor === undefined ? undefined : readCursor(cursor, of)
  for (let look = 0; look < looks; look += 1) {
    const filter = { ...way.from, ...(place === undefined ? {} : beyond(way, place)) }
    const found = await list.rows.find(filter, { sort, limit: atOnce + 1 })
    for (const row of found.slice(0, atOnce)) {
      if (items.length === limit) return { items, next: textOf(place) }
      if (meets(row, query) && list.passes(row, query)) items.push(row)
      place = { at: way.at(row), id: row._id, of }
    }
    if (found.length <= atOnce) return { items, next: null }
    if (items.length === limit) break
    await turn()
  }
  return { items, next: textOf(place) }
}

const textOf = (place: Cursor | undefined): string | null => (place === undefined ? null : writeCursor(place))

const wayOf = <T extends WorkRow, Q extends WorkQuery>({ came }: WorkList<T, Q>, { state, code }: Q): Way<T> => {
  if (state === 'dead' || state === 'parked') return byCause({ ...causeOf(code), dueAt: null })
  if (state === 'due' || state === 'leased') return byTime('dueAt', ({ dueAt }) => dueAt ?? epoch)
  return code === undefined ? byTime(came.path, came.of) : byCause(causeOf(code))
}

const epoch = new Date(0)
const causeOf = (code: string | undefined): Filter => ({ 'error.code': code ?? { $gte: '' } })

const byCause = (from: Filter): Way<WorkRow> => ({
  from,
  path: 'error.code',
  step: 1,
  at: ({ error }) => error?.code ?? '',
  read: (text) => text,
})

const byTime = <T>(path: string, timeOf: (row: T) => Date): Way<T> => ({
  from: { [path]: { $gte: epoch } },
  path,
  step: -1,
  at: (row) => timeOf(row).toISOString(),
  read: (text) => new Date(new Date(text).toISOString()),
})

const beyond = <T>({ path, step, read }: Way<T>, { at, id }: Cursor): Filter => {
  const value = placeOf(read, at)
  const next = step === 1 ? '$gt' : '$lt'
  return { $or: [{ [path]: { [next]: value } }, { [path]: value, _id: { [next]: id } }] }
}

const placeOf = (read: (text: string) => unknown, at: string): unknown => {
  try {
    return read(at)
  } catch (cause) {
    throw new HubError('CURSOR_INVALID', 'expected `next` of the page before, got something else', {}, cause)
  }
}

const meets = ({ state, connection, error }: WorkRow, asked: WorkQuery): boolean =>
  (asked.state === undefined || asked.state === state) &&
  (asked.connection === undefined || asked.connection === connection) &&
  (asked.code === undefined || asked.code === error?.code)
