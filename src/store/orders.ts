import type { Event } from '../canonical/events.ts'
import type { OrderDoc } from '../canonical/order.ts'
import type { BulkStep, Collection, Filter, FindOptions } from './port.ts'
import { insertOnce, isDuplicateKey } from './port.ts'
import type { LedgerPage } from './rows.ts'
import { apart } from './work.ts'

/** Events that stay on the order; older ones go to a page of the ledger, this many at a time. */
const eventsKept = 64

export interface OrderChange {
  /** The revision it was folded from; undefined: it is new. */
  readonly from: number | undefined
  readonly order: OrderDoc
}

export interface Orders {
  read(id: string): Promise<OrderDoc | null>
  readMany(ids: readonly string[]): Promise<OrderDoc[]>
  list(filter: Filter, options: FindOptions): Promise<OrderDoc[]>
  count(filter: Filter, limit?: number): Promise<number>
  group(stages: readonly Readonly<Record<string, unknown>>[]): Promise<Record<string, unknown>[]>
  /** Writes each where its revision still stands. @returns true when all were; false: read again and fold again */
  write(changes: readonly OrderChange[]): Promise<boolean>
  /** Orders whose reaction is due, claimed: `react.gen` fences. */
  claimReact(options: {
    readonly now: Date
    readonly leaseMs: number
    readonly limit: number
    readonly owner: string
  }): Promise<OrderDoc[]>
  /** Ends reactions that are still ours: what was reacted to is noted, and where nothing came meanwhile `react` is cleared. */
  finishReact(orders: readonly OrderDoc[]): Promise<void>
  /** A reaction that failed is due again later. */
  putOffReact(order: OrderDoc, until: Date): Promise<void>
  /** All events of an order, oldest first, pages and those on it together. */
  events(order: OrderDoc): Promise<Event[]>
}

/** The orders and the ledger pages that their old events moved to. */
export const openOrders = (orders: Collection<OrderDoc>, ledger: Collection<LedgerPage>): Orders => ({
  read: (id) => orders.findOne({ _id: id }),
  readMany: (ids) => orders.find({ _id: { $in: [...ids] } }).toArray(),
  list: (filter, options) => orders.find(filter, options).toArray(),
  count: (filter, limit) => orders.countDocuments(filter, limit === undefined ? {} : { limit }),
  group: (stages) => orders.aggregate(stages).toArray(),
  write: async (changes) => {
    if (changes.length === 0) return true
    const ready = await Promise.all(
      changes.map(async (change) => ({ ...change, order: await turnPage(ledger, change.order) })),
    )
    try {
      const answer = await orders.bulkWrite(ready.map(stepOf), { ordered: false })
      return answer.insertedCount + answer.matchedCount === changes.length
    } catch (error) {
      if (isDuplicateKey(error)) return false
      throw error
    }
  },
  claimReact: async ({ now, leaseMs, limit, owner }) => {
    const found = await orders
      .find({ 'react.dueAt': { $lte: now } }, { sort: { 'react.dueAt': 1 }, limit, projection: { _id: 1, react: 1 } })
      .toArray()
    if (found.length === 0) return []
    const ids = apart(
      found.map(({ _id, react }) => ({ _id, lost: react?.attempt ?? 0 })),
      limit,
    )
    await orders.updateMany(
      { _id: { $in: [...ids] }, 'react.dueAt': { $lte: now } },
      {
        $set: { 'react.owner': owner, 'react.dueAt': new Date(now.getTime() + leaseMs) },
        $inc: { 'react.gen': 1, 'react.attempt': 1 },
      },
    )
    return orders.find({ _id: { $in: [...ids] }, 'react.owner': owner }).toArray()
  },
  // `owner` beside `gen`: a fold that read the order before the claim writes the same `gen` for its new event.
  finishReact: async (claimed) => {
    if (claimed.length === 0) return
    await orders.bulkWrite(
      claimed.map(({ _id, seq, react }) => ({
        updateOne: {
          filter: { _id, 'react.gen': react?.gen ?? 0, 'react.owner': react?.owner ?? '' },
          update: { $set: { reactedSeq: seq }, $unset: { react: '' }, $inc: { revision: 1 } },
        },
      })),
      { ordered: false },
    )
  },
  putOffReact: async ({ _id, react }, until) => {
    await orders.updateOne(
      { _id, 'react.gen': react?.gen ?? 0, 'react.owner': react?.owner ?? '' },
      { $set: { 'react.dueAt': until }, $unset: { 'react.owner': '' } },
    )
  },
  events: async (order) => {
    const pages = await ledger.find({ order: order._id }, { sort: { firstSeq: 1 } }).toArray()
    // A crash between the page and the order leaves its events on both.
    const turned = pages.at(-1)?.lastSeq ?? 0
    return [...pages.flatMap((page) => page.events), ...order.events.filter((event) => event.seq > turned)]
  },
})

const stepOf = ({ from, order }: OrderChange): BulkStep<OrderDoc> => {
  if (from === undefined) return { insertOne: { document: order } }
  const { _id, ...fields } = order
  const gone = optional.filter((name) => order[name] === undefined)
  const update = {
    $set: fields,
    ...(gone.length === 0 ? {} : { $unset: Object.fromEntries(gone.map((name) => [name, ''])) }),
  }
  return { updateOne: { filter: { _id, revision: from }, update } }
}

/** Fields that an order may lose again. */
const optional = [
  'currency',
  'presentment',
  'test',
  'location',
  'relations',
  'references',
  'terms',
  'tags',
  'note',
  'cancelledAt',
  'cancelReason',
  'buyer',
  'billTo',
  'shipTo',
  'totals',
  'react',
] as const satisfies readonly (keyof OrderDoc)[]

/**
 * Moves the oldest events, once they were reacted to, into an immutable page; the page is written before the order that no
 * longer carries them, and its id is derived, so that doing it twice writes it once.
 */
const turnPage = async (ledger: Collection<LedgerPage>, order: OrderDoc): Promise<OrderDoc> => {
  const old = order.events.slice(0, eventsKept)
  const [first, last] = [old[0], old.at(-1)]
  if (order.events.length < 2 * eventsKept || first === undefined || last === undefined || last.seq > order.reactedSeq)
    return order
  await insertOnce(ledger, {
    _id: `led_${order._id.slice(4)}_${first.seq}`,
    order: order._id,
    firstSeq: first.seq,
    lastSeq: last.seq,
    events: old,
  })
  return { ...order, events: order.events.slice(eventsKept) }
}
