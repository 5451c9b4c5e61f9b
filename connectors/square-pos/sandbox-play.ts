import { createHmac } from 'node:crypto'
import type { BookTold, Dice, SandboxPost } from '../../src/connector/sandbox.ts'
import { drawMore, drawOnline, drawSale, type GivenBack, type Paid, type Sale } from './sandbox-shop.ts'
import { paidOf, totalOf } from './sandbox-wire.ts'

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

interface At {
  readonly state: State
  readonly dice: Dice
  readonly now: Date
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

const signed = ({ key, url }: State, body: string, note: string): SandboxPost => ({
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

/** An order event names the order and no more. Those of the till send none: api.json, OrderCreatedEvent, read 24 Nov 2026. */
export const aboutOrder =
  (sale: Sale, type: 'created' | 'updated') =>
  (state: State): Step =>
    post(state, `order.${type}`, {
      name: `order_${type}`,
      id: sale.id,
      at: sale.updatedAt,
      object: {
        order_id: sale.id,
        location_id: sale.till.location,
        state: sale.state,
        version: sale.version,
        created_at: sale.createdAt,
        updated_at: sale.updatedAt,
      },
    })

export const aboutFulfilment =
  (sale: Sale, from: string) =>
  (state: State): Step =>
    post(state, 'order.fulfillment.updated', {
      name: 'order_fulfillment_updated',
      id: sale.id,
      at: sale.updatedAt,
      object: {
        order_id: sale.id,
        location_id: sale.till.location,
        state: sale.state,
        version: sale.version,
        created_at: sale.createdAt,
        updated_at: sale.updatedAt,
        fulfillment_update: [{ fulfillment_uid: sale.shipment?.uid, old_state: from, new_state: sale.shipment?.state }],
      },
    })

const aboutPayment =
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

const aboutRefund =
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

const pay = (sale: Sale, { dice, now, part }: { dice: Dice; now: Date; part: boolean }): Sale => {
  const at = now.toISOString()
  const due = totalOf(sale) - paidOf(sale)
  const id = `${sale.id}-pay-${sale.paid.length + 1}`
  if (part)
    return {
      ...sale,
      updatedAt: at,
      paid: [...sale.paid, { id, type: 'CARD', amount: Math.ceil(due / 2), tip: 0, at }],
    }
  const cash = sale.version === undefined && dice.next() < 0.4
  const rounded = cash ? Math.round(due / sale.till.coin) * sale.till.coin : due
  const tip = !cash && dice.next() < 0.3 ? dice.whole(1, 4) * 50 : 0
  const paid: Paid = { id, type: cash ? 'CASH' : 'CARD', amount: rounded + tip, tip, at }
  // an order that is still to be shipped stays open: it may be completed only after its fulfilments
  const state = sale.shipment === undefined ? 'COMPLETED' : sale.state
  return { ...sale, state, rounding: sale.rounding + rounded - due, updatedAt: at, paid: [...sale.paid, paid] }
}

const bumped = (sale: Sale, now: Date): Sale => ({
  ...sale,
  ...(sale.version === undefined ? {} : { version: sale.version + 1 }),
  updatedAt: now.toISOString(),
})

const paidMessages = (sale: Sale): readonly ((state: State) => Step)[] => {
  const paid = sale.paid.at(-1)
  if (paid === undefined) return []
  const told = [
    aboutPayment(sale, paid, 'created'),
    ...(paid.type === 'CARD' ? [aboutPayment(sale, paid, 'updated')] : []),
  ]
  return sale.version === undefined ? told : [...told, aboutOrder(sale, 'updated')]
}

const counted = (state: State): readonly [id: string, state: State] => [
  `${state.merchant}order${state.count}`,
  { ...state, count: state.count + 1 },
]
const one = ({ state, dice }: At, which: (sale: Sale) => boolean): Sale | undefined => {
  const [first, ...rest] = Object.values(state.sales).filter(which)
  return first === undefined ? undefined : dice.pick([first, ...rest])
}

/** What may happen in the shop; nothing where there is no sale that it could happen to. */
export const happenings = {
  counterSale: (at: At): Step => {
    const [id, state] = counted(at.state)
    const sale = pay(drawSale(at.dice, id, at.now.toISOString()), { ...at, part: false })
    return record(state, sale, paidMessages(sale))
  },
  // a ticket is heard of only once somebody pays a part of it
  ticketOpened: (at: At): Step => {
    const [id, state] = counted(at.state)
    const sale = pay(
      { ...drawSale(at.dice, id, at.now.toISOString()), ticket: `Table ${at.dice.whole(1, 9)}` },
      { ...at, part: true },
    )
    return record(state, sale, paidMessages(sale))
  },
  ticketClosed: (at: At): Step | undefined => {
    const found = one(at, ({ ticket, state }) => ticket !== undefined && state === 'OPEN')
    if (found === undefined) return undefined
    const sale = pay(drawMore(at.dice, found), { ...at, part: false })
    return record(at.state, sale, paidMessages(sale))
  },
  onlineOrder: (at: At): Step => {
    const [id, state] = counted(at.state)
    const placed = drawOnline(at.dice, id, at.now.toISOString())
    const sale = at.dice.next() < 0.7 ? pay(bumped(placed, at.now), { ...at, part: false }) : placed
    return record(state, sale, [aboutOrder(placed, 'created'), ...paidMessages(sale)])
  },
  edit: (at: At): Step | undefined => {
    const found = one(at, isUnpaid)
    if (found === undefined) return undefined
    const sale = bumped(drawMore(at.dice, found), at.now)
    return record(at.state, sale, [aboutOrder(sale, 'updated')])
  },
  cancel: (at: At): Step | undefined => {
    const found = one(at, isUnpaid)
    if (found?.shipment === undefined) return undefined
    const sale: Sale = {
      ...bumped(found, at.now),
      state: 'CANCELED',
      shipment: { ...found.shipment, state: 'CANCELED' },
    }
    return record(at.state, sale, [aboutFulfilment(sale, found.shipment.state), aboutOrder(sale, 'updated')])
  },
  refund: (at: At): Step | undefined => {
    const found = one(at, (sale) => sale.state === 'COMPLETED' && sale.givenBack.length === 0 && sale.paid.length > 0)
    const paid = found?.paid[0]
    if (found === undefined || paid === undefined) return undefined
    const [id, state] = counted(at.state)
    const whole = at.dice.next() < 0.5
    const item = whole && found.items.length === 1 && found.paid.length === 1 ? found.items[0]?.uid : undefined
    const amount = whole ? paid.amount : Math.ceil(paid.amount / 3)
    const back: GivenBack = {
      id,
      refund: `${paid.id}_${id}`,
      tender: paid.id,
      amount,
      at: at.now.toISOString(),
      ...(item === undefined ? {} : { item }),
    }
    const sale: Sale = { ...found, givenBack: [back] }
    return record(state, sale, [
      aboutRefund(sale, back, 'created'),
      aboutRefund(sale, back, 'updated'),
      aboutPayment(sale, paid, 'updated'),
    ])
  },
  again: ({ state, dice }: At): Step | undefined => {
    const [first, ...rest] = state.recent
    return first === undefined
      ? undefined
      : { state, posts: [{ ...dice.pick([first, ...rest]), note: 'the same again' }] }
  },
  forged: ({ state }: At): Step | undefined => {
    const last = state.recent.at(-1)
    if (last === undefined) return undefined
    const { headers, body } = signed(
      { ...state, key: `not ${state.key}` },
      last.body.replaceAll('order', 'forged-order'),
      '',
    )
    return { state, posts: [{ path: '', headers, body, note: `forged ${last.note}`, forged: true }] }
  },
} as const satisfies Record<string, (at: At) => Step | undefined>

const isUnpaid = (sale: Sale): boolean =>
  sale.version !== undefined && sale.state === 'OPEN' && sale.paid.length === 0 && sale.shipment?.state === 'PROPOSED'
