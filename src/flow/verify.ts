import type { OrderDoc } from '../canonical/order.ts'
import { digestBytes, digestValue } from '../kernel/digest.ts'
import { commandIdOf, messageIdOf, otherBodyIdOf } from '../kernel/ids.ts'
import { readJson } from '../kernel/json.ts'
import { faultsOfOrder } from '../orders/audit.ts'
import type { batchesOf, CollectionName } from '../store/moving/walk.ts'
import type { Collection, Doc, Store } from '../store/port.ts'
import type { Blob, Command, LedgerPage, Message, WorkRow } from '../store/rows.ts'

/** One thing that is not as it must be. */
export interface StoreFault {
  readonly where: string
  readonly id: string
  readonly sentence: string
}

export interface VerifyOptions {
  readonly store: Pick<Store, 'collection'>
  readonly batchesOf: typeof batchesOf
  readonly progress: (done: { readonly where: string; readonly rows: number }) => void
  readonly fault: (fault: StoreFault) => void
}

/**
 * Holds everything that is kept against what must always be true: ids, bodies, states, views, quantities, chains, receipts. Reads only,
 * and may run beside a hub. @returns rows looked at, by collection
 */
export const verify = async (options: VerifyOptions): Promise<Readonly<Record<string, number>>> => {
  const { store } = options
  const blobs = store.collection<Blob>('blobs')
  const orders = store.collection<OrderDoc>('orders')
  const ledger = store.collection<LedgerPage>('ledger')
  return {
    inbox: await look(options, 'inbox', (row: Message) => messageFaults(row, blobs)),
    orders: await look(options, 'orders', async (order: OrderDoc) =>
      faultsOfOrder(order, await eventsOf(ledger, order)),
    ),
    outbox: await look(options, 'outbox', (row: Command) => commandFaults(row, orders)),
    ledger: await look(options, 'ledger', (page: LedgerPage) => pageFaults(page, orders)),
    blobs: await look(options, 'blobs', async ({ _id, bytes }: Blob) =>
      digestBytes(bytes) === _id ? [] : ['its bytes are not those it is named by'],
    ),
  }
}

const look = async <T extends Doc>(
  { store, batchesOf, progress, fault }: VerifyOptions,
  where: CollectionName,
  faultsOf: (row: T) => Promise<readonly string[]>,
): Promise<number> => {
  let rows = 0
  for await (const page of batchesOf<T>(store, where)) {
    for (const row of page) for (const sentence of await faultsOf(row)) fault({ where, id: row._id, sentence })
    rows += page.length
    progress({ where, rows })
  }
  return rows
}

const eventsOf = async (ledger: Collection<LedgerPage>, order: OrderDoc): Promise<OrderDoc['events']> => {
  const pages = await ledger.find({ order: order._id }, { sort: { firstSeq: 1 } }).toArray()
  const turned = pages.at(-1)?.lastSeq ?? 0
  return [...pages.flatMap((page) => page.events), ...order.events.filter((event) => event.seq > turned)]
}

const messageFaults = async (row: Message, blobs: Collection<Blob>): Promise<readonly string[]> => {
  const held = row.body ?? (row.blob === undefined ? undefined : (await blobs.findOne({ _id: row.blob }))?.bytes)
  const ids = [messageIdOf(row.connection, row.key), otherBodyIdOf(row.connection, row.key, row.bodyDigest)]
  return [
    ...(ids.includes(row._id) ? [] : ['its id is not that of its connection and key']),
    ...(held === undefined ? ['its body is gone'] : []),
    ...(held !== undefined && digestOf(row, held) !== row.bodyDigest ? ['its body is not the one that came'] : []),
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

const commandFaults = async (row: Command, orders: Collection<OrderDoc>): Promise<readonly string[]> => {
  const isKnown =
    row.name === 'read-order' || (await orders.findOne({ _id: row.order }, { projection: { _id: 1 } })) !== null
  const isTold = row.receipt !== undefined || row.withdrawn !== undefined
  return [
    ...(row._id === commandIdOf(row.connection, row.name, row.about) ? [] : ['its id is not that of what it does']),
    ...(isKnown ? [] : [`the order ${row.order} is not there`]),
    ...(row.state === 'done' && row.sort === 'once' && !isTold ? ['it is done, and there is no receipt'] : []),
    ...workFaults(row),
  ]
}

/** A row that is due or leased has a time, one that came to its end has none; attempts that ended are no more than were begun. */
const workFaults = ({ state, dueAt, attempt, settled, error }: WorkRow): readonly string[] => {
  const open = state === 'due' || state === 'leased'
  return [
    ...(open === (dueAt !== undefined) ? [] : [`it is ${state}, and ${open ? 'has no time' : 'still has one'}`]),
    ...(settled <= attempt ? [] : ['more attempts came to their end than were begun']),
    ...((state === 'dead' || state === 'parked') && error === undefined
      ? [`it is ${state}, and no reason is kept`]
      : []),
  ]
}

const pageFaults = async (page: LedgerPage, orders: Collection<OrderDoc>): Promise<readonly string[]> => {
  const isKnown = (await orders.findOne({ _id: page.order }, { projection: { _id: 1 } })) !== null
  const [first, last] = [page.events[0], page.events.at(-1)]
  return [
    ...(isKnown ? [] : [`the order ${page.order} is not there`]),
    ...(first?.seq === page.firstSeq && last?.seq === page.lastSeq ? [] : ['it does not hold the events that it says']),
  ]
}
