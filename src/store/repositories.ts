import type { OrderDoc } from '../canonical/order.ts'
import { type Connections, openConnections } from './connections.ts'
import { type Inbox, openInbox } from './inbox.ts'
import { indexes } from './indexes.ts'
import { type Keys, openKeys } from './keys.ts'
import { type Orders, openOrders } from './orders.ts'
import { type Outbox, openOutbox } from './outbox.ts'
import type { Store } from './port.ts'
import type { ApiKey, Blob, Command, ConnectionRow, LedgerPage, Message } from './rows.ts'

export interface Repositories {
  readonly inbox: Inbox
  readonly orders: Orders
  readonly outbox: Outbox
  readonly connections: Connections
  readonly keys: Keys
}

/** One repository a collection, over whichever engine; makes the indexes first. */
export const openRepositories = async (store: Store): Promise<Repositories> => {
  for (const [name, specs] of Object.entries(indexes)) await store.collection(name).createIndexes(specs)
  return {
    inbox: openInbox(store.collection<Message>('inbox'), store.collection<Blob>('blobs')),
    orders: openOrders(store.collection<OrderDoc>('orders'), store.collection<LedgerPage>('ledger')),
    outbox: openOutbox(store.collection<Command>('outbox')),
    connections: openConnections(store.collection<ConnectionRow>('connections')),
    keys: openKeys(store.collection<ApiKey>('keys')),
  }
}
