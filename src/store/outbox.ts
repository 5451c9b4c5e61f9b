import type { Receipt } from '../canonical/commands.ts'
import { commandIdOf } from '../kernel/ids.ts'
import type { Collection, Filter, FindOptions } from './port.ts'
import { isDuplicateKey } from './port.ts'
import type { Command, OutboxName, WorkState } from './rows.ts'
import { type ClaimOptions, claim, connectionsDue, dueRow, type Ending, finish, inState, putBack } from './work.ts'

export interface Wish {
  readonly connection: string
  readonly name: OutboxName
  readonly order: string
  readonly about: string
  readonly wish: Readonly<Record<string, unknown>>
}

export interface Outbox {
  /** A command with one effect ever: inserted where it is not there yet. */
  once(wishes: readonly Wish[], now: Date): Promise<void>
  /** Only the newest want counts: one row a subject; a new want makes it due again. */
  latest(wish: Wish, dueAt: Date): Promise<void>
  claim(options: ClaimOptions): Promise<Command[]>
  /** Connections that have rows due. */
  connectionsDue(now: Date): Promise<string[]>
  receive(command: Command, receipt: Receipt): Promise<boolean>
  /** `latest` rows that were wanted anew meanwhile are due again instead. */
  finish(row: Command, ending: Ending, now: Date): Promise<boolean>
  read(id: string): Promise<Command | null>
  list(filter: Filter, limit: number): Promise<Command[]>
  find(filter: Filter, options: FindOptions): Promise<Command[]>
  countWhere(filter: Filter): Promise<number>
  /** A person says that it happened: the receipt is recorded on a row that was given up, which is then due without being sent. */
  settle(id: string, receipt: Receipt, now: Date): Promise<boolean>
  replay(filter: Filter, now: Date): Promise<number>
  /** A person says that nothing came of it: due, as though it had never been sent. */
  again(id: string, now: Date): Promise<number>
  /** What was put off of a connection is due at once. */
  hasten(connection: string, now: Date): Promise<void>
  count(state: WorkState): Promise<number>
}

/** Commands derived by react, questions, and what became of them. */
export const openOutbox = (commands: Collection<Command>): Outbox => ({
  once: async (wishes, now) => {
    if (wishes.length === 0) return
    try {
      await commands.insertMany(
        wishes.map((wish) => rowOf(wish, 'once', now)),
        { ordered: false },
      )
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
    }
  },
  latest: (wish, dueAt) => want(commands, rowOf(wish, 'latest', dueAt)),
  claim: (options) => claim(commands, options),
  connectionsDue: (now) => connectionsDue(commands, now),
  receive: async (command, receipt) => {
    const answer = await commands.updateOne({ _id: command._id, gen: command.gen }, { $set: { receipt } })
    return answer.matchedCount === 1
  },
  finish: async (row, ending, now) => {
    const asWanted = row.sort === 'latest' ? { wantSeq: row.wantSeq } : {}
    if ((await finish(commands, [{ row, ending, guard: asWanted }])) === 1) return true
    if (row.sort === 'once') return false
    const again: Ending = { to: 'due', at: now, freeAttempt: true }
    return (await finish(commands, [{ row, ending: again }])) === 1
  },
  read: (id) => commands.findOne({ _id: id }),
  list: (filter, limit) => commands.find(filter, { sort: { madeAt: -1, _id: -1 }, limit }).toArray(),
  find: (filter, options) => commands.find(filter, options).toArray(),
  countWhere: (filter) => commands.countDocuments(filter),
  settle: async (id, receipt, now) => {
    const answer = await commands.updateOne(
      { _id: id, state: { $in: ['dead', 'parked'] } },
      { $set: { receipt, state: 'due', dueAt: now, attempt: 0, settled: 0 }, $unset: { error: '' }, $inc: { gen: 1 } },
    )
    return answer.matchedCount === 1
  },
  replay: (filter, now) => putBack(commands, filter, { now }),
  again: (id, now) => putBack(commands, { _id: id }, { now, unset: ['unsure'] }),
  hasten: async (connection, now) => {
    await commands.updateMany({ connection, state: 'due', dueAt: { $gt: now } }, { $set: { dueAt: now } })
  },
  count: (state) => commands.countDocuments(inState(state)),
})

const rowOf = ({ connection, name, order, about, wish }: Wish, sort: Command['sort'], now: Date): Command => ({
  _id: commandIdOf(connection, name, about),
  connection,
  name,
  sort,
  order,
  about,
  wish,
  wantSeq: 1,
  madeAt: now,
  ...dueRow(now),
})

/** A row in flight keeps its lease and only learns of the new want; its finish then finds another `wantSeq` and sets it due again. */
const want = async (commands: Collection<Command>, row: Command): Promise<void> => {
  const { _id, wish, state, dueAt, attempt, settled, wantSeq: _, ...fixed } = row
  for (;;) {
    const inFlight = await commands.updateOne({ _id, state: 'leased' }, { $set: { wish }, $inc: { wantSeq: 1 } })
    if (inFlight.matchedCount === 1) return
    try {
      await commands.updateOne(
        { _id, state: { $ne: 'leased' } },
        {
          $set: { wish, state, dueAt, attempt, settled },
          $inc: { wantSeq: 1 },
          $setOnInsert: fixed,
          $unset: { error: '', receipt: '', owner: '' },
        },
        { upsert: true },
      )
      return
    } catch (error) {
      // It was leased or inserted between the two: look again.
      if (!isDuplicateKey(error)) throw error
    }
  }
}
