import { Closed, type Static, Type, Word } from '../kernel/schema.ts'
import type { Act } from './acts.ts'
import { Id, Instant, LineUnits, Text } from './basics.ts'
import type { Event } from './events.ts'
import { Charge, Discount, OrderLine, Totals } from './line.ts'
import { Address, Buyer } from './party.ts'
import { Payment, Refund, Return } from './payment.ts'
import { Shipment } from './shipment.ts'
import { About, InvoiceTold, Status } from './telling.ts'
import { fulfilmentWords, holdKinds, paymentWords, stateWords } from './words.ts'

/** What stops an order, who stopped it, and since when where that is known. */
export const Hold = Closed({
  key: Id,
  kind: Word(holdKinds),
  reason: Type.Optional(Text),
  lines: Type.Optional(Type.Array(LineUnits)),
  since: Type.Optional(Instant),
  by: Text,
})
export type Hold = Static<typeof Hold>

/** Three words for a glance; derived, never set. */
export const Headline = Closed({
  state: Word(stateWords),
  payment: Word(paymentWords),
  fulfilment: Word(fulfilmentWords),
})
export type Headline = Static<typeof Headline>

const identity = { id: Id, connection: Id, connector: Id, externalId: Id }
export const Identity = Closed(identity)
/** Which order it is; the id is a digest of connection and externalId. */
export type Identity = Static<typeof Identity>

const view = {
  ...About.properties,
  channelWords: Status.properties.words,
  cancelledAt: Type.Optional(Instant),
  cancelReason: Type.Optional(Text),
  buyer: Type.Optional(Buyer),
  billTo: Type.Optional(Address),
  shipTo: Type.Optional(Address),
  lines: Type.Array(OrderLine),
  charges: Type.Array(Charge),
  discounts: Type.Array(Discount),
  totals: Type.Optional(Totals),
  payments: Type.Array(Payment),
  refunds: Type.Array(Refund),
  returns: Type.Array(Return),
  shipments: Type.Array(Shipment),
  invoices: Type.Array(InvoiceTold),
  holds: Type.Array(Hold),
  notes: Type.Array(Closed({ at: Instant, by: Text, text: Text })),
  headline: Headline,
}
/** The order as everyone sees it: a pure function of what was told and what we did. */
export const View = Closed(view)
export type View = Static<typeof View>

/** The order as the API gives it. */
export const Order = Closed(
  { ...identity, ...view, receivedAt: Instant, seq: Type.Integer(), revision: Type.Integer() },
  { $id: 'Order' },
)
export type Order = Static<typeof Order>

/** Which telling of a register wins: the greater rank, then when the message was made, then its id. */
export type Stamp = readonly [rank: number, observed: number, message: string]
export interface Register {
  readonly stamp: Stamp
  readonly value: unknown
}
/** What channels told, by register key. */
export type Told = Readonly<Record<string, Register>>

/** Work due on a row: who holds it, until when, the how-manieth time. */
export interface Lease {
  readonly dueAt: Date
  readonly attempt: number
  readonly gen: number
  readonly owner?: string
}

/** The one document of an order. */
export interface OrderDoc extends Identity, Omit<Order, keyof Identity> {
  readonly _id: string
  readonly told: Told
  readonly acts: readonly Act[]
  readonly words: readonly string[]
  readonly events: readonly Event[]
  readonly reactedSeq: number
  readonly react?: Lease
  readonly v: 1
}
