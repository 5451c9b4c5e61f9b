import type { Act } from '../canonical/acts.ts'
import type { LineTold, OrderLine } from '../canonical/line.ts'
import type { Refund, Return } from '../canonical/payment.ts'
import type { Shipment } from '../canonical/shipment.ts'
import { addQuantity } from '../kernel/quantity.ts'
import type { Member, ToldView } from './read-told.ts'
import { hasLeft, leftOf, unitsLeft } from './shipments.ts'

/** Whether a line's units are counted: a bundle's are counted by its components. */
export const isCounted = (line: OrderLine): boolean => line.role !== 'bundle'
/** Units that come whole, in a channel's words. */
const pieces: ReadonlySet<string> = new Set([
  'unit',
  'units',
  'piece',
  'pieces',
  'pc',
  'pcs',
  'pce',
  'each',
  'ea',
  'item',
])

/** Whether no part of a unit can leave: its unit is a piece or none is told, and nobody ordered a part of one. */
export const isWhole = ({ unit, quantity }: Pick<OrderLine, 'unit' | 'quantity'>): boolean =>
  Number.isInteger(quantity) && (unit === undefined || pieces.has(unit.trim().toLowerCase()))

/** Whether somebody must send or hand over its units. */
export const needsFulfilment = (line: OrderLine): boolean => isCounted(line) && line.delivery !== 'digital'
/** Units still to be sent. */
export const openOf = ({ counts }: OrderLine): number =>
  leftOf(leftOf(counts.ordered, counts.cancelled), counts.shipped)

interface Facts {
  readonly acts: readonly Act[]
  readonly shipments: readonly Shipment[]
  readonly refunds: readonly Refund[]
  readonly returns: readonly Return[]
}

/** The lines of an order with their units counted: ordered = cancelled + shipped + open. A vanished line stays, cancelled. */
export const linesOf = (told: ToldView, facts: Facts): readonly OrderLine[] => {
  const tally = tallyOf(told, facts)
  const isCancelled = (part: string): boolean => told.sectionIn('status', part)?.cancelled === true
  return told.members('lines').map((member) => lineOf(member, tally, isCancelled(member.part)))
}

interface Tally {
  readonly shipped: ReadonlyMap<string, number>
  readonly packed: ReadonlyMap<string, number>
  readonly delivered: ReadonlyMap<string, number>
  readonly returned: ReadonlyMap<string, number>
  readonly givenBack: ReadonlyMap<string, number>
  readonly cancelled: ReadonlyMap<string, number>
  /** The most units ever told, of lines whose channel tells no others. */
  readonly most: ReadonlyMap<string, number>
}

const tallyOf = (told: ToldView, { acts, shipments, refunds, returns }: Facts): Tally => {
  const refunded = refunds
    .filter((refund) => refund.state !== 'rejected' && refund.state !== 'failed')
    .flatMap((refund) => refund.lines ?? [])
  const back = sum(refunded.filter((line) => line.restock === 'return'))
  const received = sum(
    returns.filter((one) => one.state === 'received' || one.state === 'closed').flatMap((one) => one.lines),
  )
  const undelivered = sum(
    shipments.filter((one) => one.direction === 'outbound' && one.status === 'returned').flatMap((one) => one.lines),
  )
  const stated = [
    ...told.members('cancellations').flatMap((member) => member.value.lines),
    ...acts.flatMap((act) => (act.kind === 'cancel' ? act.lines : [])),
  ]
  return {
    shipped: unitsLeft(shipments, hasLeft),
    packed: unitsLeft(shipments, (shipment) => shipment.status === 'label_created'),
    delivered: unitsLeft(shipments, (shipment) => shipment.status === 'delivered'),
    returned: add(greater(back, received), undelivered),
    // Money given back for units that stay with the buyer, or are still to be sent, takes no unit away.
    givenBack: sum(refunded.filter((line) => line.restock !== 'cancel')),
    most: new Map(told.members('ordered').map(({ key, value }) => [key, value.quantity])),
    cancelled: greater(sum(stated), sum(refunded.filter((line) => line.restock === 'cancel'))),
  }
}

const lineOf = (
  { key, part, value, gone: vanished }: Member<LineTold>,
  tally: Tally,
  allCancelled: boolean,
): OrderLine => {
  const { removed, ...line } = value
  const ordered = Math.max(value.quantity, tally.most.get(key) ?? 0)
  const shipped = Math.min(tally.shipped.get(key) ?? 0, ordered)
  const unshipped = leftOf(ordered, shipped)
  const gone = addQuantity(removed ?? 0, leftOf(ordered, value.quantity))
  const lost = leftOf(gone, tally.givenBack.get(key) ?? 0)
  const cancelled =
    vanished || allCancelled ? unshipped : Math.min(unshipped, Math.max(lost, tally.cancelled.get(key) ?? 0))
  const total = totalOf(value)
  return {
    id: key,
    ...line,
    quantity: ordered,
    ...(part === '' ? {} : { part }),
    role: value.role ?? 'single',
    ...(total === undefined ? {} : { total }),
    counts: {
      ordered,
      cancelled,
      assigned: 0,
      packed: Math.min(tally.packed.get(key) ?? 0, leftOf(unshipped, cancelled)),
      shipped,
      delivered: Math.min(tally.delivered.get(key) ?? 0, shipped),
      returned: Math.min(tally.returned.get(key) ?? 0, shipped),
    },
  }
}

const totalOf = ({ amount, discount, taxAdded }: LineTold): OrderLine['total'] =>
  amount === undefined || taxAdded === undefined
    ? undefined
    : { minor: amount.minor - (discount?.minor ?? 0) + taxAdded.minor, currency: amount.currency }

const sum = (lines: readonly { readonly line: string; readonly quantity: number }[]): Map<string, number> => {
  const sums = new Map<string, number>()
  for (const { line, quantity } of lines) sums.set(line, addQuantity(sums.get(line) ?? 0, quantity))
  return sums
}
const combine = (
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
  how: (x: number, y: number) => number,
): Map<string, number> =>
  new Map([...new Set([...a.keys(), ...b.keys()])].map((line) => [line, how(a.get(line) ?? 0, b.get(line) ?? 0)]))
const greater = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>) => combine(a, b, Math.max)
const add = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>) => combine(a, b, addQuantity)
