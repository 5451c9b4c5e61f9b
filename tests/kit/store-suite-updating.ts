import { expect, it } from 'vitest'
import { isDuplicateKey } from '../../src/store/port.ts'
import { day, type Fresh, idsOf, type Thing } from './store-things.ts'

/** What every engine makes of an update. */
export const updating = (fresh: Fresh): void => {
  const start: Thing = {
    _id: 'a',
    kind: 'x',
    count: 5,
    at: day(5),
    tags: ['red', 'blue'],
    words: ['n:1'],
    lines: [{ sku: 'cup', quantity: 1 }, { sku: 'pot' }],
  }
  const cases: readonly (readonly [string, Record<string, Record<string, unknown>>, Record<string, unknown>])[] = [
    ['$set at depth', { $set: { 'react.gen': 1, 'react.note': 'new' } }, { react: { gen: 1, note: 'new' } }],
    [
      '$set in a place of a list',
      { $set: { 'lines.1.quantity': 3 } },
      {
        lines: [
          { sku: 'cup', quantity: 1 },
          { sku: 'pot', quantity: 3 },
        ],
      },
    ],
    ['$unset', { $unset: { at: '' } }, { at: undefined }],
    ['$inc', { $inc: { count: -2 } }, { count: 3 }],
    ['$inc of what is absent', { $inc: { 'react.gen': 2 } }, { react: { gen: 2 } }],
    ['$min of dates', { $min: { at: day(3) } }, { at: day(3) }],
    ['$min that is no less', { $min: { at: day(9) } }, {}],
    ['$max of numbers', { $max: { count: 8 } }, { count: 8 }],
    ['$max of what is absent', { $max: { 'react.dueAt': day(1) } }, { react: { dueAt: day(1) } }],
    ['$push', { $push: { tags: 'red' } }, { tags: ['red', 'blue', 'red'] }],
    ['$push with $each', { $push: { tags: { $each: ['a', 'b'] } } }, { tags: ['red', 'blue', 'a', 'b'] }],
    ['$addToSet of what is there', { $addToSet: { tags: 'red' } }, {}],
    ['$addToSet', { $addToSet: { words: 'n:2' } }, { words: ['n:1', 'n:2'] }],
    ['$pull by value', { $pull: { tags: 'red' } }, { tags: ['blue'] }],
    ['$pull by condition', { $pull: { tags: { $in: ['red', 'blue'] } } }, { tags: [] }],
    ['$pull by what an element holds', { $pull: { lines: { sku: 'cup' } } }, { lines: [{ sku: 'pot' }] }],
    ['$setOnInsert, which leaves what exists', { $setOnInsert: { kind: 'z' } }, {}],
  ]
  it.each(cases)('updates by %s', async (_why, update, changes) => {
    const things = await fresh(start)
    const isChange = Object.keys(changes).length > 0
    expect(await things.updateOne({ _id: 'a' }, update)).toMatchObject({
      matchedCount: 1,
      modifiedCount: isChange ? 1 : 0,
    })
    expect(await things.findOne({ _id: 'a' })).toEqual({ ...start, ...changes })
  })
  it('inserts by upsert from the equalities of the filter', async () => {
    const things = await fresh()
    const update = { $set: { count: 1 }, $setOnInsert: { at: day(1) } }
    const filter = { _id: 'new', kind: { $eq: 'x' }, 'react.gen': 4, state: { $ne: 'done' } }
    expect(await things.updateOne(filter, update, { upsert: true })).toMatchObject({
      matchedCount: 0,
      upsertedCount: 1,
    })
    expect(await things.updateOne(filter, { $setOnInsert: { at: day(2) } }, { upsert: true })).toMatchObject({
      matchedCount: 1,
    })
    expect(await things.findOne({ _id: 'new' })).toEqual({
      _id: 'new',
      kind: 'x',
      react: { gen: 4 },
      count: 1,
      at: day(1),
    })
  })
  it('refuses an upsert whose guard fails on a document that is there', async () => {
    const things = await fresh(start)
    const filter = { _id: 'a', count: 4 }
    const error: unknown = await things
      .updateOne(filter, { $set: { kind: 'y' } }, { upsert: true })
      .catch((caught: unknown) => caught)
    expect(isDuplicateKey(error)).toBe(true)
  })
  it('hands out the document before or after, the first by the sort', async () => {
    const things = await fresh({ _id: 'a', state: 'due', at: day(2) }, { _id: 'b', state: 'due', at: day(1) })
    const lease = { $set: { state: 'leased' } }
    const sort = { at: 1 } as const
    const before = await things.findOneAndUpdate({ state: 'due' }, lease, { returnDocument: 'before', sort })
    const after = await things.findOneAndUpdate({ state: 'due' }, lease, { returnDocument: 'after', sort })
    expect([before, after]).toEqual([
      { _id: 'b', state: 'due', at: day(1) },
      { _id: 'a', state: 'leased', at: day(2) },
    ])
    expect(await things.findOneAndUpdate({ state: 'due' }, lease, { returnDocument: 'after' })).toBeNull()
    const made = await things.findOneAndUpdate({ _id: 'c' }, lease, { returnDocument: 'after', upsert: true })
    expect(made).toEqual({ _id: 'c', state: 'leased' })
  })
  it('keeps the list of words searchable through every change', async () => {
    const things = await fresh({ _id: 'a', words: ['n:1001', 'e:ann@example.com'] }, { _id: 'b', words: ['n:1002'] })
    await things.updateOne({ _id: 'a' }, { $set: { words: ['n:2001'] } })
    expect(await idsOf(things.find({ words: 'n:1001' }))).toBe('')
    expect(await idsOf(things.find({ words: { $elemMatch: { $gte: 'n:', $lt: 'n;' } } }, { sort: { _id: 1 } }))).toBe(
      'ab',
    )
    expect(await idsOf(things.find({ words: { $in: ['n:2001', 'n:9'] } }))).toBe('a')
    expect(await things.countDocuments({ words: { $elemMatch: { $gte: 'n:1', $lt: 'n:2' } } })).toBe(1)
  })
  it('leaves bytes alone when other fields change', async () => {
    const things = await fresh({ _id: 'a', state: 'due', body: Uint8Array.of(1, 2) })
    await things.updateMany({ state: 'due' }, { $set: { state: 'done' } })
    expect([...((await things.findOne({ state: 'done' }))?.body ?? [])]).toEqual([1, 2])
  })
}
