import { byCourier, type Happening, one } from './sandbox-one.ts'
import { aboutReturn, record, type State, touched, withParcel } from './sandbox-posts.ts'
import { type Back, second, type Word, wordOf } from './sandbox-shop.ts'

/** A buyer gives one unit back, or the courier brings back what nobody took. */
export const returning =
  (kind: Back['kind']): Happening =>
  (at) => {
    const from: Word = kind === 'courier_return' ? 'SHIPPED' : 'DELIVERED'
    const found = one(at, (parcel) => wordOf(parcel) === from && (kind === 'customer_return' || byCourier(parcel)))
    const item = found?.items.find(({ word }) => word !== 'CANCELLED')
    if (found === undefined || item === undefined) return undefined
    const made = second(at.now.getTime())
    const back: Back = {
      id: `${1 + (at.state.seed % 8)}${String(at.state.count).padStart(19, '0')}`,
      kind,
      parcel: found.id,
      item: item.id,
      quantity: kind === 'courier_return' ? item.quantity : 1,
      placedAt: found.placedAt,
      createdAt: made,
      updatedAt: made,
      word: 'CREATED',
      reason: kind === 'courier_return' ? 'ORDER_CANCELLED' : 'DEFECTIVE_PRODUCT',
    }
    const items = found.items.map((held) => (held === item ? { ...held, word: 'RETURN_REQUESTED' as const } : held))
    const whole = found.items.map((held) =>
      held.word === 'CANCELLED' ? held : { ...held, word: 'RETURN_REQUESTED' as const },
    )
    const parcel = touched(
      kind === 'courier_return' ? { ...found, items: whole, courierReturn: true } : { ...found, items },
      at.now,
    )
    const more = { returnId: back.id, source: kind, quantity: back.quantity, shipmentId: found.id, reason: back.reason }
    return record(withBack(withParcel(at.state, parcel), back), at.now, [aboutReturn(back, parcel, 'created', more)])
  }

const withBack = (state: State, back: Back): State => ({ ...state, backs: { ...state.backs, [back.id]: back } })

const returnMoves = { CREATED: 'PICKED_UP', PICKED_UP: 'COMPLETED' } as const
const events = { PICKED_UP: 'picked_up', COMPLETED: 'completed', CANCELLED: 'cancelled' } as const

/** It is fetched, and comes; or the buyer keeps it. */
export const returnGoesOn: Happening = (at) => {
  const open = Object.values(at.state.backs).filter(
    ({ word, updatedAt }) => (word === 'CREATED' || word === 'PICKED_UP') && updatedAt < second(at.now.getTime()),
  )
  const [first, ...rest] = open
  if (first === undefined) return undefined
  const found = at.dice.pick([first, ...rest])
  const next = found.word === 'PICKED_UP' ? returnMoves.PICKED_UP : returnMoves.CREATED
  const word: keyof typeof events =
    found.word === 'CREATED' && found.kind === 'customer_return' && at.dice.next() < 0.2 ? 'CANCELLED' : next
  const back = { ...found, word, tracking: `FMPR${found.id.slice(-10)}`, updatedAt: second(at.now.getTime()) }
  const parcel = at.state.parcels[found.parcel]
  if (parcel === undefined) return undefined
  const done: Word | undefined = word === 'COMPLETED' ? 'RETURNED' : word === 'CANCELLED' ? 'DELIVERED' : undefined
  const items = parcel.items.map((item) =>
    done !== undefined && item.word === 'RETURN_REQUESTED' && (parcel.courierReturn || item.id === back.item)
      ? { ...item, word: done }
      : item,
  )
  const moved = done === undefined ? parcel : touched({ ...parcel, items }, at.now)
  const numbered = aboutReturn(back, moved, 'item_tracking_id_update', { trackingId: back.tracking })
  return record(withBack(withParcel(at.state, moved), back), at.now, [
    ...(word === 'PICKED_UP' ? [numbered] : []),
    aboutReturn(back, moved, events[word]),
  ])
}
