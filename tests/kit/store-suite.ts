import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Collection, isDuplicateKey, type Store } from '../../src/store/port.ts'
import { finding } from './store-suite-finding.ts'
import { updating } from './store-suite-updating.ts'
import { day, type Fresh, type Thing, type Waived } from './store-things.ts'

/**
 * The rules that every engine of the store keeps; only what MongoDB documents is asked for.
 * @param open an empty store; called once, closed at the end
 * @param waived rules that it is known to break, each with the reason; one that holds after all fails
 */
export const storeSuite = (name: string, open: () => Promise<Store>, waived: Waived = {}): void => {
  describe(`the store on ${name}`, () => {
    let store: Store
    let made = 0
    beforeAll(async () => {
      store = await open()
    })
    afterAll(async () => {
      await store.close()
    })
    const fresh = async (...documents: readonly Thing[]): Promise<Collection<Thing>> => {
      made += 1
      const things = store.collection<Thing>(`things${made}`)
      await things.createIndexes([
        { key: { state: 1, at: 1, _id: 1 }, name: 'due' },
        { key: { kind: 1, at: -1, _id: -1 }, name: 'newest' },
        { key: { 'react.dueAt': 1 }, name: 'react', sparse: 'react.dueAt' },
        { key: { words: 1 }, name: 'words' },
      ])
      if (documents.length > 0) await things.insertMany(documents)
      return things
    }
    keeping(fresh)
    finding(fresh, waived)
    updating(fresh)
    claiming(fresh)
    counting(fresh)
    it('answers a ping while it is open', async () => {
      await expect(store.ping()).resolves.toBeUndefined()
    })
  })
}

const keeping = (fresh: Fresh): void => {
  it('gives back dates, bytes, nesting, null and absence as they were', async () => {
    const given: Thing = {
      _id: 'a',
      at: day(1),
      count: null,
      lines: [{ sku: 'cup' }, { sku: 'pot', at: day(2) }],
      kind: '2026-01-01T00:00:00.000Z',
      tags: [],
    }
    const things = await fresh({ ...given, body: Uint8Array.of(0, 255, 13, 10) })
    const { body, ...rest } = (await things.findOne({ _id: 'a' })) ?? {}
    expect(rest).toEqual(given)
    expect([...(body ?? [])]).toEqual([0, 255, 13, 10])
  })
  it('shares nothing with the caller, neither on the way in nor out', async () => {
    const tags = ['new']
    const things = await fresh()
    const kept = things.insertOne({ _id: 'a', tags })
    await kept
    tags.push('changed')
    expect(await things.findOne({ _id: 'a' })).toEqual({ _id: 'a', tags: ['new'] })
    expect(await things.findOne({ _id: 'a' })).not.toBe(await things.findOne({ _id: 'a' }))
  })
  it('refuses a key that exists with code 11000 and keeps the first document', async () => {
    const things = await fresh({ _id: 'a', count: 1 })
    const error: unknown = await things.insertOne({ _id: 'a', count: 2 }).catch((caught: unknown) => caught)
    expect(isDuplicateKey(error)).toBe(true)
    expect(await things.findOne({ _id: 'a' })).toEqual({ _id: 'a', count: 1 })
  })
  it('refuses a second document with the value of a unique index, on insert and on update', async () => {
    const things = await fresh({ _id: 'a', kind: 'x' }, { _id: 'b', kind: 'y' })
    await things.createIndexes([{ key: { kind: 1 }, name: 'oneKind', unique: true }])
    const errors: unknown[] = await Promise.all([
      things.insertOne({ _id: 'c', kind: 'x' }).catch((caught: unknown) => caught),
      things.updateOne({ _id: 'b' }, { $set: { kind: 'x' } }).catch((caught: unknown) => caught),
    ])
    expect(errors.map(isDuplicateKey)).toEqual([true, true])
    expect(await things.findOne({ _id: 'b' })).toEqual({ _id: 'b', kind: 'y' })
  })
  it('writes the others of an unordered bulk, and those before the duplicate of an ordered one', async () => {
    const things = await fresh({ _id: 'b' })
    const three = ['a', 'b', 'c'].map((_id) => ({ _id }))
    const ordered: unknown = await things.insertMany(three).catch((caught: unknown) => caught)
    expect(isDuplicateKey(ordered)).toBe(true)
    expect(await things.countDocuments({})).toBe(2)
    const unordered: unknown = await things.insertMany(three, { ordered: false }).catch((caught: unknown) => caught)
    expect(isDuplicateKey(unordered)).toBe(true)
    expect(await things.countDocuments({})).toBe(3)
  })
  it('does all steps of a bulk and counts them', async () => {
    const things = await fresh({ _id: 'a', count: 1 })
    const answer = await things.bulkWrite([
      { insertOne: { document: { _id: 'b' } } },
      { updateOne: { filter: { _id: 'a' }, update: { $inc: { count: 1 } } } },
      { updateOne: { filter: { _id: 'none' }, update: { $inc: { count: 1 } } } },
      { updateOne: { filter: { _id: 'c' }, update: { $set: { count: 9 } }, upsert: true } },
    ])
    expect(answer).toMatchObject({ insertedCount: 1, matchedCount: 1, modifiedCount: 1, upsertedCount: 1 })
    expect(await things.find({}, { sort: { _id: 1 } }).toArray()).toEqual([
      { _id: 'a', count: 2 },
      { _id: 'b' },
      { _id: 'c', count: 9 },
    ])
  })
  it('deletes what matches and says how many', async () => {
    const things = await fresh({ _id: 'a', state: 'done', words: ['w'] }, { _id: 'b', state: 'due', words: ['w'] })
    expect(await things.deleteMany({ state: 'done' })).toMatchObject({ deletedCount: 1 })
    expect(await things.find({ words: 'w' }).toArray()).toEqual([{ _id: 'b', state: 'due', words: ['w'] }])
    await things.insertOne({ _id: 'a', count: 2 })
    expect(await things.findOne({ _id: 'a' })).toEqual({ _id: 'a', count: 2 })
  })
}

const claiming = (fresh: Fresh): void => {
  it('lets one of many claimers have a row', async () => {
    const things = await fresh({ _id: 'a', state: 'due', at: day(1) })
    const claim = (owner: string) =>
      things.updateMany(
        { _id: { $in: ['a'] }, state: 'due' },
        { $set: { state: 'leased', kind: owner }, $inc: { count: 1 } },
      )
    const answers = await Promise.all(['one', 'two', 'three'].map(claim))
    expect(answers.reduce((sum, { matchedCount }) => sum + matchedCount, 0)).toBe(1)
    expect(await things.findOne({ _id: 'a' })).toMatchObject({ state: 'leased', count: 1 })
  })
  it('ignores a writer whose generation is past', async () => {
    const things = await fresh({ _id: 'a', state: 'leased', count: 2 })
    const stale = await things.updateOne({ _id: 'a', count: 1 }, { $set: { state: 'done' } })
    expect(stale).toMatchObject({ matchedCount: 0, modifiedCount: 0 })
    expect(await things.findOne({ _id: 'a' })).toMatchObject({ state: 'leased' })
  })
  it('loses no increment of many at once', async () => {
    const things = await fresh({ _id: 'a', count: 0 })
    await Promise.all(Array.from({ length: 50 }, () => things.updateOne({ _id: 'a' }, { $inc: { count: 1 } })))
    expect(await things.findOne({ _id: 'a' })).toEqual({ _id: 'a', count: 50 })
  })
  it('keeps one of many inserts of one key', async () => {
    const things = await fresh()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, count) => things.insertOne({ _id: 'a', count })),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await things.countDocuments({})).toBe(1)
  })
}

const counting = (fresh: Fresh): void => {
  const rows: readonly Thing[] = [
    { _id: 'a', kind: 'x', state: 'due', count: 2, at: day(2) },
    { _id: 'b', kind: 'x', state: 'done', count: 3, at: day(1) },
    { _id: 'c', kind: 'y', state: 'due', at: day(3) },
    { _id: 'd', state: 'dead' },
  ]
  it('counts up to a limit', async () => {
    const things = await fresh(...rows)
    expect(await things.countDocuments({ state: 'due' })).toBe(2)
    expect(await things.countDocuments({ state: { $ne: 'none' } }, { limit: 3 })).toBe(3)
    expect(await things.countDocuments({ count: { $gt: 2 } })).toBe(1)
  })
  it('groups with sums, extremes and the first, and sorts the groups', async () => {
    const things = await fresh(...rows)
    const stages = [
      { $match: { state: { $ne: 'dead' } } },
      { $sort: { at: 1 } },
      {
        $group: {
          _id: '$kind',
          n: { $sum: 1 },
          sum: { $sum: '$count' },
          last: { $max: '$at' },
          least: { $min: '$count' },
          first: { $first: '$state' },
        },
      },
      { $sort: { _id: -1 } },
    ]
    expect(await things.aggregate(stages).toArray()).toEqual([
      { _id: 'y', n: 1, sum: 0, last: day(3), least: null, first: 'due' },
      { _id: 'x', n: 2, sum: 5, last: day(2), least: 2, first: 'done' },
    ])
  })
  it('groups dates and text of an indexed path as what they are, within a nested key too', async () => {
    const things = await fresh(...rows, { _id: 'e', state: 'due', at: null })
    const stages = [
      { $match: { state: 'due' } },
      { $group: { _id: { at: '$at' }, n: { $sum: 1 }, first: { $first: '$at' } } },
    ]
    const groups = await things.aggregate(stages).toArray()
    expect(groups).toHaveLength(3)
    expect(groups).toContainEqual({ _id: { at: day(2) }, n: 1, first: day(2) })
    expect(groups).toContainEqual({ _id: { at: null }, n: 1, first: null })
  })
  it('groups by two paths, by none, and keeps the limit', async () => {
    const things = await fresh(...rows)
    const pairs = await things
      .aggregate([{ $group: { _id: { kind: '$kind', state: '$state' }, n: { $sum: 1 } } }])
      .toArray()
    expect(pairs).toHaveLength(4)
    expect(pairs).toContainEqual({ _id: { state: 'dead' }, n: 1 })
    const total = await things.aggregate([{ $group: { _id: null, n: { $sum: 1 } } }]).toArray()
    expect(total).toEqual([{ _id: null, n: 4 }])
    expect(await things.aggregate([{ $sort: { _id: 1 } }, { $limit: 2 }]).toArray()).toHaveLength(2)
  })
}
