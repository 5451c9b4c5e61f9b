import type { Act } from '../canonical/acts.ts'
import type { Charge, Discount, OrderLine } from '../canonical/line.ts'
import type { Told, View } from '../canonical/order.ts'
import type { Payment, Refund, Return } from '../canonical/payment.ts'
import type { Shipment } from '../canonical/shipment.ts'
import type { Status } from '../canonical/telling.ts'
import { headlineOf, isCancelled } from './headline.ts'
import { holdsOf } from './holds.ts'
import { linesOf, openOf } from './lines.ts'
import { type Member, readTold, type ToldView } from './read-told.ts'
import { given, leftOf, shipmentsOf } from './shipments.ts'
import { statusOf } from './status.ts'
import { differenceOf, totalsOf } from './totals.ts'

/**
 * The order as everyone sees it, computed from what channels told and what we did; undefined while nobody has told what the
 * order is. Pure: the same registers and acts, in whatever order they came, give the same view.
 */
export const viewOf = (registers: Told, allActs: readonly Act[]): View | undefined => {
  const told = readTold(registers)
  const about = told.section('about')
  if (about === undefined) return undefined
  const acts = standing(allActs)
  const status = statusOf(told)
  const refunds = keyed<Refund>(told.members('refunds'))
  const returns = keyed<Return>(told.members('returns'))
  const { lines, shipments } = goodsOf(told, { acts, refunds, returns })
  const charges = keyed<Charge>(told.members('charges'))
  const totals = totalsOf(told)
  const holds = holdsOf(told, acts, differenceOf(totals, present(told, lines), charges))
  const payments = paymentsOf(keyed<Payment>(told.members('payments')))
  const cancel = cancelOf(status, lines, acts)
  return {
    ...about,
    channelWords: status?.words ?? {},
    ...cancel,
    ...given({ buyer: told.section('buyer'), billTo: told.section('billTo'), shipTo: told.section('shipTo'), totals }),
    lines: [...lines],
    charges,
    discounts: keyed<Discount>(told.members('discounts')),
    payments,
    refunds,
    returns,
    shipments: [...shipments],
    invoices: told.members('invoices').map((member) => member.value),
    holds: [...holds],
    notes: acts.flatMap((act) => (act.kind === 'note' ? [{ at: act.at, by: act.by, text: act.text }] : [])),
    headline: headlineOf({ about, status, lines, totals, payments, refunds, shipments, holds }),
  }
}

/** Acts that stand, in the order of their time, then id: an undo takes the act it names, and itself, away. */
const standing = (acts: readonly Act[]): readonly Act[] => {
  const undone = new Set(acts.flatMap((act) => (act.kind === 'undo' ? [act.act] : [])))
  return acts
    .filter((act) => act.kind !== 'undo' && !undone.has(act.id))
    .toSorted((a, b) => compare(a.at, b.at) || compare(a.id, b.id))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const keyed = <V>(members: readonly Member<Omit<V, 'key'>>[]): V[] =>
  members.filter((member) => !member.gone).map((member) => ({ key: member.key, ...member.value }) as V)

interface GoodsFacts {
  readonly acts: readonly Act[]
  readonly refunds: readonly Refund[]
  readonly returns: readonly Return[]
}

/** Lines with their counts, and shipments; where the channel says "shipped" and shows too little, an implied one stands in. */
const goodsOf = (
  told: ToldView,
  facts: GoodsFacts,
): { readonly lines: readonly OrderLine[]; readonly shipments: readonly Shipment[] } => {
  const shipments = shipmentsOf(told, facts.acts)
  const lines = linesOf(told, { ...facts, shipments })
  const implied = [...new Set(lines.map(({ part = '' }) => part))].flatMap((part) => impliedOf(told, lines, part))
  if (implied.length === 0) return { lines, shipments }
  const all = [...shipments, ...implied]
  return { lines: linesOf(told, { ...facts, shipments: all }), shipments: all }
}

const impliedOf = (told: ToldView, lines: readonly OrderLine[], part: string): readonly Shipment[] => {
  const status = told.sectionIn('status', part)
  if (status?.shipped !== true || status.cancelled === true) return []
  // A parcel that is shown, though not on its way yet, is what "shipped" speaks of.
  const open = lines
    .filter((line) => (line.part ?? '') === part && line.role !== 'bundle')
    .map((line) => ({ line: line.id, quantity: leftOf(openOf(line), line.counts.packed) }))
    .filter((line) => line.quantity > 0)
  if (open.length === 0) return []
  return [
    {
      key: part === '' ? 'implied' : `${part}:implied`,
      implied: true,
      ours: false,
      direction: 'outbound',
      lines: open,
      status: status.delivered === true ? 'delivered' : 'unknown',
      events: [],
    },
  ]
}

/** A claimed payment stands in until a real one is told. */
const paymentsOf = (payments: Payment[]): Payment[] => {
  const real = payments.filter((payment) => payment.claimed !== true)
  return real.length > 0 ? real : payments
}

const present = (told: ToldView, lines: readonly OrderLine[]): readonly OrderLine[] => {
  const gone = new Set(
    told
      .members('lines')
      .filter((member) => member.gone)
      .map((member) => member.key),
  )
  return gone.size === 0 ? lines : lines.filter((line) => !gone.has(line.id))
}

const cancelOf = (
  status: Status | undefined,
  lines: readonly OrderLine[],
  acts: readonly Act[],
): Pick<View, 'cancelledAt' | 'cancelReason'> => {
  const last = acts.findLast((act) => act.kind === 'cancel')
  const ours = last !== undefined && isCancelled(status, lines) ? last : undefined
  return given({ cancelledAt: status?.cancelledAt ?? ours?.at, cancelReason: status?.cancelReason ?? ours?.reason })
}
