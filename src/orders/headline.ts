import type { OrderLine, Totals } from '../canonical/line.ts'
import type { Headline, Hold } from '../canonical/order.ts'
import type { Payment, Refund } from '../canonical/payment.ts'
import type { Shipment } from '../canonical/shipment.ts'
import type { About, Status } from '../canonical/telling.ts'
import type { FulfilmentWord, PaymentWord, StateWord } from '../canonical/words.ts'
import { addQuantity } from '../kernel/quantity.ts'
import { isCounted, needsFulfilment, openOf } from './lines.ts'

/** What the three words are derived from. */
export interface HeadlineFacts {
  readonly about: About
  readonly status: Status | undefined
  readonly lines: readonly OrderLine[]
  readonly totals: Totals | undefined
  readonly payments: readonly Payment[]
  readonly refunds: readonly Refund[]
  readonly shipments: readonly Shipment[]
  readonly holds: readonly Hold[]
}

/** Three words for a glance, each a pure function of quantities and money. */
export const headlineOf = (facts: HeadlineFacts): Headline => ({
  state: stateOf(facts),
  payment: paymentOf(facts),
  fulfilment: fulfilmentOf(facts.lines, facts.shipments),
})

const stateOf = ({ status, lines, holds }: HeadlineFacts): StateWord => {
  if (isCancelled(status, lines)) return 'cancelled'
  const awaited = holds.some((hold) => hold.by === 'channel' && (hold.kind === 'payment' || hold.kind === 'preorder'))
  if (status?.pending === true || awaited) return 'pending'
  if (holds.length > 0) return 'held'
  return lines.some((line) => needsFulfilment(line) && openOf(line) > 0) ? 'open' : 'completed'
}

/** All units cancelled; an order without units is cancelled where the channel says so. */
export const isCancelled = (status: Status | undefined, lines: readonly OrderLine[]): boolean => {
  const ordered = unitsOf(lines, ({ counts }) => counts.ordered)
  if (ordered === 0) return status?.cancelled === true
  return unitsOf(lines, ({ counts }) => counts.cancelled) === ordered
}

const paymentOf = ({ about, totals, payments, refunds, status, lines, shipments }: HeadlineFacts): PaymentWord => {
  const has = (state: Payment['state']): boolean => payments.some((payment) => payment.state === state)
  const captured = sum(
    payments
      .filter(({ state }) => state === 'captured' || state === 'disputed')
      .map((paid) => paid.amount.minor - (paid.rounding?.minor ?? 0)),
  )
  const refunded = sum(refunds.filter((refund) => refund.state === 'paid').map((refund) => refund.amount.minor))
  if (refunded > 0) return refunded >= captured ? 'refunded' : 'part-refunded'
  if (captured > 0)
    return totals === undefined || captured >= totals.total.minor - waivedOf(payments) ? 'paid' : 'part-paid'
  if (has('authorised')) return 'authorised'
  if (has('pending')) return isLater(payments) && !shipments.some(isDelivered) ? 'not-due' : 'pending'
  if (has('failed') || has('expired')) return 'failed'
  if (has('voided')) return 'voided'
  if (totals === undefined || totals.total.minor === 0 || isCancelled(status, lines)) return 'not-due'
  return about.terms === undefined || about.terms.kind === 'receipt' ? 'due' : 'not-due'
}

/** What others collect for us and will not, as for units that were cancelled: it is owed no more. */
const waivedOf = (payments: readonly Payment[]): number =>
  sum(
    payments
      .filter(({ state, collector }) => state === 'voided' && (collector === 'channel' || collector === 'carrier'))
      .map(({ amount }) => amount.minor),
  )

const isDelivered = ({ direction, status }: Shipment): boolean => direction === 'outbound' && status === 'delivered'

const isLater = (payments: readonly Payment[]): boolean =>
  payments.every(
    (payment) => payment.terms === 'on-delivery' || payment.terms === 'on-pickup' || payment.terms === 'credit',
  )

const fulfilmentOf = (all: readonly OrderLine[], shipments: readonly Shipment[]): FulfilmentWord => {
  const lines = all.filter(needsFulfilment)
  const needed = unitsOf(lines, ({ counts }) => counts.ordered) - unitsOf(lines, ({ counts }) => counts.cancelled)
  if (needed <= 0) return 'not-needed'
  const [shipped, delivered, returned, packed, assigned] = (
    ['shipped', 'delivered', 'returned', 'packed', 'assigned'] as const
  ).map((count) => unitsOf(lines, ({ counts }) => counts[count]))
  const reached = (
    units: number | undefined,
    part: FulfilmentWord,
    whole: FulfilmentWord,
  ): FulfilmentWord | undefined => (units === undefined || units === 0 ? undefined : units >= needed ? whole : part)
  const astray = shipments.some(({ status }) => status === 'lost' || status === 'returning') && delivered === 0
  return (
    reached(returned, 'part-returned', 'returned') ??
    (astray ? 'undeliverable' : undefined) ??
    reached(delivered, 'part-delivered', 'delivered') ??
    reached(shipped, 'part-shipped', 'shipped') ??
    reached(packed, 'in-work', 'ready') ??
    reached(assigned, 'in-work', 'in-work') ??
    'open'
  )
}

const unitsOf = (lines: readonly OrderLine[], count: (line: OrderLine) => number): number =>
  addQuantity(...lines.filter(isCounted).map(count))
const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)
