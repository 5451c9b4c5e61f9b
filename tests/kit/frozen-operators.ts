import type { BulkStep, Collection, Doc, Filter, Store, Update } from '../../src/store/port.ts'

const frozen = {
  update: ['$set', '$unset', '$inc', '$push', '$pull', '$addToSet', '$setOnInsert', '$min', '$max', '$each'],
  filter: ['$eq', '$ne', '$in', '$nin', '$gt', '$gte', '$lt', '$lte', '$exists', '$and', '$or', '$elemMatch'],
  aggregate: ['$match', '$group', '$sort', '$limit', '$sum', '$min', '$max', '$first'],
} as const

const bulkSteps = ['insertOne', 'updateOne']

/**
 * A store that refuses, before anything is done, every operator outside the frozen list of the port; for tests of flows.
 * @throws Error naming the collection, the method and the operator
 */
export const withFrozenOperators = (store: Store): Store => ({
  ping: () => store.ping(),
  close: () => store.close(),
  collection: <T extends Doc>(name: string): Collection<T> => checked(store.collection<T>(name), name),
})

const checked = <T extends Doc>(inner: Collection<T>, name: string): Collection<T> => {
  const asked = (filter: Filter): Filter => check(name, filter, frozen.filter)
  // `$pull` holds a filter.
  const change = (update: Update): Update => check(name, update, [...frozen.update, ...frozen.filter])
  return {
    insertOne: (document) => inner.insertOne(document),
    insertMany: (documents, options) => inner.insertMany(documents, options),
    createIndexes: (specs) => inner.createIndexes(specs),
    findOne: (filter, options) => inner.findOne(asked(filter), options),
    find: (filter, options) => inner.find(asked(filter), options),
    updateOne: (filter, update, options) => inner.updateOne(asked(filter), change(update), options),
    updateMany: (filter, update) => inner.updateMany(asked(filter), change(update)),
    findOneAndUpdate: (filter, update, options) => inner.findOneAndUpdate(asked(filter), change(update), options),
    bulkWrite: (steps, options) => {
      for (const step of steps) checkStep(name, step, { asked, change })
      return inner.bulkWrite(steps, options)
    },
    deleteMany: (filter) => inner.deleteMany(asked(filter)),
    countDocuments: (filter, options) => inner.countDocuments(asked(filter), options),
    aggregate: (stages) => inner.aggregate(check(name, stages, [...frozen.aggregate, ...frozen.filter])),
  }
}

interface Checks {
  readonly asked: (filter: Filter) => Filter
  readonly change: (update: Update) => Update
}

const checkStep = <T extends Doc>(name: string, step: BulkStep<T>, { asked, change }: Checks): void => {
  const odd = Object.keys(step).find((kind) => !bulkSteps.includes(kind))
  if (odd !== undefined) throw new Error(`${name}: bulkWrite holds ${odd}; it holds insertOne and updateOne only`)
  if (!('updateOne' in step)) return
  asked(step.updateOne.filter)
  change(step.updateOne.update)
}

const check = <V>(name: string, value: V, allowed: readonly string[]): V => {
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value
  for (const [key, held] of Object.entries(value)) {
    if (key.includes('.$')) throw new Error(`${name}: "${key}" is a positional path; engines differ there`)
    if (key.startsWith('$') && !allowed.includes(key)) throw new Error(`${name}: ${key} is not of the frozen operators`)
    check(name, held, allowed)
  }
  return value
}
