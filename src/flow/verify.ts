import type { OrderDoc } from '../canonical/order.ts'
import { digestBytes } from '../kernel/digest.ts'
import { faultsOfOrder } from '../orders/audit.ts'
import type { batchesOf, CollectionName } from '../store/moving/walk.ts'
import type { Doc, Store } from '../store/port.ts'
import type { ApiKey, Blob, Command, ConnectionRow, LedgerPage, Message, Pull } from '../store/rows.ts'
import { commandFaults, keyFaults, knownOf, messageFaults, namedOf, pageFaults, pullFaults } from './verify-rows.ts'

/** One thing that is not as it must be. */
export interface StoreFault {
  readonly where: string
  readonly id: string
  readonly sentence: string
}

type Books = Pick<Store, 'collection'>

export interface VerifyOptions {
  readonly store: Books
  readonly batchesOf: typeof batchesOf
  readonly progress: (done: { readonly where: CollectionName; readonly rows: number }) => void
  readonly fault: (fault: StoreFault) => void
}

/**
 * Holds everything that is kept against what must always be true: ids, bodies, states, views, quantities, chains, receipts. Reads only,
 * and may run beside a hub. @returns rows looked at, by collection
 */
export const verify = async (options: VerifyOptions): Promise<Readonly<Record<string, number>>> => {
  const { store } = options
  return {
    inbox: await look<Message>(options, 'inbox', async (page) => {
      const named = await namedOf(store, page)
      return async (row) => messageFaults(row, await bodyOf(store, row), named)
    }),
    orders: await look<OrderDoc>(options, 'orders', async (page) => {
      const events = await eventsOf(store, page)
      return async (order) => faultsOfOrder(order, events(order))
    }),
    outbox: await look<Command>(options, 'outbox', async (page) => {
      const known = await knownOf(store, page)
      return async (row) => commandFaults(row, known)
    }),
    ledger: await look<LedgerPage>(options, 'ledger', async (page) => {
      const known = await knownOf(store, page)
      return async (row) => pageFaults(row, known)
    }),
    pulls: await look<Pull>(options, 'pulls', async () => async (row) => pullFaults(row)),
    blobs: await look<Blob>(
      options,
      'blobs',
      async () =>
        async ({ _id, bytes }) =>
          digestBytes(bytes) === _id ? [] : ['its bytes are not those it is named by'],
    ),
    connections: await look<ConnectionRow>(
      options,
      'connections',
      async () =>
        async ({ spentUntil }) =>
          Number.isFinite(spentUntil) ? [] : ['until when its allowance is spent is no time'],
    ),
    keys: await look<ApiKey>(options, 'keys', async () => async (key) => keyFaults(key)),
  }
}

/** Made ready for the rows of one batch, so that what lies beside them is read once. */
type Prepare<T> = (page: readonly T[]) => Promise<(row: T) => Promise<readonly string[]>>

const look = async <T extends Doc>(
  { store, batchesOf, progress, fault }: VerifyOptions,
  where: CollectionName,
  prepare: Prepare<T>,
): Promise<number> => {
  let rows = 0
  for await (const page of batchesOf<T>(store, where)) {
    const faultsOf = safely(await prepare(page))
    for (const row of page) {
      if ((await faultsOf(row)).length === 0) continue
      // A hub may have gone on between the reading of the row and of what lies beside it: what is wrong still is wrong now.
      const now = await store.collection<T>(where).findOne({ _id: row._id })
      const left = now === null ? [] : await safely(await prepare([now]))(now)
      for (const sentence of left) fault({ where, id: row._id, sentence })
    }
    rows += page.length
    progress({ where, rows })
  }
  return rows
}

/** A row of which parts are missing, or are something else, is a fault like any other. */
const safely =
  <T>(faultsOf: (row: T) => Promise<readonly string[]>) =>
  async (row: T): Promise<readonly string[]> => {
    try {
      return await faultsOf(row)
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError)
        return ['it does not have the shape of what is kept there']
      throw error
    }
  }

const bodyOf = async (store: Books, { body, blob }: Message): Promise<Uint8Array | undefined> => {
  if (body !== undefined || blob === undefined) return body
  return (await store.collection<Blob>('blobs').findOne({ _id: blob }))?.bytes
}

/** All events of each order, those of its pages too, oldest first. A crash between page and order leaves some on both. */
const eventsOf = async (
  store: Books,
  orders: readonly OrderDoc[],
): Promise<(order: OrderDoc) => OrderDoc['events']> => {
  const filter = { order: { $in: orders.map(({ _id }) => _id) } }
  const found = await store
    .collection<LedgerPage>('ledger')
    .find(filter, { sort: { order: 1, firstSeq: 1 } })
    .toArray()
  const pages = Map.groupBy(found, ({ order }) => order)
  return ({ _id, events }) => {
    const turned = pages.get(_id) ?? []
    const last = turned.at(-1)?.lastSeq ?? 0
    return [...turned.flatMap((page) => page.events), ...events.filter(({ seq }) => seq > last)]
  }
}
