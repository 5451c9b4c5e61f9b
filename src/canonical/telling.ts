import { Closed, type Static, Type, Word } from '../kernel/schema.ts'
import { Id, Instant, LineUnits, Money, Text } from './basics.ts'
import { ChargeTold, DiscountTold, LineTold, OrderedTold, Totals } from './line.ts'
import { Address, Buyer } from './party.ts'
import { PaymentTold, RefundTold, ReturnTold } from './payment.ts'
import { ShipmentTold, TrackingTold } from './shipment.ts'
import { holdKinds, originKinds, relationKinds, termKinds } from './words.ts'

/** What the order is, apart from people, goods and money. */
export const About = Closed({
  number: Text,
  origin: Closed({ kind: Word(originKinds), name: Type.Optional(Text), ref: Type.Optional(Text) }),
  placedAt: Instant,
  currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
  presentment: Type.Optional(Closed({ currency: Type.String({ pattern: '^[A-Z]{3}$' }), total: Type.Optional(Money) })),
  test: Type.Optional(Type.Boolean()),
  location: Type.Optional(Text),
  relations: Type.Optional(Type.Array(Closed({ kind: Word(relationKinds), order: Text }))),
  references: Type.Optional(
    Closed({ po: Type.Optional(Text), customer: Type.Optional(Text), ours: Type.Optional(Text) }),
  ),
  terms: Type.Optional(
    Closed({ kind: Word(termKinds), days: Type.Optional(Type.Integer()), dueAt: Type.Optional(Instant) }),
  ),
  tags: Type.Optional(Type.Array(Text)),
  note: Type.Optional(Text),
})
export type About = Static<typeof About>

/** What the channel says of the order's state: its own words kept, and what they mean to us. */
export const Status = Closed({
  words: Closed({ state: Type.Optional(Text), payment: Type.Optional(Text), fulfilment: Type.Optional(Text) }),
  pending: Type.Optional(Type.Boolean({ description: 'The channel has not released the order yet.' })),
  cancelledAt: Type.Optional(Instant),
  cancelReason: Type.Optional(Text),
  cancelled: Type.Optional(Type.Boolean({ description: 'Units not shipped are cancelled.' })),
  shipped: Type.Optional(Type.Boolean({ description: 'Said to be shipped whole, shipments shown or not.' })),
  delivered: Type.Optional(Type.Boolean({ description: 'Said to be delivered whole.' })),
})
export type Status = Static<typeof Status>

export const sectionSchemas = {
  about: About,
  status: Status,
  buyer: Buyer,
  billTo: Address,
  shipTo: Address,
  totals: Totals,
} as const
export type SectionName = keyof typeof sectionSchemas

/** A hold that the channel has placed; `released` ends it. */
export const HoldTold = Closed({
  kind: Word(holdKinds),
  reason: Type.Optional(Text),
  lines: Type.Optional(Type.Array(LineUnits)),
  released: Type.Optional(Type.Boolean()),
  at: Type.Optional(Instant),
})
export const CancellationTold = Closed({
  lines: Type.Array(LineUnits),
  reason: Type.Optional(Text),
  at: Type.Optional(Instant),
})
export const InvoiceTold = Closed({
  number: Text,
  at: Type.Optional(Instant),
  by: Type.Optional(Text),
  document: Type.Optional(Text),
})

export const recordSchemas = {
  lines: LineTold,
  ordered: OrderedTold,
  charges: ChargeTold,
  discounts: DiscountTold,
  payments: PaymentTold,
  refunds: RefundTold,
  returns: ReturnTold,
  shipments: ShipmentTold,
  tracking: TrackingTold,
  cancellations: CancellationTold,
  holds: HoldTold,
  invoices: InvoiceTold,
} as const
export type CollectionName = keyof typeof recordSchemas
/** Collections from which a snapshot may make members vanish. */
export const shrinking = ['lines', 'charges', 'discounts'] as const

/** One keyed member. `rank`: its own version or time in ms; without it the telling's rank holds. */
const Member = <S extends Parameters<typeof Type.Optional>[0]>(value: S) =>
  Closed({ key: Id, rank: Type.Optional(Type.Integer()), value })

/**
 * What one message tells of one order: header sections and keyed records. A snapshot may create the order; facts wait for it.
 * `rank` orders tellings of one order: the channel's version, else its time in ms. `observed` is what the message itself says of when it was made.
 */
const telling = {
  order: Id,
  part: Type.Optional(Id),
  rank: Type.Integer(),
  observed: Type.Optional(Type.Integer()),
  sections: Type.Optional(
    Closed({
      about: Type.Optional(About),
      status: Type.Optional(Status),
      buyer: Type.Optional(Buyer),
      billTo: Type.Optional(Address),
      shipTo: Type.Optional(Address),
      totals: Type.Optional(Totals),
    }),
  ),
  records: Type.Optional(
    Closed({
      lines: Type.Optional(Type.Array(Member(LineTold))),
      ordered: Type.Optional(Type.Array(Member(OrderedTold))),
      charges: Type.Optional(Type.Array(Member(ChargeTold))),
      discounts: Type.Optional(Type.Array(Member(DiscountTold))),
      payments: Type.Optional(Type.Array(Member(PaymentTold))),
      refunds: Type.Optional(Type.Array(Member(RefundTold))),
      returns: Type.Optional(Type.Array(Member(ReturnTold))),
      shipments: Type.Optional(Type.Array(Member(ShipmentTold))),
      tracking: Type.Optional(Type.Array(Member(TrackingTold))),
      cancellations: Type.Optional(Type.Array(Member(CancellationTold))),
      holds: Type.Optional(Type.Array(Member(HoldTold))),
      invoices: Type.Optional(Type.Array(Member(InvoiceTold))),
    }),
  ),
  complete: Type.Optional(
    Type.Array(Word(shrinking), { description: 'These collections are told whole: members not named have vanished.' }),
  ),
}

export const Snapshot = Closed({ kind: Word(['snapshot']), ...telling })
export const Facts = Closed({ kind: Word(['facts']), ...telling })
/**
 * "Something changed in that order, read it." Skipped where that rank is held already. Where the message does not name the order,
 * `order` is whatever else the connector's query finds it by; the answer then says whose it is.
 */
export const Look = Closed({ kind: Word(['look']), order: Id, rank: Type.Optional(Type.Integer()) })
/** The message says nothing about an order; why, in words. */
export const Nothing = Closed({ kind: Word(['nothing']), because: Text })

export type Snapshot = Static<typeof Snapshot>
export type Facts = Static<typeof Facts>
export type Telling = Snapshot | Facts
export type Look = Static<typeof Look>
export type Nothing = Static<typeof Nothing>
/** What a mapping yields. */
export type Mapped = Telling | Look | Nothing
export const mappedSchemas = { snapshot: Snapshot, facts: Facts, look: Look, nothing: Nothing } as const
