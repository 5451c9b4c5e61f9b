import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { Query } from 'mingo'
import { update as mingoUpdate } from 'mingo/updater'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filterOf } from '../../src/store/embedded/filter.ts'
import { type EmbeddedStore, openEmbedded } from '../../src/store/embedded/open.ts'
import { byOrder } from '../../src/store/embedded/scan.ts'
import { updateOf } from '../../src/store/embedded/update.ts'
import { copyOf, type Fields } from '../../src/store/embedded/values.ts'
import type { Doc, Filter, Sort, Update } from '../../src/store/port.ts'

// A small world, so that filters often meet documents: few names, few values, few dates.
const text = fc.constantFrom('a', 'b', 'due', 'done')
const number = fc.integer({ min: -2, max: 4 })
const date = fc.integer({ min: 0, max: 4 }).map((day) => new Date(Date.UTC(2026, 0, 1 + day)))
const scalar = fc.oneof(text, number, date, fc.boolean(), fc.constant(null))
const line = fc.record({ sku: text, quantity: number }, { requiredKeys: [] })

const document: fc.Arbitrary<Fields> = fc.record(
  {
    state: scalar,
    at: scalar,
    count: number,
    when: date,
    react: fc.record({ dueAt: scalar, gen: number }, { requiredKeys: [] }),
    tags: fc.array(text, { maxLength: 3 }),
    // The other implementation forgets to add to a set that holds something twice.
    words: fc.uniqueArray(text, { maxLength: 3 }),
    lines: fc.array(line, { maxLength: 3 }),
  },
  { requiredKeys: [] },
)

const path = fc.constantFrom('state', 'at', 'count', 'when', 'react.dueAt', 'react.gen', 'tags', 'words', 'absent')
const ranged = fc.oneof(text, number, date)
const range = fc.record({ $gt: ranged, $gte: ranged, $lt: ranged, $lte: ranged }, { requiredKeys: [] })
const condition = fc.oneof(
  scalar,
  fc.record({ $eq: scalar }),
  fc.record({ $ne: scalar }),
  fc.record({ $in: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ $nin: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ $exists: fc.boolean() }),
  range.filter((asked) => Object.keys(asked).length > 0),
  fc.record({ $gte: ranged, $ne: scalar }),
)
const clause: fc.Arbitrary<Fields> = fc.oneof(
  fc.tuple(path, condition).map(([at, asked]) => ({ [at]: asked })),
  fc.tuple(text, text).map(([low, high]) => ({ words: { $elemMatch: { $gte: low, $lt: high } } })),
  fc.record({ tags: fc.record({ $elemMatch: fc.record({ $in: fc.array(text, { maxLength: 2 }) }) }) }),
  fc.record({ lines: fc.record({ $elemMatch: fc.record({ sku: text, quantity: fc.record({ $gte: number }) }) }) }),
  fc.record({ 'lines.sku': text }),
  fc.record({ 'lines.quantity': fc.record({ $gt: number }) }),
)
const filter: fc.Arbitrary<Fields> = fc.oneof(
  clause,
  fc.array(clause, { maxLength: 3 }).map((clauses) => Object.assign({}, ...clauses)),
  fc.record({ $and: fc.array(clause, { minLength: 1, maxLength: 3 }) }),
  fc.tuple(clause, fc.array(clause, { minLength: 1, maxLength: 3 })).map(([one, $or]) => ({ ...one, $or })),
)

const update: fc.Arbitrary<Update> = fc
  .record(
    {
      $set: fc.oneof(
        fc.record({ state: scalar }),
        fc.record({ 'react.note': text }),
        fc.record({ lines: fc.array(line) }),
      ),
      $unset: fc.record({ at: fc.constant('') }),
      $inc: fc.record({ count: number }),
      $min: fc.record({ when: date }),
      $max: fc.record({ 'react.gen': number }),
      $push: fc.record({ tags: fc.oneof(text, fc.record({ $each: fc.array(text, { maxLength: 2 }) })) }),
      $addToSet: fc.record({ words: text }),
    },
    { requiredKeys: [] },
  )
  .filter((made) => Object.keys(made).length > 0)

const pulled: fc.Arbitrary<Update> = fc.oneof(
  fc.record({ $pull: fc.record({ tags: text }) }),
  fc.record({ $pull: fc.record({ words: fc.record({ $in: fc.array(text, { maxLength: 2 }) }) }) }),
  fc.record({ $pull: fc.record({ lines: fc.record({ sku: text }) }) }),
  fc.record({ $pull: fc.record({ lines: fc.record({ quantity: fc.record({ $gte: number }) }) }) }),
)

describe('the operators, beside another implementation of them', () => {
  it('find the same documents', () => {
    fc.assert(
      fc.property(document, filter, (held, asked) => {
        expect(filterOf(asked)(held)).toBe(new Query(asked).test(held))
      }),
      { numRuns: 5_000 },
    )
  })
  it('make the same of every update', () => {
    fc.assert(
      fc.property(document, fc.oneof(update, pulled), (held, asked) => {
        const [ours, theirs] = [structuredClone(held), structuredClone(held)]
        updateOf(asked)(ours, { inserting: false })
        mingoUpdate(theirs, structuredClone(asked))
        expect(ours).toEqual(theirs)
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('the tables, beside a plain list', () => {
  let store: EmbeddedStore
  beforeAll(() => {
    const file = join(mkdtempSync(join(tmpdir(), 'crossdock-operators-')), 'hub.db')
    store = openEmbedded({
      file,
      program: { name: 'crossdock', schema: 1 },
      collections: { deferred: { keys: 'deferred' } },
    })
  })
  afterAll(() => store.close())

  const sort = fc.constantFrom<Sort>(
    { count: -1, _id: 1 },
    { at: 1, _id: 1 },
    { state: -1, at: 1, _id: -1 },
    { 'react.dueAt': -1, _id: 1 },
    { _id: -1 },
  )
  const asked = fc.record({ filter, sort, limit: fc.integer({ min: 0, max: 6 }) })

  it.each(['plain', 'deferred'])('find, order, count and change the same rows (%s keys)', async (name) => {
    const rows = store.collection<Doc & Fields>(name)
    await rows.createIndexes([
      { key: { state: 1, at: 1, _id: 1 }, name: 'due' },
      { key: { at: -1, _id: -1 }, name: 'newest' },
      { key: { 'react.dueAt': 1 }, name: 'react', sparse: 'react.dueAt' },
      { key: { words: 1 }, name: 'words' },
    ])
    const documents = fc.array(document, { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(
        documents,
        fc.array(asked, { minLength: 1, maxLength: 6 }),
        update,
        async (given, questions, change) => {
          await rows.deleteMany({})
          const list = given.map((fields, at) => ({ ...fields, _id: `r${at + 10}` }))
          await rows.insertMany(list)
          const chosen = questions[0]?.filter ?? {}
          await rows.updateMany(chosen, change)
          const expected = list.map((row) => (filterOf(chosen)(row) ? changed(row, change) : row))
          for (const question of questions) {
            const options = { sort: question.sort, limit: question.limit }
            expect(await rows.find(question.filter, options).toArray()).toEqual(picked(expected, question))
            expect(await rows.countDocuments(question.filter)).toBe(
              picked(expected, { filter: question.filter }).length,
            )
          }
        },
      ),
      { numRuns: 250 },
    )
  })
})

const changed = (row: Fields, change: Update): Fields => {
  const copy: Fields = { ...Object(copyOf(row)) }
  updateOf(change)(copy, { inserting: false })
  return copy
}

interface Question {
  readonly filter: Filter
  readonly sort?: Sort
  readonly limit?: number
}

const picked = (rows: readonly Fields[], { filter: asked, sort = {}, limit = 0 }: Question): readonly Fields[] => {
  const found = rows.filter(filterOf(asked)).toSorted(byOrder(sort))
  return limit === 0 ? found : found.slice(0, limit)
}
