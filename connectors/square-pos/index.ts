import { defineConnector } from '../../src/connector/define.ts'
import { authorise, base, classify, order } from './client.ts'
import { markShipped } from './commands.ts'
import { orders } from './lists.ts'
import { sandbox } from './sandbox.ts'
import { Settings, secrets } from './settings.ts'
import { identify, verify } from './verify.ts'

/** Square: the till on the counter, and the orders that reach it through its API. */
export const squarePos = defineConnector<Settings>({
  id: 'square-pos',
  title: 'Square',
  settings: Settings,
  secrets,
  base,
  verify,
  identify,
  authorise,
  classify,
  topics: {
    'read/order': {
      maps: 'order',
      asked: true,
      description: 'An order as Square holds it now; a return is an order too.',
    },
    'order.created': { maps: 'order-event', description: 'An order was made through the API; it names the order.' },
    'order.updated': {
      maps: 'order-event',
      description: 'An order of the API, the Order Manager or the Dashboard changed.',
    },
    'order.fulfillment.updated': { maps: 'order-event', description: 'A fulfilment of an order changed.' },
    'payment.created': { maps: 'payment-event', description: 'A payment: the only word of a sale at the till.' },
    'payment.updated': { maps: 'payment-event', description: 'A payment was captured, voided, refunded.' },
    'refund.created': {
      maps: 'refund-event',
      description: 'Money goes back; it names the order that Square makes of the refund.',
    },
    'refund.updated': { maps: 'refund-event', description: 'The refund was paid, rejected, or failed.' },
    'oauth.authorization.revoked': {
      does: 'stop',
      description: 'The merchant withdrew the access of the application.',
    },
    'webhooks.test_notification': { does: 'nothing', description: 'The test button of the Developer Console.' },
    'inventory.count.updated': { does: 'nothing', description: 'A stock count changed.' },
    'catalog.version.updated': { does: 'nothing', description: 'The catalogue changed.' },
    'location.updated': { does: 'nothing', description: 'A location of the merchant changed.' },
  },
  queries: { order },
  lists: { orders },
  commands: { 'mark-shipped': markShipped },
  intents: {},
  sandbox,
})
