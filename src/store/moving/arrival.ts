import { HubError } from '../../kernel/errors.ts'
import type { Doc, Store } from '../port.ts'
import { type CollectionName, isEmpty, type Reached } from './walk.ts'

/** What fills an empty place: a move, or a restore; and from where. */
export interface Coming {
  readonly by: 'move' | 'restore'
  readonly from: string
}

/** Stands in a place that is being filled, until all is there: no hub starts on it. `reached`: how far each collection has come. */
interface Arrival extends Doc, Coming {
  readonly reached: Readonly<Record<string, Reached>>
}
const arrivalId = 'move'

/** What is left behind in a source that was moved: no hub starts on it any more. */
interface Left extends Doc {
  readonly to: string
}
const leftId = 'moved'

type Books = Pick<Store, 'collection'>

/**
 * Begins to fill a place, or goes on with what was broken off there.
 * @returns how far each collection has come @throws TARGET_TAKEN it holds other data; it is left as it is
 */
export const beginArrival = async (
  to: Books,
  { coming, place }: { readonly coming: Coming; readonly place: string },
): Promise<Arrival['reached']> => {
  const meta = to.collection<Arrival>('meta')
  const begun = await meta.findOne({ _id: arrivalId })
  if (begun?.by === coming.by && begun.from === coming.from) return begun.reached
  const taken = begun === null ? 'data already' : `what was begun to come by ${begun.by} from ${begun.from}`
  if (begun !== null || !(await isEmpty(to)))
    throw new HubError('TARGET_TAKEN', `${place} holds ${taken}; it is left as it is`)
  await meta.insertOne({ _id: arrivalId, ...coming, reached: {} })
  return {}
}

export const noteReached = async (to: Books, where: CollectionName, reached: Reached): Promise<void> => {
  await to.collection<Arrival>('meta').updateOne({ _id: arrivalId }, { $set: { [`reached.${where}`]: reached } })
}

export const forgetReached = async (to: Books, where: CollectionName): Promise<void> => {
  await to.collection<Arrival>('meta').updateOne({ _id: arrivalId }, { $unset: { [`reached.${where}`]: '' } })
}

/** All is there: a hub may start. */
export const endArrival = async (to: Books): Promise<void> => {
  await to.collection<Arrival>('meta').deleteMany({ _id: arrivalId })
}

export interface Journey {
  readonly from: Books
  readonly to: Books
  readonly names: { readonly from: string; readonly to: string }
}

/** The move is done: the source first, so that at no moment a hub could start on both. */
export const endJourney = async ({ from, to, names }: Journey): Promise<void> => {
  await from.collection<Left>('meta').updateOne({ _id: leftId }, { $set: { to: names.to } }, { upsert: true })
  await endArrival(to)
}

/** A move that broke off between its last two steps may go on; any other source that was moved, or is not whole, may not be moved. @throws STORE_MOVED */
export const refuseMovedFrom = async ({ from, to, names }: Journey): Promise<void> => {
  const left = await from.collection<Left>('meta').findOne({ _id: leftId })
  const begun = await to.collection<Arrival>('meta').findOne({ _id: arrivalId })
  if (left?.to === names.to && begun?.by === 'move' && begun.from === names.from) return
  await refuseMoved(from)
}

/** @throws STORE_MOVED these data live elsewhere now, or have not arrived whole */
export const refuseMoved = async (store: Books): Promise<void> => {
  const left = await store.collection<Left>('meta').findOne({ _id: leftId })
  if (left !== null)
    throw new HubError(
      'STORE_MOVED',
      `these data were moved to ${left.to}; a hub that started here would know nothing of what happened since`,
    )
  const begun = await store.collection<Arrival>('meta').findOne({ _id: arrivalId })
  if (begun !== null)
    throw new HubError('STORE_MOVED', `a ${begun.by} from ${begun.from} to here was begun and not ended`, {
      cure: `Run \`crossdock ${begun.by}\` again: it goes on where it was broken off.`,
    })
}
