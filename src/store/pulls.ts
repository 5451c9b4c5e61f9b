import { pullIdOf } from '../kernel/ids.ts'
import type { Collection, Filter, FindOptions } from './port.ts'
import { insertOnce } from './port.ts'
import type { Pull } from './rows.ts'
import { type ClaimOptions, claim, connectionsDue, dueRow, type Ending, finish } from './work.ts'

/** A stretch of time that is read once. */
export interface Stretch {
  readonly connection: string
  readonly from: Date
  readonly to: Date
}

export interface Pulls {
  /** Makes the standing pull of a list where it is not there yet. */
  ensureNews(connection: string, list: string, at: { readonly from: Date; readonly now: Date }): Promise<void>
  /** The same stretch again goes on where it was; one that was done, or given up, begins anew. */
  backfill(stretch: Stretch, now: Date): Promise<Pull>
  /** @param key what tells this one from others: the time it was asked for, or the turn of a schedule */
  reconcile(stretch: Stretch & { readonly cure: boolean }, key: string, now: Date): Promise<Pull>
  /** News are due now. `since`: from a time on, again. */
  hasten(connection: string, now: Date, since?: Date): Promise<readonly Pull[]>
  claim(options: ClaimOptions): Promise<Pull[]>
  connectionsDue(now: Date): Promise<string[]>
  finish(row: Pull, ending: Ending): Promise<boolean>
  /** Keeps a claim for longer. @returns false: it is ours no more */
  extend(row: Pull, until: Date): Promise<boolean>
  read(id: string): Promise<Pull | null>
  find(filter: Filter, options: FindOptions): Promise<Pull[]>
  countWhere(filter: Filter): Promise<number>
  /** The last that was done of a connection. */
  certificate(connection: string): Promise<Pull | null>
}

/** What channels are asked for, and how far that has come. */
export const openPulls = (pulls: Collection<Pull>): Pulls => ({
  ensureNews: async (connection, list, { from, now }) => {
    await insertOnce(pulls, { ...rowOf({ connection, kind: 'news', key: list }, now), list, upTo: from })
  },
  backfill: async (stretch, now) => {
    const row = { ...rowOf({ ...keyOf(stretch), kind: 'backfill' }, now), from: stretch.from, to: stretch.to }
    await insertOnce(pulls, row)
    const { _id, madeAt, state, dueAt, attempt, settled, pages, listed, kept } = row
    await pulls.updateOne(
      { _id, state: { $in: ['done', 'dead', 'parked'] } },
      {
        $set: { madeAt, state, dueAt, attempt, settled, pages, listed, kept },
        $unset: { error: '', doneAt: '', reading: '', upTo: '' },
        $inc: { gen: 1 },
      },
    )
    return (await pulls.findOne({ _id })) ?? row
  },
  reconcile: async ({ connection, from, to, cure }, key, now) => {
    const row = { ...rowOf({ connection, kind: 'reconcile', key }, now), from, to, cure }
    await insertOnce(pulls, row)
    return (await pulls.findOne({ _id: row._id })) ?? row
  },
  hasten: async (connection, now, since) => {
    const news = { connection, kind: 'news' }
    if (since === undefined) await pulls.updateMany({ ...news, state: 'due' }, { $set: { dueAt: now } })
    else
      await pulls.updateMany(news, {
        $set: { state: 'due', dueAt: now, upTo: since },
        $unset: { reading: '', owner: '' },
        $inc: { gen: 1 },
      })
    return pulls.find(news, { sort: { madeAt: 1, _id: 1 } }).toArray()
  },
  claim: (options) => claim(pulls, options),
  connectionsDue: (now) => connectionsDue(pulls, now),
  finish: async (row, ending) => (await finish(pulls, [{ row, ending }])) === 1,
  extend: async (row, until) =>
    (await pulls.updateOne({ _id: row._id, gen: row.gen }, { $set: { dueAt: until } })).matchedCount === 1,
  read: (id) => pulls.findOne({ _id: id }),
  find: (filter, options) => pulls.find(filter, options).toArray(),
  countWhere: (filter) => pulls.countDocuments(filter),
  certificate: async (connection) => {
    const filter = { connection, kind: 'reconcile', state: 'done' }
    const [last] = await pulls.find(filter, { sort: { madeAt: -1, _id: -1 }, limit: 1 }).toArray()
    return last ?? null
  },
})

const keyOf = ({ connection, from, to }: Stretch) => ({ connection, key: `${from.toISOString()}/${to.toISOString()}` })

interface Named {
  readonly connection: string
  readonly kind: Pull['kind']
  readonly key: string
}

const rowOf = ({ connection, kind, key }: Named, now: Date): Pull => ({
  _id: pullIdOf(connection, kind, key),
  connection,
  kind,
  madeAt: now,
  pages: 0,
  listed: 0,
  kept: 0,
  ...dueRow(now),
})
