import { Closed, type Static, Type, Word } from '../kernel/schema.ts'
import { Id, Instant, Money, Quantity, Text } from './basics.ts'
import { chargeKinds, deliveries, discountScopes, funders, lineKinds, lineRoles, sides } from './words.ts'

/** An order may have as many lines; above that it is refused with a sentence. */
export const maxLines = 2000

export const Tax = Closed({
  name: Type.Optional(Text),
  rate: Type.Optional(Type.String({ description: 'A fraction as decimal text: 0.19' })),
  amount: Money,
  added: Type.Boolean({ description: 'true: on top of the price; false: contained in it.' }),
  remittedBy: Type.Optional(Word(['us', 'channel'])),
})

const told = {
  externalId: Id,
  part: Type.Optional(Id),
  kind: Word(lineKinds),
  sku: Type.Optional(Text),
  title: Text,
  variant: Type.Optional(Text),
  hsn: Type.Optional(Text),
  quantity: Quantity,
  unit: Type.Optional(Text),
  unitPrice: Type.Optional(Type.String({ description: 'Decimal text, for show: amount is the authority.' })),
  amount: Type.Optional(Money),
  discount: Type.Optional(Money),
  taxAdded: Type.Optional(Money),
  taxIncluded: Type.Optional(Money),
  taxes: Type.Optional(Type.Array(Tax)),
  delivery: Type.Optional(Word(deliveries)),
  fulfilledBy: Type.Optional(Word(sides)),
  carriage: Type.Optional(Word(sides)),
  location: Type.Optional(Text),
  attributes: Type.Optional(Type.Array(Closed({ name: Text, value: Text }))),
  parent: Type.Optional(Id),
  role: Type.Optional(Word(lineRoles)),
  gift: Type.Optional(Closed({ wrap: Type.Optional(Text), level: Type.Optional(Text), message: Type.Optional(Text) })),
  serials: Type.Optional(Type.Array(Text)),
  promised: Type.Optional(
    Closed({
      shipAfter: Type.Optional(Instant),
      shipBy: Type.Optional(Instant),
      deliverAfter: Type.Optional(Instant),
      deliverBy: Type.Optional(Instant),
    }),
  ),
}

/**
 * The units of a line at one time, for a channel that never says how many were cancelled: it is ranked by their number, so that the most
 * ever told stands, in whatever order the tellings come.
 */
export const OrderedTold = Closed({ quantity: Quantity })

/** A line as a channel tells it. `removed`: units the channel no longer counts, whatever became of them. */
export const LineTold = Closed({ ...told, removed: Type.Optional(Quantity) })
export type LineTold = Static<typeof LineTold>

/** How many units of a line are where. open = ordered − cancelled − shipped. */
export const Counts = Closed({
  ordered: Quantity,
  cancelled: Quantity,
  assigned: Quantity,
  packed: Quantity,
  shipped: Quantity,
  delivered: Quantity,
  returned: Quantity,
})
export type Counts = Static<typeof Counts>

/** A line as the order shows it. `total` = amount − discount + taxAdded, where all three are known. */
export const OrderLine = Closed({ id: Id, ...told, role: Word(lineRoles), total: Type.Optional(Money), counts: Counts })
export type OrderLine = Static<typeof OrderLine>

const charge = {
  kind: Word(chargeKinds),
  title: Type.Optional(Text),
  amount: Money,
  discount: Type.Optional(Money),
  taxAdded: Type.Optional(Money),
  taxIncluded: Type.Optional(Money),
}
/** What is paid beside the goods; a rounding may be negative. */
export const ChargeTold = Closed(charge)
export const Charge = Closed({ key: Id, ...charge })
export type Charge = Static<typeof Charge>

const discount = {
  code: Type.Optional(Text),
  title: Type.Optional(Text),
  amount: Type.Optional(Money),
  scope: Word(discountScopes),
  fundedBy: Type.Optional(Word(funders)),
}
/** Why something costs less; the amounts that count stand on lines and charges. */
export const DiscountTold = Closed(discount)
export const Discount = Closed({ key: Id, ...discount })
export type Discount = Static<typeof Discount>

/** Sums of the order. items − discount + charges + taxAdded = total. */
export const Totals = Closed({
  items: Money,
  discount: Money,
  charges: Money,
  taxAdded: Money,
  taxIncluded: Type.Optional(Money),
  total: Money,
})
export type Totals = Static<typeof Totals>
