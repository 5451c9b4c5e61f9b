import type { Topic } from '../../src/connector/contract.ts'
import { defineConnector } from '../../src/connector/define.ts'
import { authorise, base, classify, orderQuery } from './client.ts'
import { markShipped } from './commands.ts'
import { orders } from './lists.ts'
import { sandbox } from './sandbox.ts'
import { Settings, secrets } from './settings.ts'
import { identify, verify } from './verify.ts'

const snapshot = (description: string): Topic => ({ maps: 'order', description })

/** A Shopify shop: its orders by webhook, read again and listed by GraphQL, marked as shipped by GraphQL. */
export const shopify = defineConnector<Settings>({
  id: 'shopify',
  title: 'Shopify',
  settings: Settings,
  secrets,
  bodyLimit: 4 * 1024 * 1024,
  base,
  verify,
  identify,
  authorise,
  classify,
  topics: {
    'orders/create': snapshot('A new order, whole.'),
    'orders/updated': snapshot('An order changed, whole.'),
    'orders/paid': snapshot('An order is paid, whole.'),
    'orders/cancelled': snapshot('An order is cancelled, whole.'),
    'orders/fulfilled': snapshot('Everything of an order was sent, whole.'),
    'orders/partially_fulfilled': snapshot('A part of an order was sent, whole.'),
    'orders/edited': { maps: 'order-edit', description: 'Only what an edit added and removed: the order is read.' },
    'orders/delete': { maps: 'order-delete', description: 'Only the id of an order that can be read no more.' },
    'refunds/create': { maps: 'refund', description: 'A refund, with the units and the money given back.' },
    'fulfillments/create': { maps: 'fulfillment', description: 'A parcel was sent.' },
    'fulfillments/update': { maps: 'fulfillment', description: 'A parcel moved, or its tracking changed.' },
    'app/uninstalled': { does: 'stop', description: 'The merchant removed the app: its token and webhooks are void.' },
    'customers/data_request': {
      does: 'person',
      description: 'A buyer asks what is held of them: answer the merchant within 30 days.',
    },
    'customers/redact': { does: 'person', description: "A buyer's personal data is to be erased within 30 days." },
    'shop/redact': {
      does: 'person',
      description: "The shop left 48 hours ago: erase its buyers' personal data within 30 days.",
    },
    'read/order': { maps: 'order-read', asked: true, description: 'An order as GraphQL tells it.' },
  },
  queries: { order: orderQuery },
  lists: { orders },
  commands: { 'mark-shipped': markShipped },
  intents: {},
  sandbox,
})
