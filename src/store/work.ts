import { randomUUID } from 'node:crypto'
import type { Collection, Filter } from './port.ts'
import type { RowError, WorkRow, WorkState } from './rows.ts'

export interface ClaimOptions {
  readonly now: Date
  readonly leaseMs: number
  readonly limit: number
  /** Only these rows: a connection, a name. */
  readonly where?: Filter
  /** Whose claim it is: the process that may give it back. Nobody in particular where absent. */
  readonly holder?: string
}

/** A fresh token of a holder's; `heldBy` finds all of them. */
export const tokenOf = (holder: string): string => `${holder}/${randomUUID()}`

/** The tokens of one holder, as a range that both engines walk alike: `0` comes right after `/`. */
export const heldBy = (holder: string): Filter => ({ $gte: `${holder}/`, $lt: `${holder}0` })

/**
 * Which rows are in a state, said so that an index answers: only due and leased rows have `dueAt`, only failed ones an `error`.
 */
export const inState = (state: WorkState): Filter => {
  if (state === 'due' || state === 'leased') return { state, dueAt: { $ne: null } }
  return state === 'done' ? { state } : { state, 'error.code': { $ne: null } }
}

/**
 * Claims rows that are due, and rows whose lease has run out, in one guarded write under a fresh token; `gen` fences off the
 * owner before. The attempt is counted here, so that a row which kills the process comes to an end too.
 */
export const claim = async <T extends WorkRow>(
  collection: Collection<T>,
  { now, leaseMs, limit, where = {}, holder = 'nobody' }: ClaimOptions,
): Promise<T[]> => {
  const due = { ...where, dueAt: { $lte: now } }
  const found = await collection
    .find(due, { sort: { dueAt: 1, _id: 1 }, limit, projection: { _id: 1, attempt: 1, settled: 1 } })
    .toArray()
  if (found.length === 0) return []
  const ids = apart(
    found.map((row) => ({ _id: row._id, lost: row.attempt - row.settled })),
    limit,
  )
  const owner = tokenOf(holder)
  await collection.updateMany(
    { _id: { $in: [...ids] }, dueAt: { $lte: now } },
    { $set: { state: 'leased', owner, dueAt: new Date(now.getTime() + leaseMs) }, $inc: { gen: 1, attempt: 1 } },
  )
  return collection.find({ _id: { $in: [...ids] }, owner }).toArray()
}

/**
 * How many may be taken together: a row that was lost with its process k times only with others up to the k-th half of the
 * limit. So the one that kills whoever takes it stands alone soon, and those that were merely beside it come to their end.
 * @param found oldest first, with how often each was lost @returns the ids of the first of them
 */
export const apart = (
  found: readonly { readonly _id: string; readonly lost: number }[],
  limit: number,
): readonly string[] => {
  let room = limit
  const stop = found.findIndex(({ lost }, at) => {
    room = Math.min(room, Math.max(1, Math.floor(limit / 2 ** lost)))
    return at >= room
  })
  return found.slice(0, stop === -1 ? found.length : stop).map(({ _id }) => _id)
}

/** Connections that have rows due. */
export const connectionsDue = async <T extends WorkRow>(collection: Collection<T>, now: Date): Promise<string[]> => {
  const stages = [{ $match: { dueAt: { $lte: now } } }, { $group: { _id: '$connection' } }]
  const rows = await collection.aggregate(stages).toArray()
  return rows.map((row) => String(row['_id']))
}

/** How a claimed row ends. `lost`: nobody knows how far it came; the attempt stays counted as one of no known end. Every ending is conditional on `gen`: a newer owner's row is not touched. */
export type Ending =
  | { readonly to: 'done'; readonly set?: Readonly<Record<string, unknown>>; readonly unset?: readonly string[] }
  | {
      readonly to: 'due'
      readonly at: Date
      readonly error?: RowError
      readonly freeAttempt?: boolean
      readonly lost?: boolean
      readonly set?: Readonly<Record<string, unknown>>
      readonly unset?: readonly string[]
    }
  | { readonly to: 'dead' | 'parked'; readonly error: RowError; readonly set?: Readonly<Record<string, unknown>> }

/** Ends claimed rows in one batch. @returns how many were still ours */
export const finish = async <T extends WorkRow>(
  collection: Collection<T>,
  rows: readonly { readonly row: T; readonly ending: Ending; readonly guard?: Filter }[],
): Promise<number> => {
  if (rows.length === 0) return 0
  const answer = await collection.bulkWrite(
    rows.map(({ row, ending, guard = {} }) => ({
      updateOne: {
        // A row of a batch that failed may have come to its end before that.
        filter: { _id: row._id, gen: row.gen, ...(isLost(ending) ? { state: 'leased' } : {}), ...guard },
        update: updateOf(row, ending),
      },
    })),
    { ordered: false },
  )
  return answer.matchedCount
}

const isLost = (ending: Ending): boolean => ending.to === 'due' && ending.lost === true

const updateOf = (row: WorkRow, ending: Ending): Record<string, Record<string, unknown>> => {
  if (ending.to === 'due' && ending.lost === true)
    return { $set: { state: 'due', dueAt: ending.at, error: ending.error }, $unset: { owner: '' } }
  // Attempts that were lost with a process are no failures of the row: they are forgotten once one comes to its end.
  const attempt = ending.to === 'due' && ending.freeAttempt === true ? row.settled : row.settled + 1
  const error = 'error' in ending ? ending.error : undefined
  const unset = 'unset' in ending ? (ending.unset ?? []) : []
  return {
    $set: {
      state: ending.to,
      attempt,
      settled: attempt,
      ...(ending.to === 'due' ? { dueAt: ending.at } : {}),
      ...(error === undefined ? {} : { error }),
      ...(ending.set ?? {}),
    },
    $unset: {
      owner: '',
      ...(ending.to === 'due' ? {} : { dueAt: '' }),
      ...(ending.to === 'done' ? { error: '' } : {}),
      ...Object.fromEntries(unset.map((path) => [path, ''])),
    },
  }
}

/** Puts dead and parked rows back: due at once, attempts anew. @returns how many */
export const putBack = async <T extends WorkRow>(
  collection: Collection<T>,
  filter: Filter,
  { now, unset = [] }: { readonly now: Date; readonly unset?: readonly string[] },
): Promise<number> => {
  const gone = Object.fromEntries(['error', 'awaits', ...unset].map((path) => [path, '']))
  const answer = await collection.updateMany(
    { 'error.code': { $ne: null }, $and: [filter, { state: { $in: ['dead', 'parked'] } }] },
    { $set: { state: 'due', dueAt: now, attempt: 0, settled: 0 }, $unset: gone, $inc: { gen: 1 } },
  )
  return answer.modifiedCount
}

/** The work fields of a row that is due. */
export const dueRow = (at: Date): Pick<WorkRow, 'state' | 'dueAt' | 'attempt' | 'settled' | 'gen'> => ({
  state: 'due',
  dueAt: at,
  attempt: 0,
  settled: 0,
  gen: 0,
})

/** The work fields of a row that waits for a person from the first. */
export const parkedRow = (error: RowError): Pick<WorkRow, 'state' | 'attempt' | 'settled' | 'gen' | 'error'> => ({
  state: 'parked',
  attempt: 1,
  settled: 1,
  gen: 0,
  error,
})
