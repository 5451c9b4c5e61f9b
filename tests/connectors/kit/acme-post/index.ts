import { defineConnector } from '../../../../src/connector/define.ts'
import { authorise, base, order } from './client.ts'
import { markShipped } from './commands.ts'
import { orders } from './lists.ts'
import { sandbox } from './sandbox.ts'
import { type Settings, secrets, Settings as settings } from './settings.ts'
import { identify, verify } from './verify.ts'

/** Acme Post: a marketplace that does not exist, and the smallest whole connector. docs/writing-a-connector.md walks through it. */
export const acmePost = defineConnector<Settings>({
  id: 'acme-post',
  title: 'Acme Post',
  settings,
  secrets,
  base,
  verify,
  identify,
  authorise,
  topics: {
    'order.saved': { maps: 'order', description: 'An order was placed, changed or cancelled.' },
    'read/order': { maps: 'order', asked: true, description: 'An order as Acme holds it now.' },
    'shop.closed': { does: 'stop', description: 'The shop took back the access.' },
  },
  queries: { order },
  lists: { orders },
  commands: { 'mark-shipped': markShipped },
  intents: {},
  sandbox,
})
