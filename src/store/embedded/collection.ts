import { refuse } from '../../kernel/errors.ts'
import type { BulkStep, Doc, Filter, FindOptions, IndexSpec, Sort, Update } from '../port.ts'
import { bulkOf } from './bulk.ts'
import { changeOf, findAndChangeOf, insertOf, removeOf, type Work } from './change.ts'
import { asStoreError } from './failures.ts'
import { aggregated } from './group.ts'
import { cutRows } from './project.ts'
import { countOf, queryOf, rowsOf } from './scan.ts'
import type { Table } from './table.ts'
import type { Fields } from './values.ts'
import type { Writes } from './writes.ts'

/** What a collection works with. `table` is asked for each time, for a new index makes a new one. */
export interface CollectionDeps {
  readonly table: () => Table
  readonly writes: Writes
  readonly file: string
  readonly readOnly: boolean
  readonly createIndexes: (specs: readonly IndexSpec[]) => void
}

/** The twelve methods over one table, for documents of any shape. */
export const openCollection = (deps: CollectionDeps) => ({ ...readers(deps), ...writers(deps) })

const readers = ({ table, file }: CollectionDeps) => {
  // `async`, so that a refusal is a rejection like any other.
  const answer = async <T>(look: () => T): Promise<T> => {
    try {
      return look()
    } catch (error) {
      throw asStoreError(error, file)
    }
  }
  const found = (filter: Filter, { projection, ...options }: FindOptions): Fields[] => {
    if (projection === undefined)
      return Array.from(rowsOf(table(), queryOf(filter, options)), ({ document }) => document)
    return cutRows(table(), queryOf(filter, { ...options, isBlind: () => true }), projection)
  }
  return {
    findOne: (filter: Filter, options: FindOptions = {}) =>
      answer(() => found(filter, { ...options, limit: 1 })[0] ?? null),
    find: (filter: Filter, options: FindOptions = {}) => ({ toArray: () => answer(() => found(filter, options)) }),
    countDocuments: (filter: Filter, options?: { readonly limit?: number }) =>
      answer(() => countOf(table(), queryOf(filter, { ...options, isBlind: () => true }))),
    aggregate: (stages: readonly Readonly<Fields>[]) => ({ toArray: () => answer(() => aggregated(table(), stages)) }),
  }
}

const writers = ({ table, writes, readOnly, createIndexes, file }: CollectionDeps) => {
  // What the caller hands in is read at once; only the rows are touched later.
  const keep = async <T>(make: () => Work<T>): Promise<T> => {
    if (readOnly) refuse('STORE_LOCKED', `${file} is open for reading only`)
    const work = make()
    return writes.enqueue(() => work(table()))
  }
  const inserts = (documents: readonly Doc[]) => documents.map((document) => ({ insertOne: { document } }))
  return {
    insertOne: (document: Doc) => keep(() => insertOf(table(), document)),
    insertMany: (documents: readonly Doc[], options?: Ordered) =>
      keep(() => bulkOf(table(), inserts(documents), options)),
    updateOne: (filter: Filter, update: Update, options: Upsert = {}) =>
      keep(() => changeOf({ filter, update, upsert: options.upsert === true, many: false })),
    updateMany: (filter: Filter, update: Update) => keep(() => changeOf({ filter, update, upsert: false, many: true })),
    findOneAndUpdate: (filter: Filter, update: Update, options: Returning) =>
      keep(() => findAndChangeOf({ filter, update, ...options })),
    bulkWrite: (steps: readonly BulkStep<Doc>[], options?: Ordered) => keep(() => bulkOf(table(), steps, options)),
    deleteMany: (filter: Filter) => keep(() => removeOf(filter)),
    createIndexes: async (specs: readonly IndexSpec[]) => {
      if (!readOnly) createIndexes(specs)
    },
  }
}

interface Ordered {
  readonly ordered?: boolean
}

interface Upsert {
  readonly upsert?: boolean
}

interface Returning extends Upsert {
  readonly returnDocument: 'before' | 'after'
  readonly sort?: Sort
}
