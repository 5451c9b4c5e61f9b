import { createHash, createHmac } from 'node:crypto'
import type { BookTold, SandboxPost } from '../../src/connector/sandbox.ts'
import type { Sale } from './sandbox-shop.ts'
import { orderOf } from './sandbox-wire.ts'

/** The other side's whole memory: plain values only. */
export interface State {
  readonly secret: string
  readonly key: string
  readonly keySecret: string
  /** The folder of the site, '' where it lies in none. */
  readonly folder: string
  readonly site: string
  readonly hook: string
  /** The tracking plug-in that is active. */
  readonly plugin?: 'wc-shipment-tracking' | 'wc-ast'
  readonly greeted: boolean
  /** Ids of orders, refunds, notes. */
  readonly next: number
  readonly sales: Readonly<Record<string, Sale>>
  /** The number of the parcel that was written down last, by order. */
  readonly parcels: Readonly<Record<string, string>>
  readonly notes: readonly { readonly id: number; readonly order: string; readonly note: string }[]
  readonly told: readonly BookTold[]
  readonly calls: number
  readonly recent: readonly SandboxPost[]
}

export interface Step {
  readonly state: State
  readonly posts: readonly SandboxPost[]
}

const webhook = '5'

/** Signed and headed as class-wc-webhook.php does; sent once and never again, whatever becomes of it. Read 24 Nov 2026. */
export const post = (
  state: State,
  topic: string,
  about: { readonly body: string; readonly at: number },
): SandboxPost => {
  const [resource = '', event = ''] = topic.split('.')
  return {
    path: '',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'WooCommerce/9.3.3 Hookshot (WordPress/6.6.2)',
      'x-wc-webhook-source': `${state.site}/`,
      'x-wc-webhook-topic': topic,
      'x-wc-webhook-resource': resource,
      'x-wc-webhook-event': event,
      'x-wc-webhook-signature': createHmac('sha256', state.secret).update(about.body).digest('base64'),
      'x-wc-webhook-id': webhook,
      // two messages of one second share it
      'x-wc-webhook-delivery-id': createHash('md5')
        .update(`${webhook}${Math.floor(about.at / 1000)}`)
        .digest('hex'),
    },
    body: about.body,
    note: topic,
    once: true,
  }
}

/** Said when the webhook is made: a form, unsigned. class-wc-webhook.php, deliver_ping; read 24 Nov 2026. */
export const hello: SandboxPost = {
  path: '',
  headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'WooCommerce/9.3.3 Hookshot' },
  body: `webhook_id=${webhook}`,
  note: 'the hello of a new webhook',
  ping: true,
  once: true,
}

/** A sale as it is now stands in the books, and messages go out about it. */
export const record = (state: State, sale: Sale, topics: readonly string[]): Step => {
  const body = JSON.stringify(orderOf(sale))
  const posts = topics.map((topic) =>
    post(state, topic, {
      body: topic === 'order.deleted' ? JSON.stringify({ id: sale.id }) : body,
      at: sale.modifiedAt,
    }),
  )
  const sales = { ...state.sales, [sale.id]: sale }
  return { state: { ...state, sales, recent: [...state.recent, ...posts].slice(-12) }, posts }
}
