import type { Dice } from '../../src/connector/sandbox.ts'
import {
  aboutFulfilment,
  aboutOrder,
  aboutPayment,
  aboutRefund,
  record,
  type State,
  type Step,
  signed,
} from './sandbox-posts.ts'
import { paidOf, totalOf } from './sandbox-price.ts'
import { drawMore, drawOnline, drawSale, type GivenBack, type Paid, type Sale } from './sandbox-shop.ts'

interface At {
  readonly state: State
  readonly dice: Dice
  readonly now: Date
}

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
