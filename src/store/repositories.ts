import type { OrderDoc } from '../canonical/order.ts'
import { type Connections, openConnections } from './connections.ts'
import { type Inbox, openInbox } from './inbox.ts'
import { indexes } from './indexes.ts'
import { type Keys, openKeys } from './keys.ts'
import { type Orders, openOrders } from './orders.ts'
import { type Outbox, openOutbox } from './outbox.ts'
import type { Store } from './port.ts'
import { openPulls, type Pulls } from './pulls.ts'
import type { ApiKey, Blob, Command, ConnectionRow, LedgerPage, Message, Pull } from './rows.ts'
import { heldBy } from './work.ts'

export interface Repositories {
  readonly inbox: Inbox
  readonly orders: Orders
  readonly outbox: Outbox
  readonly pulls: Pulls
  readonly connections: Connections
  readonly keys: Keys
  /**
   * Frees what processes that are known to be gone had claimed: all of them, or the one that ends now. Their attempts stay counted, for
   * what they were doing may have come about.
   */
  freeLeases(now: Date, ending?: Ending): Promise<void>
}

/** A process that ends with calls under way. */
export interface Ending {
  readonly holder: string
  /** Until then what was sent may still arrive: its commands are due no sooner, for who looks before would send again. */
  readonly callsEnd: Date
}

/** One repository a collection, over whichever engine; makes the indexes first. */
export const openRepositories = async (store: Store): Promise<Repositories> => {
  for (const [name, specs] of Object.entries(indexes)) await store.collection(name).createIndexes(specs)
  return {
    inbox: openInbox(store.collection<Message>('inbox'), store.collection<Blob>('blobs')),
    orders: openOrders(store.collection<OrderDoc>('orders'), store.collection<LedgerPage>('ledger')),
    outbox: openOutbox(store.collection<Command>('outbox')),
    pulls: openPulls(store.collection<Pull>('pulls')),
    connections: openConnections(store.collection<ConnectionRow>('connections')),
    keys: openKeys(store.collection<ApiKey>('keys')),
    freeLeases: async (now, ending) => {
      const owner = ending === undefined ? { $ne: null } : heldBy(ending.holder)
      const leased = { state: 'leased', dueAt: { $ne: null }, owner }
      const free = { $set: { state: 'due', dueAt: now }, $unset: { owner: '' }, $inc: { gen: 1 } }
      await store.collection<Message>('inbox').updateMany(leased, free)
      await store.collection<Pull>('pulls').updateMany(leased, free)
      const later = { ...free, $set: { state: 'due', dueAt: ending?.callsEnd ?? now } }
      await store.collection<Command>('outbox').updateMany(leased, later)
      await store
        .collection<OrderDoc>('orders')
        .updateMany(
          { 'react.dueAt': { $gt: now }, 'react.owner': owner },
          { $set: { 'react.dueAt': now }, $unset: { 'react.owner': '' }, $inc: { 'react.gen': 1 } },
        )
    },
  }
}
