import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { deferred, freshFile, ids, open, type Row } from './kit.ts'

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : error)

describe('a group of writes', () => {
  it('answers "seen" for one and "kept" for the others of the same group', async () => {
    const store = open(freshFile(), { collections: deferred })
    const rows = store.collection<Row>('rows')
    const [first = '', second = ''] = ids(2)
    const outcomes = await Promise.allSettled([first, first, second].map((_id) => rows.insertOne({ _id })))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(store.stats().groups).toBe(1)
    await store.close()
  })
  it.each(['plain', 'deferred'])(
    'fails whole on a full disk; what was answered stays, and it goes on when there is space (%s keys)',
    async (keys) => {
      const file = freshFile()
      const collections = keys === 'deferred' ? deferred : {}
      const store = open(file, { maxPages: 60, collections })
      const rows = store.collection<Row>('rows')
      const answered: string[] = []
      const refused = new Map<string, unknown>()
      const body = new Uint8Array(2_000)
      const keep = (_id: string) =>
        rows.insertOne({ _id, state: 'due', body }).then(
          () => void answered.push(_id),
          (error: unknown) => void refused.set(_id, codeOf(error)),
        )
      for (let turn = 0; turn < 30; turn += 1) await Promise.all(ids(20, turn * 20).map(keep))
      expect(new Set(refused.values())).toEqual(new Set(['STORE_FULL']))
      expect(answered.length + refused.size).toBe(600)
      expect(await rows.countDocuments({})).toBe(answered.length)

      await rows.deleteMany({ _id: { $in: answered.splice(0, 100) } })
      const lost = [...refused.keys()].slice(0, 40)
      await Promise.all(lost.map((_id) => rows.insertOne({ _id })))
      await store.close()

      const again = open(file, { collections })
      const kept = await again
        .collection<Row>('rows')
        .find({}, { projection: { _id: 1 } })
        .toArray()
      expect(kept.map(({ _id }) => _id).toSorted()).toEqual([...answered, ...lost].toSorted())
      await again.close()
    },
  )
})

describe('deferred keys', () => {
  it('stay unique and findable while they are sorted into the index, after a restart, and after a deletion', async () => {
    const file = freshFile()
    const many = ids(17_500)
    const first = open(file, { collections: deferred })
    const rows = first.collection<Row>('rows')
    await rows.insertMany(many.slice(0, 17_000).map((_id) => ({ _id })))
    await rows.insertMany(many.slice(17_000, 17_100).map((_id) => ({ _id })))
    await rows.deleteMany({ _id: { $in: many.slice(0, 50) } })
    await rows.insertMany(many.slice(17_100).map((_id) => ({ _id })))
    await expect(
      rows.insertMany(
        many.map((_id) => ({ _id })),
        { ordered: false },
      ),
    ).rejects.toMatchObject({ code: 11000, insertedCount: 50 })
    await first.close()

    const second = open(file, { collections: deferred })
    const again = second.collection<Row>('rows')
    expect(await again.find({ _id: { $in: [...many] } }, { projection: { _id: 1 } }).toArray()).toHaveLength(17_500)
    await expect(
      again.insertMany(
        many.toReversed().map((_id) => ({ _id })),
        { ordered: false },
      ),
    ).rejects.toMatchObject({ insertedCount: 0 })
    await second.close()

    const plain = open(file)
    expect(await plain.collection<Row>('rows').findOne({ _id: many[3] })).toEqual({ _id: many[3] })
    await plain.close()
  })
})

describe('a killed hub', () => {
  it.each(['plain', 'deferred'])('has lost nothing that it answered, nor kept half a group (%s keys)', async (keys) => {
    const file = freshFile()
    const child = spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), file, keys], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const answered: string[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      answered.push(line)
      if (answered.length === 1) expect(() => open(file)).toThrow(expect.objectContaining({ code: 'STORE_LOCKED' }))
      if (answered.length === 200) child.kill('SIGKILL')
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')

    const store = open(file, { collections: keys === 'deferred' ? { halves: { keys } } : {} })
    const halves = await store.collection<Row>('halves').find({}).toArray()
    const kept = new Map<number | undefined, number>()
    for (const { pair } of halves) kept.set(pair, (kept.get(pair) ?? 0) + 1)
    expect([...new Set(kept.values())]).toEqual([2])
    expect(answered.slice(1).filter((pair) => !kept.has(Number(pair)))).toEqual([])
    await expect(store.collection<Row>('halves').insertOne({ _id: 'left-0' })).rejects.toMatchObject({ code: 11000 })
    await store.close()
  })
})
