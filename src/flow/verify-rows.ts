import type { OrderDoc } from '../canonical/order.ts'
import { digestBytes, digestValue } from '../kernel/digest.ts'
import { commandIdOf, messageIdOf, otherBodyIdOf } from '../kernel/ids.ts'
import { readJson } from '../kernel/json.ts'
import type { Store } from '../store/port.ts'
import type { ApiKey, Command, LedgerPage, Message, Pull, WorkRow } from '../store/rows.ts'
import { ruleOf } from './react.ts'

/** What a row is held against besides itself: the orders that it may name, as far as they are there. */
export type Known = ReadonlyMap<string, Pick<OrderDoc, '_id' | 'acts'>>

/** The orders that these rows name. */
export const knownOf = async (
  store: Pick<Store, 'collection'>,
  rows: readonly { readonly order?: string }[],
): Promise<Known> => {
  const ids = [...new Set(rows.flatMap(({ order }) => (typeof order === 'string' ? [order] : [])))]
  const found = await store
    .collection<OrderDoc>('orders')
    .find({ _id: { $in: ids } }, { projection: { _id: 1, acts: 1 } })
    .toArray()
  return new Map(found.map((order) => [order._id, order]))
}

/** Ids of the orders that these messages name, as far as they are there, or were asked for at their channel. */
export const namedOf = async (store: Pick<Store, 'collection'>, rows: readonly Message[]): Promise<Ids> => {
  const known = new Set((await knownOf(store, rows)).keys())
  const missing = new Set(rows.flatMap(({ order }) => order ?? [])).difference(known)
  if (missing.size === 0) return known
  const asked = await store
    .collection<Command>('outbox')
    .find({ order: { $in: [...missing] }, name: 'read-order' }, { projection: { _id: 1, order: 1 } })
    .toArray()
  return known.union(new Set(asked.map(({ order }) => order)))
}
type Ids = Pick<ReadonlySet<string>, 'has'>

/** What is wrong with a message, a sentence each. @param body as it lies there, with the row or in the blobs */
export const messageFaults = (row: Message, body: Uint8Array | undefined, named: Ids): readonly string[] => {
  const ids = [messageIdOf(row.connection, row.key), otherBodyIdOf(row.connection, row.key, row.bodyDigest)]
  return [
    ...(ids.includes(row._id) ? [] : ['its id is not that of its connection and key']),
    ...(body === undefined ? ['its body is gone'] : []),
    ...(body !== undefined && digestOf(row, body) !== row.bodyDigest ? ['its body is not the one that came'] : []),
    ...(row.state === 'done' && row.order !== undefined && !named.has(row.order)
      ? [`it was taken into the order ${row.order}, which is not there`]
      : []),
    ...workFaults(row),
  ]
}

/** What was placed is known by what it says, whatever its blanks and the order of its fields. */
const digestOf = (row: Message, body: Uint8Array): string => {
  if (row.via !== 'api') return digestBytes(body)
  try {
    return digestValue(readJson(body))
  } catch {
    return ''
  }
}

/** What is wrong with a command: its id, its order, its receipt, the act that must have come of it. */
export const commandFaults = (row: Command, known: Known): readonly string[] => {
  const isTold = row.receipt !== undefined || row.withdrawn !== undefined
  const hasOrder = known.has(row.order) || row.name === 'read-order'
  return [
    ...(row._id === commandIdOf(row.connection, row.name, row.about) ? [] : ['its id is not that of what it does']),
    ...(hasOrder ? [] : [`the order ${row.order} is not there`]),
    ...(isDone(row) && !isTold ? ['it is done, and there is no receipt'] : []),
    ...commandsUnknown([row], known).map(({ order }) => `it is done, and the order ${order} does not know of it`),
    ...workFaults(row),
  ]
}

/** Those that were carried out and must have left an act, and have not. */
export const commandsUnknown = (rows: readonly Command[], known: Known): readonly Command[] =>
  rows.filter((row) => {
    if (!isDone(row) || row.receipt === undefined || ruleOf(row.name)?.leavesAct !== true) return false
    return known.get(row.order)?.acts.every(({ id }) => id !== row._id) === true
  })

const isDone = ({ state, sort }: Command): boolean => state === 'done' && sort === 'once'

/** A row that is due or leased has a time, one that came to its end has none; attempts that ended are no more than were begun. */
const workFaults = ({ state, dueAt, attempt, settled, error, owner }: WorkRow): readonly string[] => {
  const open = state === 'due' || state === 'leased'
  return [
    ...(open === (dueAt !== undefined) ? [] : [`it is ${state}, and ${open ? 'has no time' : 'still has one'}`]),
    ...(state !== 'leased' || owner !== undefined ? [] : ['it is leased, and nobody holds it']),
    ...(settled <= attempt ? [] : ['more attempts came to their end than were begun']),
    ...((state === 'dead' || state === 'parked') && error === undefined
      ? [`it is ${state}, and no reason is kept`]
      : []),
  ]
}

/** What is wrong with a pull, a sentence each. */
export const pullFaults = (row: Pull): readonly string[] => [
  ...workFaults(row),
  ...(row.kind === 'news' || (row.from !== undefined && row.to !== undefined && row.from < row.to)
    ? []
    : ['it has no stretch of time']),
  ...(row.kind === 'news' && row.list === undefined ? ['it names no list'] : []),
]

/** What is wrong with a page of the ledger; its chain is looked at with the order. */
export const pageFaults = (page: LedgerPage, known: Known): readonly string[] => {
  const [first, last] = [page.events[0], page.events.at(-1)]
  return [
    ...(known.has(page.order) ? [] : [`the order ${page.order} is not there`]),
    ...(first?.seq === page.firstSeq && last?.seq === page.lastSeq ? [] : ['it does not hold the events that it says']),
  ]
}

/** What is wrong with an API key: it would open nothing. */
export const keyFaults = ({ _id, hash }: ApiKey): readonly string[] =>
  /^[0-9a-f]{64}$/.test(hash) && _id === `key_${hash.slice(0, 32)}` ? [] : ['its id is not that of its hash']
