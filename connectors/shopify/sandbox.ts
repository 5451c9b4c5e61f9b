import type { Books, BookTold, Dice, Sandbox, SandboxPost, SandboxStart } from '../../src/connector/sandbox.ts'
import { answerCall } from './sandbox-api.ts'
import { cancelOrder, editOrder, refundOrder } from './sandbox-change.ts'
import { inventOrder } from './sandbox-invent.ts'
import { refundedOf, type ShopOrder, shopText, totalOf } from './sandbox-order.ts'
import { forgedPost, orderPosts, type Sender } from './sandbox-post.ts'

/** The invented shop between two steps. */
export interface State {
  readonly start: SandboxStart
  readonly currency: string
  readonly orders: readonly ShopOrder[]
  readonly told: readonly BookTold[]
  readonly calls: number
  /** ids given out so far, each order takes a hundred */
  readonly ids: number
  /** what numbers and dates the messages: webhook ids, and a clock that never stands still */
  readonly sender: Sender
  readonly recent: readonly SandboxPost[]
}

const currencies = ['EUR', 'USD', 'INR', 'JPY'] as const
/** Ids as long as Shopify's own. */
export const firstId = 6_100_000_000_000

/**
 * A Shopify shop: it sells, edits, cancels and refunds, posts what happened as Shopify does (again, twice, late, out of order, and now and
 * then somebody forges a message), and answers the four GraphQL calls that we make.
 */
export const sandbox: Sandbox<State> = {
  example: {
    settings: { shop: 'corner', apiVersion: '2026-07' },
    secrets: { webhookSecret: ['sandbox-webhook-secret'], accessToken: ['sandbox-access-token'] },
  },
  start: (start) => ({
    start,
    currency: currencies[start.seed % currencies.length] ?? 'EUR',
    orders: [],
    told: [],
    calls: 0,
    ids: firstId,
    sender: {
      seed: start.seed,
      shop: String(start.settings['shop']),
      secret: start.secrets['webhookSecret']?.[0] ?? '',
      sent: 0,
      clock: 0,
    },
    recent: [],
  }),
  answer: answerCall,
  play: (state, dice, now) => {
    const luck = dice.next()
    if (luck < 0.08) return forged(state, dice, now)
    if (luck < 0.2 && state.recent.length > 0) return again(state, dice)
    const changed = luck < 0.6 ? change(state, dice, now) : undefined
    return changed ?? sell(state, dice, now)
  },
  books: ({ orders, told, calls }): Books => ({ orders: orders.map(bookOf), told, calls }),
}

type Step = ReturnType<Sandbox<State>['play']>

const sell = (state: State, dice: Dice, now: Date): Step => {
  const order = inventOrder(dice, {
    id: state.ids,
    number: 1001 + state.orders.length,
    at: now,
    currency: state.currency,
  })
  const next = { ...state, ids: state.ids + 100, orders: [...state.orders, order] }
  return announce(next, dice, {
    now,
    order,
    topics: order.paid ? ['orders/create', 'orders/paid', 'orders/updated'] : ['orders/create', 'orders/updated'],
  })
}

/** An edit, a payment, a cancellation or a refund of some order; undefined where none is possible. */
const change = (state: State, dice: Dice, now: Date): Step | undefined => {
  const order = state.orders.filter((one) => one.cancelled === undefined).at(-dice.whole(1, 5))
  if (order === undefined) return undefined
  const id = order.id + 70 + order.refunds.length * 2
  const what = dice.pick(['edit', 'pay', 'cancel', 'refund'])
  const [topics, changed]: readonly [readonly string[], ShopOrder | undefined] =
    what === 'edit'
      ? [['orders/edited', 'orders/updated'], editOrder(order, dice, now)]
      : what === 'pay'
        ? [['orders/paid', 'orders/updated'], order.paid ? undefined : { ...order, paid: true, changed: now }]
        : what === 'cancel'
          ? [['orders/cancelled', 'orders/updated'], cancelOrder(order, id, now)]
          : [['refunds/create', 'orders/updated'], refundOrder(order, id, now)]
  if (changed === undefined) return undefined
  return announce({ ...state, orders: state.orders.map((one) => (one.id === order.id ? changed : one)) }, dice, {
    now,
    order: changed,
    topics,
  })
}

interface Happened {
  readonly now: Date
  readonly order: ShopOrder
  readonly topics: readonly string[]
}

/** Sends what happened: sometimes to two subscriptions, sometimes in the wrong order, sometimes late. */
const announce = (state: State, dice: Dice, { now, order, topics }: Happened): Step => {
  const { sender, posts } = orderPosts(state.sender, { now, order, topics, twice: dice.next() < 0.15 })
  const sent = posts.map((post): SandboxPost => (dice.next() < 0.3 ? { ...post, afterMs: dice.whole(1, 3_000) } : post))
  return { state: { ...state, sender, recent: [...state.recent, ...sent].slice(-20) }, posts: sent }
}

/** Shopify sends again what was not answered in time: the same message, under the same webhook id. */
const again = (state: State, dice: Dice): Step => {
  const post = state.recent[dice.whole(0, state.recent.length - 1)]
  return { state, posts: post === undefined ? [] : [{ ...post, note: `${post.note} again` }] }
}

const forged = (state: State, dice: Dice, now: Date): Step => {
  const order = inventOrder(dice, { id: state.ids + 1_000_000, number: 666, at: now, currency: state.currency })
  const { sender, post } = forgedPost(state.sender, { now, order })
  return { state: { ...state, sender }, posts: [post] }
}

const bookOf = (order: ShopOrder): Books['orders'][number] => ({
  externalId: String(order.id),
  number: `#${order.number}`,
  currency: order.currency,
  total: shopText(order, totalOf(order)),
  refunded: shopText(order, refundedOf(order)),
  lines: order.lines.map((line) => ({
    id: String(line.id),
    sku: line.sku,
    quantity: String(line.quantity),
    cancelled: String(line.removed),
  })),
  cancelled: order.cancelled !== undefined,
})
