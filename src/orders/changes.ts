import type { Act } from '../canonical/acts.ts'
import type { EventKind } from '../canonical/events.ts'
import type { OrderLine } from '../canonical/line.ts'
import type { View } from '../canonical/order.ts'
import type { Shipment } from '../canonical/shipment.ts'
import { subtractQuantity } from '../kernel/quantity.ts'
import { given, mayMove } from './shipments.ts'

/** Something that happened, before it has a number and a time. */
export interface Change {
  readonly kind: EventKind
  readonly data: Readonly<Record<string, unknown>>
}

const header = [
  'number',
  'origin',
  'placedAt',
  'references',
  'terms',
  'note',
  'tags',
  'buyer',
  'billTo',
  'shipTo',
  'totals',
  'channelWords',
] as const

/** What happened between two views of an order, in past tense; every backward move is a correcting event. */
export const changesBetween = (before: View | undefined, after: View, acts: readonly Act[]): readonly Change[] => {
  if (before === undefined)
    return [
      placed(after),
      ...stateChange(undefined, after),
      ...moneyChanges(undefined, after),
      ...goodsChanges(undefined, after),
      ...actChanges(acts),
    ]
  const sections = header.filter((name) => differs(before[name], after[name]))
  const changed: readonly Change[] = sections.length === 0 ? [] : [{ kind: 'order.changed', data: { sections } }]
  return [
    ...changed,
    ...lineChanges(before, after),
    ...moneyChanges(before, after),
    ...goodsChanges(before, after),
    ...stateChange(before, after),
    ...actChanges(acts),
  ]
}

const differs = (a: unknown, b: unknown): boolean =>
  a === undefined || b === undefined ? a !== b : JSON.stringify(a) !== JSON.stringify(b)

const placed = (view: View): Change => ({
  kind: 'order.placed',
  data: {
    number: view.number,
    lines: view.lines.length,
    ...(view.totals === undefined ? {} : { total: view.totals.total }),
  },
})

const stateChange = (before: View | undefined, after: View): readonly Change[] => {
  const [from, to] = [before?.headline.state, after.headline.state]
  if (from === to) return []
  if (to === 'cancelled') return [{ kind: 'order.cancelled', data: { reason: after.cancelReason ?? '' } }]
  if (to === 'completed') return [{ kind: 'order.completed', data: {} }]
  return from === 'cancelled' || from === 'completed' ? [{ kind: 'order.reopened', data: { from } }] : []
}

const lineChanges = (before: View, after: View): readonly Change[] => {
  const held = new Map(before.lines.map((line) => [line.id, line]))
  return after.lines.flatMap((line): readonly Change[] => {
    const was = held.get(line.id)
    if (was === undefined) return [{ kind: 'line.added', data: { line: line.id, quantity: line.quantity } }]
    return [
      ...cancelledUnits(was, line),
      ...(differs(plainLine(was), plainLine(line))
        ? [{ kind: 'line.changed', data: { line: line.id, quantity: line.quantity } } as const]
        : []),
    ]
  })
}

const plainLine = ({ counts: _, ...line }: OrderLine): unknown => line

const cancelledUnits = (was: OrderLine, line: OrderLine): readonly Change[] => {
  const more = subtractQuantity(line.counts.cancelled, was.counts.cancelled)
  if (more === 0) return []
  return [{ kind: more > 0 ? 'line.cancelled' : 'line.restored', data: { line: line.id, quantity: Math.abs(more) } }]
}

const moneyChanges = (before: View | undefined, after: View): readonly Change[] => [
  ...keyedChanges(
    before?.payments,
    after.payments,
    (payment, was): Change => ({
      kind: was !== undefined && was.state === payment.state ? 'payment.corrected' : `payment.${payment.state}`,
      data: { payment: payment.key, amount: payment.amount },
    }),
  ),
  ...(before?.payments ?? [])
    .filter((was) => !after.payments.some((payment) => payment.key === was.key))
    .map((was): Change => ({ kind: 'payment.corrected', data: { payment: was.key, gaveWay: true } })),
  ...keyedChanges(
    before?.refunds,
    after.refunds,
    (refund): Change => ({ kind: `refund.${refund.state}`, data: { refund: refund.key, amount: refund.amount } }),
  ),
  ...keyedChanges(
    before?.returns,
    after.returns,
    (one): Change => ({ kind: `return.${one.state}`, data: { return: one.key } }),
  ),
]

const keyedChanges = <T extends { readonly key: string }>(
  before: readonly T[] | undefined,
  after: readonly T[],
  changeOf: (now: T, was: T | undefined) => Change,
): readonly Change[] => {
  const held = new Map((before ?? []).map((one) => [one.key, one]))
  return after.filter((one) => differs(held.get(one.key), one)).map((one) => changeOf(one, held.get(one.key)))
}

const goodsChanges = (before: View | undefined, after: View): readonly Change[] => [
  ...keyedChanges(before?.shipments, after.shipments, shipmentChange),
  ...keyedChanges(
    before?.holds,
    after.holds,
    (hold): Change => ({ kind: 'hold.placed', data: { hold: hold.kind, key: hold.key, reason: hold.reason ?? '' } }),
  ),
  ...(before?.holds ?? [])
    .filter((was) => !after.holds.some((hold) => hold.key === was.key))
    .map((was): Change => ({ kind: 'hold.released', data: { hold: was.kind, key: was.key } })),
  ...after.invoices
    .filter((invoice) => !(before?.invoices ?? []).some((was) => was.number === invoice.number))
    .map((invoice): Change => ({ kind: 'invoice.issued', data: { number: invoice.number } })),
]

const shipmentChange = (now: Shipment, was: Shipment | undefined): Change => {
  const { carrier, trackingNumber, lines } = now
  const data = { shipment: now.key, ours: now.ours, status: now.status, ...given({ carrier, trackingNumber }), lines }
  if (was === undefined) return { kind: 'shipment.created', data }
  if (was.status === now.status) return { kind: 'shipment.changed', data }
  if (!mayMove(was.status, now.status)) return { kind: 'shipment.corrected', data: { ...data, from: was.status } }
  if (now.status === 'delivered') return { kind: 'shipment.delivered', data }
  return {
    kind: now.status === 'cancelled' ? 'shipment.cancelled' : 'shipment.moved',
    data: { ...data, from: was.status },
  }
}

/** Acts that leave no other trace in the view. */
const actChanges = (acts: readonly Act[]): readonly Change[] =>
  acts.flatMap((act): readonly Change[] => {
    if (act.kind === 'note') return [{ kind: 'note.added', data: { act: act.id } }]
    if (act.kind === 'receipt')
      return [
        {
          kind: 'command.done',
          data: { command: act.command, act: act.id, about: act.about, externalIds: act.externalIds },
        },
      ]
    return act.kind === 'undo' ? [{ kind: 'act.undone', data: { act: act.act } }] : []
  })
