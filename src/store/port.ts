/**
 * The store as every repository sees it: MongoDB's idiom, cut down to what both engines do alike.
 * The driver's `Collection` satisfies `Collection<T>` as it is; the embedded engine implements it on one SQLite file.
 * Frozen vocabulary (a checker in the tests refuses anything else):
 *   update     $set $unset $inc $push $pull $addToSet $setOnInsert $min $max
 *   filter     $eq $ne $in $nin $gt $gte $lt $lte $exists $and $or, $elemMatch
 *   aggregate  $match $group ($sum $min $max $first of a path or constant) $sort $limit
 *   bulkWrite  insertOne, updateOne
 */

/**
 * What every stored document has. Values are JSON-safe, plus `Date`, plus bytes where a field says so: they go in and come out as
 * `Uint8Array` (of the driver as its subclass `Buffer`, under `promoteBuffers`), wherever a projection does not leave them out.
 */
export interface Doc {
  readonly _id: string
}

export type Filter = Readonly<Record<string, unknown>>
export type Update = Readonly<Record<string, Readonly<Record<string, unknown>>>>
export type Sort = Readonly<Record<string, 1 | -1>>

export interface FindOptions {
  readonly sort?: Sort
  readonly limit?: number
  /** Inclusion only, top-level paths, `_id` always comes. */
  readonly projection?: Readonly<Record<string, 1>>
}

export interface UpdateAnswer {
  readonly matchedCount: number
  readonly modifiedCount: number
  readonly upsertedCount: number
}

export interface BulkAnswer extends UpdateAnswer {
  readonly insertedCount: number
}

export type BulkStep<T extends Doc> =
  | { readonly insertOne: { readonly document: T } }
  | { readonly updateOne: { readonly filter: Filter; readonly update: Update; readonly upsert?: boolean } }

/** One index: the paths, in order; `name` is stated so that both engines call it the same. */
export interface IndexSpec {
  readonly key: Sort
  readonly name: string
  readonly unique?: boolean
  /**
   * Only documents that have this path, one of the index's own. A query must ask for it to be answered by the index; the other
   * paths need not be asked for.
   */
  readonly sparse?: string
}

/**
 * A collection. Every promise of a write settles after the write is durable.
 * @throws an error whose `code` is 11000 where a unique key exists already (bulk: the others are written, `ordered: false`)
 */
export interface Collection<T extends Doc> {
  insertOne(document: T): Promise<unknown>
  insertMany(
    documents: readonly T[],
    options?: { readonly ordered?: boolean },
  ): Promise<{ readonly insertedCount: number }>
  findOne(filter: Filter, options?: FindOptions): Promise<T | null>
  find(filter: Filter, options?: FindOptions): { toArray(): Promise<T[]> }
  updateOne(filter: Filter, update: Update, options?: { readonly upsert?: boolean }): Promise<UpdateAnswer>
  updateMany(filter: Filter, update: Update): Promise<UpdateAnswer>
  findOneAndUpdate(
    filter: Filter,
    update: Update,
    options: { readonly returnDocument: 'before' | 'after'; readonly upsert?: boolean; readonly sort?: Sort },
  ): Promise<T | null>
  bulkWrite(steps: readonly BulkStep<T>[], options?: { readonly ordered?: boolean }): Promise<BulkAnswer>
  deleteMany(filter: Filter): Promise<{ readonly deletedCount: number }>
  countDocuments(filter: Filter, options?: { readonly limit?: number }): Promise<number>
  aggregate(stages: readonly Readonly<Record<string, unknown>>[]): { toArray(): Promise<Record<string, unknown>[]> }
  createIndexes(specs: readonly IndexSpec[]): Promise<unknown>
}

/** Which program a file or database belongs to, and the newest schema it can read. */
export interface Program {
  readonly name: string
  readonly schema: number
}

/** An open database of one engine. */
export interface Store {
  collection<T extends Doc>(name: string): Collection<T>
  /** Resolves when the store answers; throws STORE_AWAY with a sentence where it does not. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** Inserts a document whose id says what it is. @returns false: it was there already */
export const insertOnce = async <T extends Doc>(collection: Collection<T>, document: T): Promise<boolean> => {
  try {
    await collection.insertOne(document)
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** True for the one error every caller may have to settle: the key exists already. */
export const isDuplicateKey = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 11000
