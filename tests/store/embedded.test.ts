import { readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { openEmbedded } from '../../src/store/embedded/open.ts'
import type { Filter, Update } from '../../src/store/port.ts'
import { storeSuite } from '../kit/store-suite.ts'
import { deferred, freshFile, ids, open, program, type Row } from './kit.ts'

storeSuite('the embedded engine', async () => open(freshFile()))
const all = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`things${at}`, { keys: 'deferred' } as const]))
storeSuite('the embedded engine with deferred keys', async () => open(freshFile(), { collections: all }))

describe('opening the file', () => {
  const refusals: readonly (readonly [string, string, (file: string) => void])[] = [
    [
      'of a newer program',
      'STORE_NEWER',
      (file) => void openEmbedded({ file, program: { ...program, schema: 4 } }).close(),
    ],
    [
      'of another program of ours',
      'STORE_FOREIGN',
      (file) => void openEmbedded({ file, program: { ...program, name: 'other' } }).close(),
    ],
    ['of any other program', 'STORE_FOREIGN', (file) => new DatabaseSync(file).exec('CREATE TABLE theirs (x)')],
    ['that is no database', 'STORE_DAMAGED', (file) => writeFileSync(file, 'order,amount\n1,19.99\n')],
    ['whose pages are damaged', 'STORE_DAMAGED', damage],
    ['whose last page is cut', 'STORE_DAMAGED', cut],
    ['whose folder is none', 'STORE_AWAY', (file) => writeFileSync(join(file, '..', 'taken'), '')],
  ]
  it.each(refusals)('refuses a file %s and says so', (why, code, prepare) => {
    const file = freshFile()
    prepare(file)
    const path = why === 'whose folder is none' ? join(file, '..', 'taken', 'hub.db') : file
    expect(() => open(path)).toThrow(expect.objectContaining({ code, message: expect.stringContaining('hub.db') }))
  })
  it('leaves a refused file as it was', () => {
    const file = freshFile()
    writeFileSync(file, 'order,amount\n1,19.99\n')
    expect(() => open(file)).toThrow()
    expect(readFileSync(file, 'utf8')).toBe('order,amount\n1,19.99\n')
  })
  it('refuses a second hub on one file, under another name too, until the first is closed', async () => {
    const file = freshFile()
    const first = open(file)
    const link = join(file, '..', 'link.db')
    symlinkSync(file, link)
    for (const name of [file, link]) expect(() => open(name)).toThrow(expect.objectContaining({ code: 'STORE_LOCKED' }))
    await first.close()
    await open(link).close()
  })
  it('makes the file for its owner only', async () => {
    const store = open(freshFile())
    const file = freshFile()
    const other = open(file)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    await Promise.all([store.close(), other.close()])
  })
  it('lets a reader look beside the hub, and not write', async () => {
    const file = freshFile()
    const hub = open(file, { collections: deferred })
    const [first = '', second = ''] = ids(2)
    const rows = hub.collection<Row>('rows')
    await rows.insertOne({ _id: first })
    const reader = open(file, { readOnly: true })
    const seen = reader.collection<Row>('rows')
    await rows.insertOne({ _id: second, body: Uint8Array.of(7) })
    expect(await seen.findOne({ _id: second })).toEqual({ _id: second, body: Uint8Array.of(7) })
    expect(await reader.collection<Row>('absent').countDocuments({})).toBe(0)
    await expect(seen.insertOne({ _id: 'x' })).rejects.toMatchObject({ code: 'STORE_LOCKED' })
    await Promise.all([reader.close(), hub.close()])
  })
  it('answers STORE_AWAY once it is closed, and has kept what was queued', async () => {
    const file = freshFile()
    const store = open(file)
    const rows = store.collection<Row>('rows')
    const kept = rows.insertOne({ _id: 'a' })
    await Promise.all([kept, store.close()])
    await expect(store.ping()).rejects.toMatchObject({ code: 'STORE_AWAY' })
    await expect(rows.insertOne({ _id: 'b' })).rejects.toMatchObject({ code: 'STORE_AWAY' })
    await expect(rows.findOne({})).rejects.toMatchObject({ code: 'STORE_AWAY' })
    const again = open(file)
    expect(await again.collection<Row>('rows').find({}).toArray()).toEqual([{ _id: 'a' }])
    await again.close()
  })
  it('fills a new index from the documents that are there, and keeps it', async () => {
    const file = freshFile()
    const first = open(file)
    await first.collection<Row>('rows').insertMany([
      { _id: 'a', state: 'due' },
      { _id: 'b', state: 'done' },
    ])
    await first.close()
    const second = open(file)
    const rows = second.collection<Row>('rows')
    const specs = [{ key: { state: 1 }, name: 'state', unique: true }] as const
    await rows.createIndexes(specs)
    await rows.createIndexes(specs)
    expect(await rows.find({ state: 'due' }).toArray()).toEqual([{ _id: 'a', state: 'due' }])
    await expect(rows.insertOne({ _id: 'c', state: 'done' })).rejects.toMatchObject({ code: 11000 })
    await second.close()
  })
})

describe('a query outside the frozen list', () => {
  const filters: readonly Filter[] = [
    { a: { $regex: 'x' } },
    { $nor: [{}] },
    { a: { $gt: null } },
    { a: undefined },
    { a: { $not: { $eq: 1 } } },
  ]
  it.each(filters)('is refused with the operator named: %j', async (filter) => {
    const store = open(freshFile())
    await expect(store.collection('rows').find(filter).toArray()).rejects.toMatchObject({ code: 'QUERY_UNSUPPORTED' })
    await store.close()
  })
  const updates: readonly Update[] = [
    { $rename: { a: 'b' } },
    { $push: { list: { $each: [], $slice: 3 } } },
    { $set: { a: 1 }, $inc: { a: 1 } },
    { $set: { 'a.b': 1, a: 2 } },
    { $set: { 'list.$[x]': 1 } },
    { $set: { _id: 'other' } },
    { $set: { 'state.deep': 1 } },
    { $inc: { state: 1 } },
  ]
  it.each(updates)('is refused before anything is changed: %j', async (update) => {
    const store = open(freshFile())
    const rows = store.collection<Row>('rows')
    await rows.insertOne({ _id: 'a', state: 'due', list: [] })
    await expect(rows.updateOne({ _id: 'a' }, update)).rejects.toMatchObject({ code: 'QUERY_UNSUPPORTED' })
    expect(await rows.findOne({ _id: 'a' })).toEqual({ _id: 'a', state: 'due', list: [] })
    await store.close()
  })
})

function damage(file: string): void {
  void open(file).close()
  const bytes = readFileSync(file)
  writeFileSync(file, bytes.fill(0xa5, 100))
}

function cut(file: string): void {
  void open(file).close()
  truncateSync(file, statSync(file).size - 8192)
}
