import { Closed, type Static, Type, Word } from '../kernel/schema.ts'
import { Id, Instant, Money, Quantity, Text } from './basics.ts'
import {
  collectors,
  paymentMethods,
  paymentStates,
  paymentTerms,
  refundStates,
  restocks,
  returnKinds,
  returnOutcomes,
  returnStates,
} from './words.ts'

const payment = {
  method: Word(paymentMethods),
  methodName: Type.Optional(Text),
  terms: Type.Optional(Word(paymentTerms)),
  state: Word(paymentStates),
  amount: Money,
  charged: Type.Optional(Money),
  rounding: Type.Optional(Money),
  collector: Type.Optional(Word(collectors)),
  claimed: Type.Optional(
    Type.Boolean({ description: 'Inferred from the channel saying "paid"; gives way to a real payment.' }),
  ),
  at: Type.Optional(Instant),
}
/** Money towards us. `charged` is what the buyer saw, in the buyer's currency. */
export const PaymentTold = Closed(payment)
export const Payment = Closed({ key: Id, ...payment })
export type Payment = Static<typeof Payment>

/** Units given back with a refund. restock: cancel = were never sent, return = came back, none = neither. */
export const RefundLine = Closed({
  line: Id,
  quantity: Quantity,
  amount: Type.Optional(Money),
  restock: Word(restocks),
})

const refund = {
  state: Word(refundStates),
  amount: Money,
  charged: Type.Optional(Money),
  lines: Type.Optional(Type.Array(RefundLine)),
  charges: Type.Optional(Type.Array(Closed({ title: Type.Optional(Text), amount: Money }))),
  reason: Type.Optional(Text),
  at: Type.Optional(Instant),
}
/** Money back to the buyer. */
export const RefundTold = Closed(refund)
export const Refund = Closed({ key: Id, ...refund })
export type Refund = Static<typeof Refund>

const returned = {
  kind: Word(returnKinds),
  state: Word(returnStates),
  lines: Type.Array(Closed({ line: Id, quantity: Quantity })),
  reason: Type.Optional(Text),
  outcome: Type.Optional(Word(returnOutcomes)),
  restock: Type.Optional(Type.Boolean()),
}
/** Goods on their way back. */
export const ReturnTold = Closed(returned)
export const Return = Closed({ key: Id, ...returned })
export type Return = Static<typeof Return>
