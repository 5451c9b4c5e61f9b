import type { OrderDoc } from '../canonical/order.ts'
import { digestValue } from '../kernel/digest.ts'
import { orderIdOf } from '../kernel/ids.ts'
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
  return [
    ...differing.map((field) => `${field} is not what the tellings and acts come to`),
    ...(digestValue(words) === digestValue(order.words) ? [] : ['its words are not those it must be found by']),
  ]
}

/** Fields that say nothing are not kept. */
const plain = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)))

const quantityFaults = ({ lines, refunds, payments }: OrderDoc): readonly string[] => {
  const over = lines.filter(isCounted).filter(({ counts }) => counts.ordered < 0 || counts.cancelled > counts.ordered)
  const captured = payments
    .filter(({ state }) => state === 'captured')
    .reduce((sum, { amount }) => sum + amount.minor, 0)
  const refunded = refunds.filter(({ state }) => state === 'paid').reduce((sum, { amount }) => sum + amount.minor, 0)
  return [
    ...over.map(({ id }) => `line ${id} has more units cancelled than ordered`),
    ...(captured > 0 && refunded > captured
      ? [`${refunded} were refunded of ${captured} captured (smallest unit)`]
      : []),
  ]
}
