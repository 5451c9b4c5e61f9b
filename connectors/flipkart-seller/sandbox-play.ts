import { type At, byCourier, type Happening, one } from './sandbox-one.ts'
import { aboutNew, aboutShipment, record, type Step, signed, touched, withParcel } from './sandbox-posts.ts'
import { returnGoesOn, returning } from './sandbox-returns.ts'
import { type Canceller, drawOrder, type Parcel, second, type Word, wordOf } from './sandbox-shop.ts'
import { ist } from './sandbox-wire.ts'

const day = 86_400_000

const isToSend = (parcel: Parcel): boolean => ['APPROVED', 'FORM_FAILED', 'PACKED'].includes(wordOf(parcel))
interface Told {
  readonly event: string
  readonly attributes: object
}
const changed = ({ state, now }: At, parcel: Parcel, { event, attributes }: Told): Step =>
  record(withParcel(state, parcel), now, [aboutShipment(parcel, event, attributes)])

interface Move {
  readonly event: string
  readonly may?: (parcel: Parcel) => boolean
}
/** All items that stand come one step further. */
const moving =
  (from: readonly Word[], to: Word, { event, may = () => true }: Move): Happening =>
  (at) => {
    const found = one(at, (parcel) => !parcel.hold && from.includes(wordOf(parcel)) && may(parcel))
    if (found === undefined) return undefined
    const items = found.items.map((item) => (item.word === 'CANCELLED' ? item : { ...item, word: to }))
    const attributes = { status: to, ...(to === 'FORM_FAILED' ? { forms: ['FORM600TG'] } : {}) }
    return changed(at, touched({ ...found, items }, at.now), { event, attributes })
  }

const holding =
  (hold: boolean): Happening =>
  (at) => {
    const found = one(at, (parcel) => parcel.hold !== hold && isToSend(parcel) && byCourier(parcel))
    if (found === undefined) return undefined
    const orderItems = found.items.map(({ id, quantity }) => ({ orderItemId: id, holdQuantity: quantity }))
    const attributes = hold ? { orderItems } : { status: wordOf(found) }
    return changed(at, touched({ ...found, hold }, at.now), { event: hold ? 'hold' : 'unhold', attributes })
  }

interface Why {
  readonly by: Canceller
  readonly reason: string
  readonly more: string
}
const cancellations: readonly [Why, ...Why[]] = [
  { by: 'sellerCancellation', reason: 'seller_cancellation', more: 'not_enough_inventory' },
  { by: 'buyerCancellation', reason: 'cancellation_requested', more: 'purchased_mistake' },
  { by: 'marketplaceCancellation', reason: 'marketplace_cancellation', more: 'order_verification' },
]

const cancel: Happening = (at) => {
  const found = one(at, isToSend)
  if (found === undefined) return undefined
  const why = at.dice.pick(cancellations)
  const whole = at.dice.next() < 0.6
  const standing = found.items.filter(({ word }) => word !== 'CANCELLED')
  const gone = whole ? standing : standing.slice(0, 1)
  const cancelled = { at: second(at.now.getTime()), ...why }
  const items = found.items.map((item) =>
    gone.includes(item) ? { ...item, word: 'CANCELLED' as const, cancelled } : item,
  )
  const hold = found.hold && gone.length < standing.length
  const orderItems = gone.map(({ id, quantity }) => ({
    orderItemId: id,
    quantity,
    reason: why.reason,
    subReason: why.more,
  }))
  const attributes = { status: 'CANCELLED', orderItems }
  return changed(at, touched({ ...found, items, hold }, at.now), { event: 'cancelled', attributes })
}

const datesChanged: Happening = (at) => {
  const found = one(at, (parcel) => isToSend(parcel) && byCourier(parcel))
  if (found === undefined) return undefined
  const parcel = touched({ ...found, by: found.by + day }, at.now)
  const attributes = { dispatchAfterDate: ist(parcel.after), dispatchByDate: ist(parcel.by) }
  return changed(at, parcel, { event: 'dispatch_dates_changed', attributes })
}

const freshMs = 120_000

/** What may happen in the shop; nothing where there is no shipment that it could happen to. */
export const happenings = {
  order: ({ state, dice, now }: At): Step => {
    const parcels = drawOrder(dice, { seed: state.seed, count: state.count, now: now.getTime() })
    const next = parcels.reduce(withParcel, { ...state, count: state.count + 1 })
    return record(next, now, parcels.map(aboutNew))
  },
  hold: holding(true),
  unhold: holding(false),
  pack: moving(['APPROVED', 'FORM_FAILED'], 'PACKED', { event: 'packed', may: byCourier }),
  formFails: moving(['APPROVED'], 'FORM_FAILED', { event: 'form_failed', may: byCourier }),
  ready: moving(['PACKED'], 'READY_TO_DISPATCH', { event: 'ready_to_dispatch', may: byCourier }),
  pickUp: moving(['READY_TO_DISPATCH'], 'PICKUP_COMPLETE', { event: 'pickup_complete' }),
  ship: moving(['PICKUP_COMPLETE'], 'SHIPPED', { event: 'shipped' }),
  deliver: moving(['SHIPPED'], 'DELIVERED', { event: 'delivered' }),
  cancel,
  datesChanged,
  customerReturn: returning('customer_return'),
  courierReturn: returning('courier_return'),
  returnGoesOn,
  again: ({ state, dice, now }: At) => {
    const [first, ...rest] = state.recent.filter(({ at }) => now.getTime() - at <= freshMs)
    return first === undefined
      ? undefined
      : { state, posts: [{ ...dice.pick([first, ...rest]).post, note: 'the same again' }] }
  },
  forged: ({ state, now }: At) => {
    const last = state.recent.at(-1)?.post
    if (last === undefined) return undefined
    const body = last.body.replace('shipmentId":"', 'shipmentId":"forged-')
    const post = signed({ ...state, secret: `not ${state.secret}` }, { body, note: `forged ${last.note}`, now })
    return { state, posts: [{ ...post, forged: true }] }
  },
} as const satisfies Record<string, Happening>
