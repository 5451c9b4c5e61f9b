import type { Dice } from '../../src/connector/sandbox.ts'
import type { State, Step } from './sandbox-posts.ts'
import { type Parcel, second } from './sandbox-shop.ts'

/** A moment in the shop. */
export interface At {
  readonly state: State
  readonly dice: Dice
  readonly now: Date
}
/** What happens then; nothing where there is nothing that it could happen to. */
export type Happening = (at: At) => Step | undefined

/** One of those that it may happen to; none that changed in this very second, for nobody could tell which came first. */
export const one = ({ state, dice, now }: At, may: (parcel: Parcel) => boolean): Parcel | undefined => {
  const [first, ...rest] = Object.values(state.parcels).filter(
    (parcel) => parcel.updatedAt < second(now.getTime()) && may(parcel),
  )
  return first === undefined ? undefined : dice.pick([first, ...rest])
}

/** Flipkart's courier fetches it, or its warehouse sends it. */
export const byCourier = ({ type }: Parcel): boolean => type !== 'SELF'
