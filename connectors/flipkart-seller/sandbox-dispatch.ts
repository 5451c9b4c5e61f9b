import { dispatch, type SelfShipDispatch, selfShipDispatch } from './payloads.ts'
import { aboutShipment, record, type State, type Step, touched, withParcel } from './sandbox-posts.ts'
import { type Parcel, second, type Word, wordOf } from './sandbox-shop.ts'

/** A command as it was answered: what became of each shipment, in a body, or why nothing of it was read. */
export type Dispatched = Step & { readonly body: object | string }

type Attempt = (parcel: Parcel) => string | undefined
interface Wanted {
  readonly id: string
  readonly to: Word
  readonly event: string
  readonly tracking: string
  /** Why it cannot be; nothing where it can. */
  readonly refused: Attempt
}

/** POST /sellers/v3/shipments/dispatch: mark-rtd, read 23 Nov 2026. */
export const readied = (state: State, body: unknown, now: Date): Dispatched => {
  if (!dispatch.is(body)) return { state, posts: [], body: dispatch.faults(body)[0]?.expected ?? '' }
  const wanted = body.shipmentIds.map(
    (id): Wanted => ({
      id,
      to: 'READY_TO_DISPATCH',
      event: 'ready_to_dispatch',
      tracking: '',
      refused: (parcel) => {
        if (body.locationId !== undefined && body.locationId !== parcel.location) return 'Invalid location'
        if (parcel.type === 'SELF') return 'Self ship shipments cannot be marked ready to dispatch'
        return wordOf(parcel) === 'PACKED' ? undefined : `The shipment is in ${wordOf(parcel)} state`
      },
    }),
  )
  return attempted(state, wanted, { now, key: 'status' })
}

/** What its list of allowed vendors shows. */
const vendors = ['DLVRY', 'UPSIN']

/** POST /sellers/v3/shipments/selfShip/dispatch: SelfShipDispatch.html, read 24 Nov 2026. */
export const sent = (state: State, body: unknown, now: Date): Dispatched => {
  if (!selfShipDispatch.is(body)) return { state, posts: [], body: selfShipDispatch.faults(body)[0]?.expected ?? '' }
  const wanted = body.shipments.map(
    (asked): Wanted => ({
      id: asked.shipmentId,
      to: 'SHIPPED',
      event: 'shipped',
      tracking: asked.trackingId ?? '',
      refused: (parcel) => selfShipFault(asked, parcel, now),
    }),
  )
  return attempted(state, wanted, { now, key: 'processingStatus' })
}

const day = 86_400_000

const selfShipFault = (asked: SelfShipDispatch['shipments'][number], parcel: Parcel, now: Date): string | undefined => {
  if (parcel.type !== 'SELF') return 'The shipment is not a self ship shipment'
  if (wordOf(parcel) !== 'APPROVED') return 'The shipment has already been dispatched'
  if (!vendors.includes(asked.deliveryPartnerCode ?? '')) return 'Invalid deliveryPartnerCode'
  if (second(Date.parse(asked.dispatchDate)) > now.getTime() + day)
    return "Dispatch Date should not be after Today's date"
  if (Date.parse(asked.tentativeDeliveryDate) < now.getTime() - day)
    return "Tentative Delivery Date should not be before Today's date"
  const standing = parcel.items.filter(({ word }) => word !== 'CANCELLED')
  const billed = new Map(asked.invoice.items.map(({ orderItemId, quantity }) => [orderItemId, quantity]))
  return standing.length === billed.size && standing.every(({ id, quantity }) => billed.get(id) === quantity)
    ? undefined
    : 'Invoice items do not match the items of the shipment'
}

const attempted = (
  before: State,
  wanted: readonly Wanted[],
  { now, key }: { now: Date; key: 'status' | 'processingStatus' },
): Dispatched => {
  let so: Step = { state: before, posts: [] }
  const shipments = wanted.map((one) => {
    const parcel = so.state.parcels[one.id]
    const fault =
      parcel === undefined ? 'Invalid shipment id' : parcel.hold ? 'The shipment is on hold' : one.refused(parcel)
    if (parcel === undefined || fault !== undefined)
      return { shipmentId: one.id, [key]: 'FAILURE', errorCode: 'UNPROCESSABLE_ENTITY', errorMessage: fault ?? '' }
    const step = done(so.state, { parcel, now, ...one })
    so = { state: step.state, posts: [...so.posts, ...step.posts] }
    return { shipmentId: one.id, [key]: 'SUCCESS', errorCode: '', errorMessage: '' }
  })
  return { ...so, body: { shipments } }
}

const done = (state: State, { parcel, now, to, event, tracking }: Wanted & { parcel: Parcel; now: Date }): Step => {
  const standing = parcel.items.filter(({ word }) => word !== 'CANCELLED')
  const items = parcel.items.map((item) => (standing.includes(item) ? { ...item, word: to } : item))
  const moved = touched({ ...parcel, items }, now)
  const told = {
    order: parcel.order,
    kind: 'shipped' as const,
    trackingNumber: tracking,
    lines: standing.map(({ id, quantity }) => ({ id, quantity: String(quantity) })),
  }
  const next = { ...withParcel(state, moved), told: [...state.told, told] }
  return record(next, now, [aboutShipment(moved, event, { status: to })])
}
