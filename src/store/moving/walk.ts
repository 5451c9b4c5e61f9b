import type { Doc, Filter, Sort, Store } from '../port.ts'

/**
 * The collections in the order in which they are read while a hub may be at work: what follows from a row is written before the row is
 * done, so whoever reads the row first finds all that followed, or finds it still due, and repeats it to no effect.
 */
export const collections = ['inbox', 'orders', 'ledger', 'outbox', 'pulls', 'blobs', 'connections', 'keys'] as const
export type CollectionName = (typeof collections)[number]

/** Rows that are read together; what may be large, few at a time. */
const batchOf = (name: CollectionName): number => (name === 'blobs' ? 16 : 500)

/** How far a walk has come. */
export interface Reached {
  readonly _id: string
  readonly keptAt?: Date
}

/**
 * All documents of a collection in batches, in an order that both engines have an index for: messages by their time, for their keys may
 * lie in none; others by their ids.
 * @param after where to go on behind
 */
export async function* batchesOf<T extends Doc>(
  store: Pick<Store, 'collection'>,
  name: CollectionName,
  after?: Reached,
): AsyncGenerator<readonly T[]> {
  const collection = store.collection<T>(name)
  const sort: Sort = name === 'inbox' ? { keptAt: 1, _id: 1 } : { _id: 1 }
  const batch = batchOf(name)
  let filter = behind(after)
  for (;;) {
    const page = await collection.find(filter, { sort, limit: batch }).toArray()
    const last = page.at(-1)
    if (last === undefined) return
    yield page
    if (page.length < batch) return
    filter = behind(reachedBy(name, last))
  }
}

/** How far a batch has come that ends with this document. */
export const reachedBy = (name: CollectionName, last: Doc): Reached =>
  name === 'inbox' && 'keptAt' in last && last.keptAt instanceof Date
    ? { _id: last._id, keptAt: last.keptAt }
    : { _id: last._id }

const behind = (reached: Reached | undefined): Filter => {
  if (reached === undefined) return {}
  const { _id, keptAt } = reached
  const id = { _id: { $gt: _id } }
  // The range beside the alternatives is for the index.
  return keptAt === undefined ? id : { keptAt: { $gte: keptAt }, $or: [{ keptAt: { $gt: keptAt } }, { keptAt, ...id }] }
}

/** Whether nothing lies in any collection. */
export const isEmpty = async (store: Pick<Store, 'collection'>): Promise<boolean> => {
  const found = await Promise.all(
    collections.map((name) => store.collection<Doc>(name).findOne({}, { projection: { _id: 1 } })),
  )
  return found.every((one) => one === null)
}

/** How many documents lie in each collection. */
export const countsOf = async (store: Pick<Store, 'collection'>): Promise<Readonly<Record<string, number>>> => {
  const counts = await Promise.all(collections.map((name) => store.collection<Doc>(name).countDocuments({})))
  return Object.fromEntries(collections.map((name, at) => [name, counts[at] ?? 0]))
}
