import { otherBodyIdOf } from '../kernel/ids.ts'
import type { Collection, Filter, FindOptions } from './port.ts'
import { insertOnce } from './port.ts'
import type { Blob, Message, WorkState } from './rows.ts'
import { type ClaimOptions, claim, type Ending, finish, inState, putBack } from './work.ts'

/** Bodies above this go to the blobs, so that rows stay small. */
const bodyInRow = 16 * 1024

export interface Kept {
  /** other: another body stands under the key, and this one was not to be kept beside it. */
  readonly state: 'kept' | 'seen' | 'other'
  readonly id: string
}

export interface Inbox {
  /** One insert; durable when it resolves. The same key and body again: 'seen'. Another body under the key: kept beside it, or refused. */
  keep(message: Message & { readonly body: Uint8Array }, another?: 'keep' | 'refuse'): Promise<Kept>
  /** With their bodies, but those that lie in the blobs. */
  claim(options: ClaimOptions): Promise<Message[]>
  finish(rows: readonly { readonly row: Message; readonly ending: Ending }[]): Promise<number>
  /** The bytes as they came: those of the message itself, or of the blob that it names. */
  bodyOf(message: Message): Promise<Uint8Array>
  read(id: string): Promise<Message | null>
  list(filter: Filter, limit: number): Promise<Message[]>
  find(filter: Filter, options: FindOptions): Promise<Message[]>
  countWhere(filter: Filter): Promise<number>
  /** All messages kept of an order, oldest first. */
  ofOrder(order: string): Promise<Message[]>
  /** Facts that waited for this order become due. */
  wake(orders: readonly string[], now: Date): Promise<void>
  replay(filter: Filter, now: Date): Promise<number>
  /** What was put off because its connection was gone is due at once. */
  hasten(connection: string, now: Date): Promise<void>
  /** A person dealt with a message that was given up or parked: it is done. @returns false where it is neither */
  settle(id: string): Promise<boolean>
  count(state: WorkState): Promise<number>
}

/** The messages, unique by (connection, key). */
export const openInbox = (messages: Collection<Message>, blobs: Collection<Blob>): Inbox => ({
  keep: async (message, another = 'keep') => {
    const row = message.body.byteLength > bodyInRow ? await withBlob(blobs, message) : message
    const first = await insertOnce(messages, row)
    if (first) return { state: 'kept', id: row._id }
    const held = await messages.findOne({ _id: row._id }, { projection: { bodyDigest: 1 } })
    if (held?.bodyDigest === row.bodyDigest) return { state: 'seen', id: row._id }
    if (another === 'refuse') return { state: 'other', id: row._id }
    const other = { ...row, _id: otherBodyIdOf(row.connection, row.key, row.bodyDigest) }
    return { state: (await insertOnce(messages, other)) ? 'kept' : 'seen', id: other._id }
  },
  claim: (options) => claim(messages, options),
  finish: (rows) => finish(messages, rows),
  bodyOf: async (message) => {
    if (message.body !== undefined) return message.body
    const blob = message.blob === undefined ? null : await blobs.findOne({ _id: message.blob })
    return blob?.bytes ?? new Uint8Array()
  },
  read: (id) => messages.findOne({ _id: id }),
  list: (filter, limit) => messages.find(filter, { sort: { keptAt: -1, _id: -1 }, limit }).toArray(),
  find: (filter, options) => messages.find(filter, options).toArray(),
  countWhere: (filter) => messages.countDocuments(filter),
  ofOrder: (order) => messages.find({ order }, { sort: { keptAt: 1, _id: 1 } }).toArray(),
  wake: async (orders, now) => {
    await messages.updateMany({ awaits: { $in: [...orders] }, state: 'due' }, { $set: { dueAt: now } })
  },
  replay: (filter, now) => putBack(messages, filter, { now }),
  hasten: async (connection, now) => {
    const gone = { 'error.code': 'CONNECTION_STOPPED', connection, state: 'due' }
    await messages.updateMany(gone, { $set: { dueAt: now } })
  },
  settle: async (id) => {
    const answer = await messages.updateOne(
      { _id: id, state: { $in: ['dead', 'parked'] } },
      { $set: { state: 'done' }, $unset: { error: '', awaits: '' }, $inc: { gen: 1 } },
    )
    return answer.matchedCount === 1
  },
  count: (state) => messages.countDocuments(inState(state)),
})

/** The blob goes first: who names it must find it. */
const withBlob = async (
  blobs: Collection<Blob>,
  { body, ...message }: Message & { readonly body: Uint8Array },
): Promise<Message> => {
  await insertOnce(blobs, { _id: message.bodyDigest, bytes: body })
  return { ...message, blob: message.bodyDigest }
}
