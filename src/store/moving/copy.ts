import { createHash } from 'node:crypto'
import { HubError } from '../../kernel/errors.ts'
import { indexes } from '../indexes.ts'
import { type Doc, isDuplicateKey, type Store } from '../port.ts'
import type { Counts, Moved } from './archive.ts'
import { beginArrival, type Coming, forgetReached, noteReached } from './arrival.ts'
import { pack } from './packed.ts'
import { batchesOf, type CollectionName, collections, type Reached, reachedBy } from './walk.ts'

type Books = Pick<Store, 'collection'>

export interface CopyOptions {
  readonly from: Books
  readonly to: Books
  /** Names of both, as they may be shown: no password. */
  readonly names: { readonly from: string; readonly to: string }
  readonly progress: (moved: Moved) => void
}

/**
 * Copies everything, and goes on where it was broken off; then compares counts and digests of every collection on both sides. What
 * differs, because somebody was at work on the source in between, is copied once more from its beginning.
 * @throws TARGET_TAKEN the target holds other data · MOVE_DIFFERS what arrived is not what was sent
 */
export const copyAll = async (options: CopyOptions): Promise<Counts> => {
  const { from, to, names } = options
  const coming: Coming = { by: 'move', from: names.from }
  const reached = await beginArrival(to, { coming, place: names.to })
  const counts: Record<string, number> = {}
  for (const where of collections) {
    await copyOne(options, where, reached[where])
    // Made once all is there, and before it is walked through.
    await to.collection<Doc>(where).createIndexes(indexes[where] ?? [])
    if (await differs(options, where)) {
      await to.collection<Doc>(where).deleteMany({})
      await forgetReached(to, where)
      await copyOne(options, where)
      if (await differs(options, where)) throw await difference(options, where)
    }
    counts[where] = await from.collection<Doc>(where).countDocuments({})
  }
  return counts
}

const copyOne = async ({ from, to, progress }: CopyOptions, where: CollectionName, after?: Reached): Promise<void> => {
  let rows = after === undefined ? 0 : await to.collection<Doc>(where).countDocuments({})
  for await (const page of batchesOf(from, where, after)) {
    await insertAll(to, where, page)
    const last = page.at(-1)
    if (last !== undefined) await noteReached(to, where, reachedBy(where, last))
    rows += page.length
    progress({ where, rows })
  }
}

/** What arrived before is there already. */
export const insertAll = async (to: Books, where: string, page: readonly Doc[]): Promise<void> => {
  try {
    await to.collection<Doc>(where).insertMany(page, { ordered: false })
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
  }
}

const differs = async ({ from, to }: CopyOptions, where: CollectionName): Promise<boolean> => {
  const [here, there] = await Promise.all([digestOf(from, where), digestOf(to, where)])
  return here !== there
}

/** Over all documents by their ids; the same on both engines for the same documents. */
const digestOf = async (store: Books, where: CollectionName): Promise<string> => {
  const hash = createHash('sha256')
  for await (const page of batchesOf(store, where)) for (const document of page) hash.update(`${pack(document)}\n`)
  return hash.digest('hex')
}

const difference = async ({ from, to, names }: CopyOptions, where: CollectionName): Promise<HubError> => {
  const [here, there] = await Promise.all([from, to].map((store) => store.collection<Doc>(where).countDocuments({})))
  const sentence = `${where}: ${here} rows are in ${names.from}, ${there} in ${names.to}, and they are not the same`
  return new HubError('MOVE_DIFFERS', sentence)
}
