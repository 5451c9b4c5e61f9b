import { defineConnector } from '../../src/connector/define.ts'
import { authorise, authoriseQuery, base, classify, order } from './client.ts'
import { markShipped } from './commands.ts'
import { readable } from './entities.ts'
import { health } from './health.ts'
import { orders, trashed } from './lists.ts'
import { sandbox } from './sandbox.ts'
import { Settings, secrets } from './settings.ts'
import { identify, ping, verify } from './verify.ts'

const nothing = (description: string) => ({ does: 'nothing', description }) as const

/** WooCommerce: the shop in a WordPress site, with whatever plug-ins its merchant has put into it. */
export const wooStore = defineConnector<Settings>({
  id: 'woo-store',
  title: 'WooCommerce',
  settings: Settings,
  secrets,
  base,
  verify,
  ping,
  identify,
  authorise,
  authoriseQuery,
  classify,
  topics: {
    'order.created': { maps: 'order', prepare: readable, description: 'An order, as it is when the message is sent.' },
    'order.updated': {
      maps: 'order',
      prepare: readable,
      description: 'An order that changed, or was made; two to four times the same as a rule.',
    },
    'order.restored': { maps: 'order', prepare: readable, description: 'An order came back from the trash.' },
    'order.deleted': { maps: 'order-event', description: 'An order went into the trash, or for good: it is read.' },
    'read/order': {
      maps: 'order',
      prepare: readable,
      asked: true,
      description: 'An order as WooCommerce holds it now.',
    },
    'product.created': nothing('A product was made.'),
    'product.updated': nothing('A product changed.'),
    'product.deleted': nothing('A product was deleted.'),
    'product.restored': nothing('A product came back from the trash.'),
    'customer.created': nothing('A customer signed up.'),
    'customer.updated': nothing('A customer changed.'),
    'customer.deleted': nothing('A customer was deleted.'),
    'coupon.created': nothing('A coupon was made.'),
    'coupon.updated': nothing('A coupon changed.'),
    'coupon.deleted': nothing('A coupon was deleted.'),
    'coupon.restored': nothing('A coupon came back from the trash.'),
    action: nothing('A hook of WordPress, of any name.'),
  },
  queries: { order },
  health,
  lists: { orders, trashed },
  commands: { 'mark-shipped': markShipped },
  intents: {},
  sandbox,
})
