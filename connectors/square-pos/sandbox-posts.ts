import { createHmac } from 'node:crypto'
import type { BookTold, SandboxPost } from '../../src/connector/sandbox.ts'
import type { GivenBack, Paid, Sale } from './sandbox-shop.ts'

/** The other side's whole memory: plain values only. */
export interface State {
  readonly key: string
  readonly token: string
  readonly url: string
  readonly merchant: string
  readonly count: number
  readonly sales: Readonly<Record<string, Sale>>
  readonly told: readonly BookTold[]
  readonly calls: number
  /** Idempotency keys of updates, with the body they came with. */
  readonly keys: Readonly<Record<string, string>>
  /** The last messages sent, any of which may be sent again. */
  readonly recent: readonly SandboxPost[]
}

export interface Step {
  readonly state: State
  readonly posts: readonly SandboxPost[]
}

/** Square's envelope, signed over address and body: https://developer.squareup.com/docs/webhooks/step3validate, read 24 Nov 2026. */
const post = (
  state: State,
  type: string,
  about: { readonly name: string; readonly id: string; readonly object: object; readonly at: string },
): Step => {
  const event = {
    merchant_id: state.merchant,
    type,
    event_id: `event-${state.merchant}-${state.count}`,
    created_at: about.at,
    data: { type: about.name, id: about.id, object: { [about.name]: about.object } },
  }
  const sent = signed(state, JSON.stringify(event), type)
  return { state: { ...state, count: state.count + 1, recent: [...state.recent, sent].slice(-12) }, posts: [sent] }
}

export const signed = ({ key, url }: State, body: string, note: string): SandboxPost => ({
  path: '',
  headers: {
    'content-type': 'application/json',
    'x-square-hmacsha256-signature': createHmac('sha256', key)
      .update(url + body)
      .digest('base64'),
  },
  body,
  note,
})

/** A sale as it is now stands in the books, and these messages go out about it. */
export const record = (state: State, sale: Sale, messages: readonly ((state: State) => Step)[]): Step =>
  messages.reduce<Step>(
    (so, message) => {
      const step = message(so.state)
      return { state: step.state, posts: [...so.posts, ...step.posts] }
    },
    { state: { ...state, sales: { ...state.sales, [sale.id]: sale } }, posts: [] },
  )

/** What an event says of its order. */
const namedIn = (sale: Sale) => ({
  order_id: sale.id,
  location_id: sale.till.location,
  state: sale.state,
  version: sale.version,
  created_at: sale.createdAt,
  updated_at: sale.updatedAt,
})

/** An order event names the order and no more. Those of the till send none: api.json, OrderCreatedEvent, read 24 Nov 2026. */
export const aboutOrder =
  (sale: Sale, type: 'created' | 'updated') =>
  (state: State): Step =>
    post(state, `order.${type}`, {
      name: `order_${type}`,
      id: sale.id,
      at: sale.updatedAt,
      object: namedIn(sale),
    })

export const aboutFulfilment =
  (sale: Sale, from: string) =>
  (state: State): Step =>
    post(state, 'order.fulfillment.updated', {
      name: 'order_fulfillment_updated',
      id: sale.id,
      at: sale.updatedAt,
      object: {
        ...namedIn(sale),
        fulfillment_update: [{ fulfillment_uid: sale.shipment?.uid, old_state: from, new_state: sale.shipment?.state }],
      },
    })

export const aboutPayment =
  (sale: Sale, paid: Paid, type: 'created' | 'updated') =>
  (state: State): Step =>
    post(state, `payment.${type}`, {
      name: 'payment',
      id: paid.id,
      at: paid.at,
      object: {
        id: paid.id,
        order_id: sale.id,
        location_id: sale.till.location,
        source_type: paid.type,
        created_at: paid.at,
        updated_at: paid.at,
        status: type === 'created' && paid.type === 'CARD' ? 'APPROVED' : 'COMPLETED',
        total_money: { amount: paid.amount, currency: sale.till.currency },
      },
    })

export const aboutRefund =
  (sale: Sale, back: GivenBack, type: 'created' | 'updated') =>
  (state: State): Step =>
    post(state, `refund.${type}`, {
      name: 'refund',
      id: back.refund,
      at: back.at,
      object: {
        id: back.refund,
        order_id: back.id,
        payment_id: back.tender,
        location_id: sale.till.location,
        created_at: back.at,
        updated_at: back.at,
        status: type === 'created' ? 'PENDING' : 'COMPLETED',
        amount_money: { amount: back.amount, currency: sale.till.currency },
      },
    })
