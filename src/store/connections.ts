import type { Connection } from '../../config/connection.ts'
import type { Collection } from './port.ts'
import { isDuplicateKey } from './port.ts'
import type { ConnectionRow } from './rows.ts'

export interface Connections {
  /** Makes the rows of the configured connections where they are not there yet. */
  ensure(rows: readonly { readonly id: string; readonly connector: string }[]): Promise<void>
  /** Keeps a connection made through the API, in place of what it was. @returns whether it is new among those */
  put(spec: Connection): Promise<'made' | 'changed'>
  /** Forgets what a connection made through the API is; its row stays, with what was kept under it. @returns false: it was none */
  remove(id: string): Promise<boolean>
  read(id: string): Promise<ConnectionRow | null>
  all(): Promise<ConnectionRow[]>
  /** Moves the budget by CAS. @returns false: somebody else was first, read again */
  spend(id: string, from: number, to: number): Promise<boolean>
  /** The same of a lane's. @param from undefined: nothing was spent of it yet */
  spendLane(
    id: string,
    lane: string,
    spent: { readonly from: number | undefined; readonly to: number },
  ): Promise<boolean>
  /** Takes the turn to get a token, until a time. @returns false: somebody else has it */
  takeTurn(id: string, grant: string, turn: { readonly now: Date; readonly until: Date }): Promise<boolean>
  /** Keeps a token that was got, where there is one, and gives the turn back. */
  endTurn(id: string, grant: string, got?: { readonly sealed: string; readonly until: Date }): Promise<void>
  /** Nothing is sent before this time. */
  putOff(id: string, until: Date): Promise<void>
  stop(id: string, because: string, at: Date): Promise<void>
  resume(id: string): Promise<void>
}

/** What is kept of the connections between runs: budget, pauses, stops; and what those of the API are. */
export const openConnections = (connections: Collection<ConnectionRow>): Connections => ({
  ensure: async (rows) => {
    const known = new Set((await connections.find({}).toArray()).map((row) => row._id))
    const fresh = rows
      .filter((row) => !known.has(row.id))
      .map(({ id, connector }) => ({ _id: id, connector, spentUntil: 0 }))
    if (fresh.length === 0) return
    try {
      await connections.insertMany(fresh, { ordered: false })
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
    }
  },
  put: async (spec) => {
    const before = await connections.findOneAndUpdate(
      { _id: spec.id },
      { $set: { connector: spec.connector, spec }, $setOnInsert: { spentUntil: 0 } },
      { returnDocument: 'before', upsert: true },
    )
    return before?.spec === undefined ? 'made' : 'changed'
  },
  remove: async (id) => {
    const answer = await connections.updateOne({ _id: id, spec: { $exists: true } }, { $unset: { spec: '' } })
    return answer.matchedCount === 1
  },
  read: (id) => connections.findOne({ _id: id }),
  all: () => connections.find({}, { sort: { _id: 1 } }).toArray(),
  spend: async (id, from, to) =>
    (await connections.updateOne({ _id: id, spentUntil: from }, { $set: { spentUntil: to } })).matchedCount === 1,
  spendLane: async (id, lane, { from, to }) => {
    const path = `lanes.${lane}`
    const answer = await connections.updateOne(
      { _id: id, [path]: from === undefined ? { $exists: false } : from },
      { $set: { [path]: to } },
    )
    return answer.matchedCount === 1
  },
  takeTurn: async (id, grant, { now, until }) => {
    const path = `turns.${grant}`
    const answer = await connections.updateOne(
      { _id: id, $or: [{ [path]: { $exists: false } }, { [path]: { $lte: now } }] },
      { $set: { [path]: until } },
    )
    return answer.matchedCount === 1
  },
  endTurn: async (id, grant, got) => {
    const kept = got === undefined ? {} : { $set: { [`tokens.${grant}`]: got } }
    await connections.updateOne({ _id: id }, { ...kept, $unset: { [`turns.${grant}`]: '' } })
  },
  putOff: async (id, until) => {
    await connections.updateOne({ _id: id }, { $max: { notBefore: until } })
  },
  stop: async (id, because, at) => {
    await connections.updateOne({ _id: id }, { $set: { stopped: { because, at } } })
  },
  resume: async (id) => {
    await connections.updateOne({ _id: id }, { $unset: { stopped: '', notBefore: '' } })
  },
})
