import type { SandboxPost } from '../../src/connector/sandbox.ts'
import { hmacSha256Base64 } from '../../src/connector/signature.ts'
import { digest } from '../../src/kernel/digest.ts'
import type { ShopOrder } from './sandbox-order.ts'
import { restOrder } from './sandbox-rest.ts'
import { restParcel, restRefund } from './sandbox-rest-parts.ts'

/** Who signs, and what numbers and dates the messages. */
export interface Sender {
  readonly seed: number
  readonly shop: string
  readonly secret: string
  readonly sent: number
  readonly clock: number
}

interface Happened {
  readonly now: Date
  readonly order: ShopOrder
  readonly topics: readonly string[]
  /** a second subscription hears of it too: another webhook id, the same event id */
  readonly twice?: boolean
}

/** The messages of one happening, signed as Shopify signs. */
export const orderPosts = (
  sender: Sender,
  { now, order, topics, twice = false }: Happened,
): { readonly sender: Sender; readonly posts: readonly SandboxPost[] } => {
  let next = sender
  const posts: SandboxPost[] = []
  for (const topic of topics) {
    next = { ...next, sent: next.sent + 1, clock: Math.max(next.clock + 1, now.getTime()) }
    const body = JSON.stringify(bodyOf(topic, order))
    posts.push(postOf(next, topic, body))
    if (twice) posts.push({ ...postOf(next, topic, body, 'second'), note: `${topic} to a second subscription` })
  }
  return { sender: next, posts }
}

/** A message that Shopify never sent: signed with another secret. */
export const forgedPost = (
  sender: Sender,
  { now, order }: { readonly now: Date; readonly order: ShopOrder },
): { readonly sender: Sender; readonly post: SandboxPost } => {
  const next = { ...sender, sent: sender.sent + 1, clock: Math.max(sender.clock + 1, now.getTime()) }
  const post = postOf({ ...next, secret: `not ${sender.secret}` }, 'orders/create', JSON.stringify(restOrder(order)))
  return { sender: next, post: { ...post, note: 'forged orders/create', forged: true } }
}

const bodyOf = (topic: string, order: ShopOrder): unknown => {
  const [refund, parcel] = [order.refunds.at(-1), order.parcels.at(-1)]
  if (topic === 'refunds/create' && refund !== undefined) return restRefund(order, refund)
  if (topic === 'fulfillments/create' && parcel !== undefined) return restParcel(order, parcel)
  if (topic === 'orders/edited')
    return { order_edit: { id: order.id + 80, order_id: order.id, line_items: { additions: [], removals: [] } } }
  return restOrder(order)
}

const uuidOf = (...parts: readonly string[]): string =>
  digest(...parts).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

const postOf = (
  { seed, shop, secret, sent, clock }: Sender,
  topic: string,
  body: string,
  subscription = 'first',
): SandboxPost => ({
  path: '',
  note: topic,
  body,
  headers: {
    'content-type': 'application/json',
    'x-shopify-topic': topic,
    'x-shopify-hmac-sha256': hmacSha256Base64(secret, body),
    'x-shopify-shop-domain': `${shop}.myshopify.com`,
    'x-shopify-api-version': '2026-07',
    'x-shopify-webhook-id': uuidOf(String(seed), String(sent), subscription),
    'x-shopify-event-id': uuidOf(String(seed), String(sent)),
    'x-shopify-triggered-at': new Date(clock).toISOString(),
  },
})
