import type { Document, Collection as Driven } from 'mongodb'
import { HubError } from '../../kernel/errors.ts'
import type { Collection, IndexSpec } from '../port.ts'
import { asStoreError } from './failures.ts'

type Stored = Document & { _id: string }

/** The driver's collection with its errors told in our words, and indexes made and checked. */
export const openCollection = (driven: Driven<Stored>, hosts: string): Collection<Stored> => {
  const told = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw asStoreError(error, hosts)
    })
  return {
    insertOne: (document) => told(driven.insertOne({ ...document })),
    insertMany: (documents, { ordered = true } = {}) =>
      documents.length === 0
        ? Promise.resolve({ insertedCount: 0 })
        : told(
            driven.insertMany(
              documents.map((document) => ({ ...document })),
              { ordered },
            ),
          ),
    findOne: (filter, options) => told(driven.findOne(filter, { ...options })),
    find: (filter, options) => ({ toArray: () => told(driven.find(filter, { ...options }).toArray()) }),
    updateOne: (filter, update, options) => told(driven.updateOne(filter, update, { ...options })),
    updateMany: (filter, update) => told(driven.updateMany(filter, update)),
    findOneAndUpdate: (filter, update, options) => told(driven.findOneAndUpdate(filter, update, { ...options })),
    bulkWrite: async (steps, { ordered = true } = {}) =>
      steps.length === 0 ? nothingDone : told(driven.bulkWrite(steps.map(stepOf), { ordered })),
    deleteMany: (filter) => told(driven.deleteMany(filter)),
    countDocuments: (filter, options) => told(driven.countDocuments(filter, { ...options })),
    aggregate: (stages) => ({ toArray: () => told(driven.aggregate(stages.map((stage) => ({ ...stage }))).toArray()) }),
    createIndexes: (specs) => told(makeIndexes(driven, specs)),
  }
}

const nothingDone = { insertedCount: 0, matchedCount: 0, modifiedCount: 0, upsertedCount: 0 }

type Step = Parameters<Collection<Stored>['bulkWrite']>[0][number]

const stepOf = (step: Step) =>
  'insertOne' in step
    ? { insertOne: { document: { ...step.insertOne.document } } }
    : { updateOne: { ...step.updateOne } }

/** Makes what is not there. @throws CONFIG_INVALID where an index of that name stands on other paths */
const makeIndexes = async (driven: Driven<Stored>, specs: readonly IndexSpec[]): Promise<void> => {
  if (specs.length === 0) return
  const wanted = specs.map(indexOf)
  const standing = await driven.listIndexes().toArray().catch(ifAbsent)
  for (const index of wanted) {
    const held = standing.find(({ name }) => name === index.name)
    if (held !== undefined && !isSame(held, index)) throw differs(driven.collectionName, index.name, held)
  }
  const missing = wanted.filter(({ name }) => standing.every((held) => held['name'] !== name))
  if (missing.length > 0) await driven.createIndexes(missing)
}

/** MongoDB's own `sparse` would keep what has any of the paths, and each has an _id. */
const indexOf = ({ key, name, unique, sparse }: IndexSpec) => ({
  key: { ...key },
  name,
  ...(unique === true ? { unique } : {}),
  ...(sparse === undefined ? {} : { partialFilterExpression: { [sparse]: { $exists: true } } }),
})

const isSame = (held: Document, { key, unique }: ReturnType<typeof indexOf>): boolean =>
  JSON.stringify(Object.entries(held['key'])) === JSON.stringify(Object.entries(key)) &&
  (held['unique'] === true) === (unique === true)

const differs = (collection: string, name: string, held: Document): HubError =>
  new HubError(
    'CONFIG_INVALID',
    `${collection}: the index "${name}" stands there on ${JSON.stringify(held['key'])}, which is not what this program made`,
    { cure: 'Drop that index, or name another database in MONGO_URL.' },
  )

/** A collection that is not there yet has no indexes. */
const ifAbsent = (error: unknown): Document[] => {
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === 26) return []
  throw error
}
