import { createHash } from 'node:crypto'
import { HubError } from '../../kernel/errors.ts'
import { type Doc, isDuplicateKey, type Store } from '../port.ts'
import type { Counts, Moved } from './archive.ts'
import { pack } from './packed.ts'
import { batchesOf, type CollectionName, collections, isEmpty, type Reached, reachedBy } from './walk.ts'

/** A move that was begun: where from, and how far each collection has come. Stands in the target until all is there. */
interface Journey extends Doc {
  readonly from: string
  readonly reached: Readonly<Record<string, Reached>>
}
const journeyId = 'move'

/** What is left behind in a source that was moved: a hub refuses to start on it. */
interface Left extends Doc {
  readonly to: string
}
const leftId = 'moved'

type Books = Pick<Store, 'collection'>

export interface CopyOptions {
  readonly from: Books
  readonly to: Books
  /** Names of both, as they may be shown: no password. */
  readonly names: { readonly from: string; readonly to: string }
  readonly progress: (moved: Moved) => void
}

/**
 * Copies everything, and goes on where it was broken off; then compares counts and digests of every collection on both sides.
 * @throws TARGET_TAKEN the target holds other data · MOVE_DIFFERS what arrived is not what was sent
 */
export const copyAll = async ({ from, to, names, progress }: CopyOptions): Promise<Counts> => {
  const meta = to.collection<Journey>('meta')
  const journey = await beginJourney(to, names)
  const counts: Record<string, number> = {}
  for (const where of collections) {
    let reached = journey.reached[where]
    let rows = 0
    for await (const page of batchesOf(from, where, reached)) {
      await insertAll(to, where, page)
      const last = page.at(-1)
      if (last !== undefined) reached = reachedBy(where, last)
      rows += page.length
      await meta.updateOne({ _id: journeyId }, { $set: { [`reached.${where}`]: reached } })
      progress({ where, rows })
    }
    const [here, there] = await Promise.all([digestOf(from, where), digestOf(to, where)])
    if (here.digest !== there.digest)
      throw new HubError(
        'MOVE_DIFFERS',
        `${where}: ${here.rows} rows are in ${names.from}, ${there.rows} in ${names.to}, and they are not the same`,
      )
    counts[where] = here.rows
  }
  return counts
}

const beginJourney = async (to: Books, names: CopyOptions['names']): Promise<Journey> => {
  const meta = to.collection<Journey>('meta')
  const begun = await meta.findOne({ _id: journeyId })
  if (begun !== null && begun.from === names.from) return begun
  if (begun !== null || !(await isEmpty(to)))
    throw new HubError(
      'TARGET_TAKEN',
      `${names.to} holds ${begun === null ? 'data already' : `what was begun to be moved from ${begun.from}`}; it is left as it is`,
    )
  const journey = { _id: journeyId, from: names.from, reached: {} }
  await meta.insertOne(journey)
  return journey
}

/** What arrived before is there already. */
export const insertAll = async (to: Books, where: string, page: readonly Doc[]): Promise<void> => {
  try {
    await to.collection<Doc>(where).insertMany(page, { ordered: false })
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
  }
}

/** Over all documents by their ids; the same on both engines for the same documents. */
const digestOf = async (
  store: Books,
  where: CollectionName,
): Promise<{ readonly rows: number; readonly digest: string }> => {
  const hash = createHash('sha256')
  let rows = 0
  for await (const page of batchesOf(store, where)) {
    for (const document of page) hash.update(pack(document))
    rows += page.length
  }
  return { rows, digest: hash.digest('hex') }
}

/** The move is done: the target may be worked on, the source must not any more. */
export const endJourney = async ({ from, to, names }: Omit<CopyOptions, 'progress'>): Promise<void> => {
  await from.collection<Left>('meta').updateOne({ _id: leftId }, { $set: { to: names.to } }, { upsert: true })
  await to.collection<Journey>('meta').deleteMany({ _id: journeyId })
}

/** @throws STORE_MOVED these data live elsewhere now, or have not arrived whole */
export const refuseMoved = async (store: Books): Promise<void> => {
  const left = await store.collection<Left>('meta').findOne({ _id: leftId })
  if (left !== null)
    throw new HubError(
      'STORE_MOVED',
      `these data were moved to ${left.to}; a hub that started here would know nothing of what happened since`,
    )
  const journey = await store.collection<Journey>('meta').findOne({ _id: journeyId })
  if (journey !== null)
    throw new HubError('STORE_MOVED', `a move from ${journey.from} to here was begun and not ended`, {
      cure: 'Run `crossdock move` again: it goes on where it was broken off.',
    })
}
