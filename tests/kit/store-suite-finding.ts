import { expect, it } from 'vitest'
import { digest } from '../../src/kernel/digest.ts'
import { day, type Fresh, idsOf, type Thing, type Waived } from './store-things.ts'

/** What every engine finds, in which order. */
export const finding = (fresh: Fresh, waived: Waived): void => {
  const rule = (name: string, work: () => Promise<void>): void => (name in waived ? it.fails : it)(name, work)
  const rows: readonly Thing[] = [
    { _id: 'a', kind: 'x', at: day(1), count: 1, tags: ['red', 'blue'] },
    {
      _id: 'b',
      kind: 'x',
      at: day(2),
      count: null,
      lines: [
        { sku: 'cup', quantity: 1 },
        { sku: 'pot', quantity: 5 },
      ],
    },
    { _id: 'c', kind: 'y', at: null, react: { dueAt: day(3), gen: 2 } },
    { _id: 'd', kind: 'é', count: 7, tags: [] },
    { _id: 'e' },
  ]
  const cases: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ['equality', { kind: 'x' }, 'ab'],
    ['null meets what is null and what is absent', { at: null }, 'cde'],
    ['equality on a list asks for an element', { tags: 'red' }, 'a'],
    ['equality with a list asks for the whole', { tags: ['red', 'blue'] }, 'a'],
    ['a path fans out through a list', { 'lines.sku': 'pot' }, 'b'],
    ['a path goes through objects', { 'react.gen': 2 }, 'c'],
    ['a range of dates meets only dates', { at: { $gte: day(1), $lt: day(2) } }, 'a'],
    ['a range of numbers meets only numbers', { count: { $gt: -5 } }, 'ad'],
    ['a range of text meets only text', { kind: { $gt: 'x' } }, 'cd'],
    ['a range below', { at: { $lt: day(3) } }, 'ab'],
    ['$ne', { kind: { $ne: 'x' } }, 'cde'],
    ['$ne null', { at: { $ne: null } }, 'ab'],
    ['$in with null', { count: { $in: [1, null] } }, 'abce'],
    ['$in on _id', { _id: { $in: ['e', 'a', 'none'] } }, 'ae'],
    ['$in of nothing', { kind: { $in: [] } }, ''],
    ['$nin', { kind: { $nin: ['x', 'y'] } }, 'de'],
    ['$nin with null', { count: { $nin: [1, null] } }, 'd'],
    ['$exists', { count: { $exists: true } }, 'abd'],
    ['$exists not', { at: { $exists: false } }, 'de'],
    ['$exists on a nested indexed path', { 'react.dueAt': { $exists: true } }, 'c'],
    ['a nested indexed path', { 'react.dueAt': { $lte: day(3) } }, 'c'],
    ['$and and $or', { $and: [{ $or: [{ kind: 'y' }, { count: 7 }] }, { at: null }] }, 'cd'],
    ['$elemMatch binds one element', { lines: { $elemMatch: { sku: 'cup', quantity: 5 } } }, ''],
    ['without it, elements may differ', { 'lines.sku': 'cup', 'lines.quantity': 5 }, 'b'],
    ['$elemMatch on plain values', { tags: { $elemMatch: { $gte: 'r', $lt: 's' } } }, 'a'],
    ['two conditions on one path', { count: { $gte: 1, $ne: 7 } }, 'a'],
  ]
  it.each(cases)('finds by %s', async (_why, filter, expected) => {
    const things = await fresh(...rows)
    expect(await idsOf(things.find(filter, { sort: { _id: 1 } }))).toBe(expected)
    expect(await things.countDocuments(filter)).toBe(expected.length)
  })
  it('sorts with null and absent first, dates and text in order, and stops at the limit', async () => {
    const things = await fresh(...rows)
    expect(await idsOf(things.find({}, { sort: { at: 1, _id: -1 } }))).toBe('edcab')
    expect(await idsOf(things.find({}, { sort: { kind: -1, at: -1, _id: -1 }, limit: 3 }))).toBe('dcb')
    expect(await idsOf(things.find({ kind: 'x' }, { sort: { count: -1 } }))).toBe('ab')
  })
  rule('orders text beyond the basic plane by its code points', async () => {
    const things = await fresh({ _id: 'a', kind: '\u{1F600}' }, { _id: 'b', kind: '\uFF61' }, { _id: 'c', kind: 'z' })
    expect(await idsOf(things.find({}, { sort: { kind: 1, at: 1 } }))).toBe('cba')
    expect(await idsOf(things.find({ kind: { $gt: '\uFF61' } }))).toBe('a')
  })
  it('pages by key without loss or repetition, also where many rows share a time', async () => {
    const many = Array.from({ length: 40 }, (_, at) => ({ _id: `r${at + 10}`, kind: 'x', at: day(1 + (at % 3)) }))
    const things = await fresh(...many)
    const seen: string[] = []
    let after: Thing | undefined
    for (let page = 0; page < 6; page += 1) {
      const key: Record<string, unknown> =
        after === undefined ? {} : { $or: [{ at: { $lt: after.at } }, { at: after.at, _id: { $lt: after._id } }] }
      const rows = await things.find({ kind: 'x', ...key }, { sort: { at: -1, _id: -1 }, limit: 7 }).toArray()
      seen.push(...rows.map(({ _id }) => _id))
      after = rows.at(-1)
    }
    expect(seen).toHaveLength(40)
    expect(new Set(seen).size).toBe(40)
  })
  it('shows only what a projection names', async () => {
    const things = await fresh(...rows)
    expect(await things.findOne({ _id: 'a' }, { projection: { kind: 1, body: 1 } })).toEqual({ _id: 'a', kind: 'x' })
    expect(await things.find({ kind: 'y' }, { projection: { _id: 1 } }).toArray()).toEqual([{ _id: 'c' }])
  })
  it('keeps ids of both forms apart and in order', async () => {
    const ids = [`msg_${digest('b')}`, 'msg_', `msg_${digest('a')}`, 'zz', 'a']
    const things = await fresh(...ids.map((_id) => ({ _id })))
    const found = await things.find({}, { sort: { _id: 1 } }).toArray()
    expect(found.map(({ _id }) => _id)).toEqual(ids.toSorted())
    const above = await things.find({ _id: { $gt: 'msg_' } }, { sort: { _id: 1 } }).toArray()
    expect(above.map(({ _id }) => _id)).toEqual(ids.toSorted().slice(2))
  })
  it('finds by a range of digest ids, in order', async () => {
    const ids = ['a', 'b', 'c', 'd'].map((name) => `msg_${digest(name)}`).toSorted()
    const things = await fresh(...ids.map((_id) => ({ _id })))
    const found = await things.find({ _id: { $gt: ids[0], $lte: ids[2] } }, { sort: { _id: -1 } }).toArray()
    expect(found.map(({ _id }) => _id)).toEqual([ids[2], ids[1]])
    expect(await things.countDocuments({ _id: { $lt: ids[1] } })).toBe(1)
  })
  it('finds by a word together with other conditions, in order', async () => {
    const words = ['n:1']
    const things = await fresh(
      { _id: 'a', kind: 'x', at: day(1), words },
      { _id: 'b', kind: 'x', at: day(2), words },
      { _id: 'c', kind: 'y', at: day(3), words },
      { _id: 'd', kind: 'x', at: day(4) },
    )
    const newest = { sort: { at: -1, _id: -1 }, limit: 2 } as const
    expect(await idsOf(things.find({ words: 'n:1', kind: 'x' }, newest))).toBe('ba')
    expect(await idsOf(things.find({ words: 'n:1', at: { $lt: day(3) }, _id: { $gt: 'a' } }, newest))).toBe('b')
  })
}
