import type { Collection, Doc, Store } from '../../src/store/port.ts'

/** What a process that was killed throws. */
export class Crash extends Error {}

/** The moment of death at a call: 'before' it is done, or 'after' it was done and before anyone heard of it. */
export type Moment = 'before' | 'after'

/** A store that dies with the n-th call after it was armed, and stays dead. */
export interface Mortal {
  readonly store: Store
  readonly calls: () => number
  readonly arm: () => void
}

export const mortal = (store: Store, deadline: number, moment: Moment): Mortal => {
  let calls = 0
  let armed = false
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (!armed) return work()
    calls += 1
    if (calls > deadline || (calls === deadline && moment === 'before')) throw new Crash('killed')
    const answer = await work()
    if (calls >= deadline) throw new Crash('killed')
    return answer
  }
  const wrap = <T extends Doc>(collection: Collection<T>): Collection<T> => ({
    insertOne: (document) => guarded(() => collection.insertOne(document)),
    insertMany: (documents, options) => guarded(() => collection.insertMany(documents, options)),
    findOne: (filter, options) => guarded(() => collection.findOne(filter, options)),
    find: (filter, options) => ({ toArray: () => guarded(() => collection.find(filter, options).toArray()) }),
    updateOne: (filter, update, options) => guarded(() => collection.updateOne(filter, update, options)),
    updateMany: (filter, update) => guarded(() => collection.updateMany(filter, update)),
    findOneAndUpdate: (filter, update, options) => guarded(() => collection.findOneAndUpdate(filter, update, options)),
    bulkWrite: (steps, options) => guarded(() => collection.bulkWrite(steps, options)),
    deleteMany: (filter) => guarded(() => collection.deleteMany(filter)),
    countDocuments: (filter, options) => guarded(() => collection.countDocuments(filter, options)),
    aggregate: (pipeline) => ({ toArray: () => guarded(() => collection.aggregate(pipeline).toArray()) }),
    createIndexes: (specs) => collection.createIndexes(specs),
  })
  return {
    store: { collection: (name) => wrap(store.collection(name)), ping: () => store.ping(), close: async () => {} },
    calls: () => calls,
    arm: () => {
      armed = true
    },
  }
}
