import type { OrderLine } from '../canonical/line.ts'
import type { OrderDoc } from '../canonical/order.ts'
import { digestValue } from '../kernel/digest.ts'
import { orderIdOf } from '../kernel/ids.ts'
import { addQuantity } from '../kernel/quantity.ts'
import { brokenAt, chainStart } from './ledger.ts'
import { isCounted } from './lines.ts'
import { searchWordsOf } from './search-words.ts'
import { viewOf } from './view.ts'

/**
 * What is wrong with an order as it is kept, a sentence each: its id, its chain, its view, its words, its quantities.
 * @param events all of it, those of its pages too, oldest first
 */
export const faultsOfOrder = (order: OrderDoc, events: OrderDoc['events']): readonly string[] => {
  const last = events.at(-1)?.seq ?? 0
  const gap = events.find(({ seq }, at) => seq !== at + 1)
  const broken = brokenAt(events, chainStart)
  return [
    ...(order._id === orderIdOf(order.connection, order.externalId) && order.id === order._id
      ? []
      : ['its id is not that of its connection and external id']),
    ...(gap === undefined ? [] : [`its events have a gap before number ${gap.seq}`]),
    ...(broken === undefined
      ? []
      : [`the chain of its ledger breaks at event ${broken}: an event is not as it was written`]),
    ...(last === order.seq ? [] : [`its last event is number ${last}, and it says ${order.seq}`]),
    ...(order.reactedSeq <= order.seq ? [] : ['it was reacted to further than it goes']),
    ...(order.revision >= 1 ? [] : ['it has no revision']),
    ...viewFaults(order),
    ...quantityFaults(order),
  ]
}

/** The view is a pure function of what was told and what was done, so it can be computed again. */
const viewFaults = (order: OrderDoc): readonly string[] => {
  const view = viewOf(order.told, order.acts)
  if (view === undefined) return ['nothing that was told says what it is']
  const held: Readonly<Record<string, unknown>> = { ...order }
  const computed: Readonly<Record<string, unknown>> = { ...view }
  const differing = Object.keys(view).filter(
    (field) => digestValue(plain(computed[field])) !== digestValue(plain(held[field])),
  )
  const words = searchWordsOf(order.externalId, view)
  const untold = Object.keys(held).filter((field) => !(field in view) && !own.has(field))
  return [
    ...differing.map((field) => `${field} is not what the tellings and acts come to`),
    ...untold.map((field) => `${field} was never told`),
    ...(digestValue(words) === digestValue(order.words) ? [] : ['its words are not those it must be found by']),
  ]
}

/** Fields that are no part of the view. */
const own: ReadonlySet<string> = new Set([
  '_id',
  'id',
  'connection',
  'connector',
  'externalId',
  'receivedAt',
  'told',
  'acts',
  'words',
  'events',
  'seq',
  'reactedSeq',
  'revision',
  'react',
  'v',
] satisfies readonly (keyof OrderDoc)[])

/** Fields that say nothing are not kept. */
const plain = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)))

const quantityFaults = ({ lines, refunds, payments }: OrderDoc): readonly string[] => {
  const over = lines.filter(isCounted).filter(({ counts }) => !isWithin(counts))
  const sum = (list: readonly { readonly amount: { readonly minor: number } }[]): number =>
    list.reduce((total, { amount }) => total + amount.minor, 0)
  const captured = sum(payments.filter(({ state }) => state === 'captured' || state === 'disputed'))
  const refunded = sum(refunds.filter(({ state }) => state === 'paid'))
  return [
    ...over.map(({ id }) => `line ${id} has more units cancelled, shipped, delivered or returned than there are`),
    ...(captured > 0 && refunded > captured
      ? [`${refunded} were refunded of ${captured} captured (smallest unit)`]
      : []),
  ]
}

const isWithin = ({ ordered, cancelled, shipped, delivered, returned }: OrderLine['counts']): boolean =>
  cancelled >= 0 &&
  shipped >= 0 &&
  addQuantity(cancelled, shipped) <= ordered &&
  delivered <= shipped &&
  returned <= shipped
