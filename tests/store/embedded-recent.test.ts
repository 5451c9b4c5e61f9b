import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type EmbeddedOptions, openEmbedded } from '../../src/store/embedded/open.ts'
import type { Doc } from '../../src/store/port.ts'

interface Row extends Doc {
  readonly state?: string
  readonly at?: Date
  readonly tags?: string[]
  readonly body?: Uint8Array
  readonly label?: { readonly image?: Uint8Array; readonly name?: string }
}

const freshFile = (): string => join(mkdtempSync(join(tmpdir(), 'crossdock-store-')), 'hub.db')
const open = (file = freshFile(), more: Partial<EmbeddedOptions> = {}) => {
  const store = openEmbedded({ file, program: { name: 'crossdock', schema: 1 }, ...more })
  return { store, rows: store.collection<Row>('rows') }
}
const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values)

describe('bytes', () => {
  const given = { _id: 'a', state: 'due', body: bytes(1, 2, 3), label: { image: bytes(9, 8), name: 'box' } }

  it('stay as they are through changes beside them', async () => {
    const { store, rows } = open()
    await rows.insertOne(given)
    await rows.updateOne({ _id: 'a' }, { $set: { state: 'leased' } })
    await rows.updateMany({ _id: 'a' }, { $set: { state: 'done' } })
    expect(await rows.findOne({ _id: 'a' })).toEqual({ ...given, state: 'done' })
    await store.close()
  })
  it('stay where others of the same document are taken away, or come', async () => {
    const { store, rows } = open()
    await rows.insertOne(given)
    await rows.updateOne({ _id: 'a' }, { $unset: { body: '' } })
    expect(await rows.findOne({ _id: 'a' })).toEqual({ _id: 'a', state: 'due', label: given.label })
    await rows.updateOne({ _id: 'a' }, { $set: { body: bytes(7) } })
    expect(await rows.findOne({ _id: 'a' })).toEqual({ ...given, body: bytes(7) })
    await rows.updateOne({ _id: 'a' }, { $unset: { body: '', label: '' } })
    expect(await rows.findOne({ _id: 'a' })).toEqual({ _id: 'a', state: 'due' })
    await store.close()
  })
  it('are found by, and shown by a projection at any depth', async () => {
    const { store, rows } = open()
    await rows.insertOne(given)
    await rows.updateOne({ body: bytes(1, 2, 3) }, { $set: { state: 'done' } })
    expect(await rows.findOne({ _id: 'a' }, { projection: { state: 1 } })).toEqual({ _id: 'a', state: 'done' })
    expect(await rows.findOne({ _id: 'a' }, { projection: { label: 1 } })).toEqual({ _id: 'a', label: given.label })
    expect(await rows.countDocuments({ body: bytes(1, 2) })).toBe(0)
    await store.close()
  })
})

describe('a row that was just changed', () => {
  it('is shared with nobody who read it', async () => {
    const { store, rows } = open()
    await rows.insertOne({ _id: 'a', tags: ['old'] })
    await rows.updateOne({ _id: 'a' }, { $set: { at: new Date(0) } })
    const read = await rows.findOne({ _id: 'a' })
    read?.tags?.push('mine')
    read?.at?.setTime(1)
    expect(await rows.findOne({ _id: 'a' })).toEqual({ _id: 'a', tags: ['old'], at: new Date(0) })
    await store.close()
  })
  it('is as it was before where its group was undone', async () => {
    const { store, rows } = open(freshFile(), { maxPages: 60 })
    await rows.insertOne({ _id: 'a', state: 'due' })
    await rows.updateOne({ _id: 'a' }, { $set: { state: 'leased' } })
    const group = await Promise.allSettled([
      rows.updateOne({ _id: 'a' }, { $set: { state: 'done' } }),
      rows.insertOne({ _id: 'b', body: new Uint8Array(4_000_000) }),
    ])
    expect(group.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await rows.findOne({ _id: 'a' })).toEqual({ _id: 'a', state: 'leased' })
    await rows.updateOne({ _id: 'a', state: 'leased' }, { $set: { at: new Date(0) } })
    expect(await rows.findOne({ _id: 'a' })).toEqual({ _id: 'a', state: 'leased', at: new Date(0) })
    await store.close()
  })
  it('is gone once it is deleted', async () => {
    const { store, rows } = open()
    await rows.insertOne({ _id: 'a', state: 'due' })
    await rows.updateOne({ _id: 'a' }, { $set: { state: 'done' } })
    await rows.deleteMany({ _id: 'a' })
    expect(await rows.findOne({ _id: 'a' })).toBeNull()
    await store.close()
  })
})

describe('a group of writes', () => {
  it('gathers what comes in the turns after its first write', async () => {
    const { store, rows } = open()
    await rows.insertOne({ _id: 'first' })
    const before = store.stats().groups
    const one = rows.insertOne({ _id: 'a' })
    const later = new Promise<unknown>((resolve) => setImmediate(() => resolve(rows.insertOne({ _id: 'b' }))))
    await Promise.all([one, later])
    expect(store.stats().groups - before).toBe(1)
    await store.close()
  })
})
