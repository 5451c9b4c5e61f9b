import { mkdtempSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkArchive, documentsIn, writeArchive } from '../../src/store/moving/archive.ts'
import { beginArrival, endArrival, endJourney, refuseMoved, refuseMovedFrom } from '../../src/store/moving/arrival.ts'
import { copyAll, insertAll } from '../../src/store/moving/copy.ts'
import type { Doc, Store } from '../../src/store/port.ts'
import { onEachEngine } from '../kit/engines.ts'

interface Row extends Doc {
  readonly keptAt?: Date
  readonly body?: Uint8Array
  readonly list?: readonly unknown[]
}

const rowsOf = (count: number): readonly Row[] =>
  Array.from({ length: count }, (_, at) => ({
    _id: `row-${String(at).padStart(5, '0')}`,
    keptAt: new Date(1_700_000_000_000 + Math.floor(at / 7)),
    body: Uint8Array.of(at % 256, 0, 255),
    list: [null, { deep: 'ü', at: new Date(at) }, 1.5],
  }))

const fill = async (store: Store): Promise<void> => {
  await store.collection<Row>('inbox').createIndexes([{ name: 'kept', key: { keptAt: 1, _id: 1 } }])
  await store.collection<Row>('inbox').insertMany(rowsOf(1200))
  await store.collection<Row>('orders').insertMany(rowsOf(700))
}

const names = { from: 'here', to: 'there' }
const silent = { progress: () => undefined }
const all = async (store: Store, where: string): Promise<readonly Row[]> =>
  store
    .collection<Row>(where)
    .find({}, { sort: { _id: 1 } })
    .toArray()
const plain = (rows: readonly Row[]): unknown => rows.map(({ body, ...row }) => ({ ...row, body: [...(body ?? [])] }))

onEachEngine((source) =>
  onEachEngine((target) => {
    describe(`a move from ${source.name} to ${target.name}`, () => {
      let from: Store
      let to: Store
      beforeEach(async () => {
        ;[from, to] = await Promise.all([source.open(), target.open()])
        await fill(from)
      })
      afterEach(() => Promise.all([from.close(), to.close()]))

      it('brings everything as it was, and leaves a source that no hub starts on', async () => {
        const counts = await copyAll({ from, to, names, ...silent })
        await endJourney({ from, to, names })
        expect(counts).toMatchObject({ inbox: 1200, orders: 700, outbox: 0 })
        expect(plain(await all(to, 'inbox'))).toEqual(plain(rowsOf(1200)))
        await expect(refuseMoved(from)).rejects.toMatchObject({
          code: 'STORE_MOVED',
          message: expect.stringContaining('there'),
        })
        await expect(refuseMoved(to)).resolves.toBeUndefined()
      })

      it('goes on where it was broken off; until then no hub starts on the target', async () => {
        let batches = 0
        const broken = {
          progress: () => {
            batches += 1
            if (batches === 2) throw new Error('the power went')
          },
        }
        await expect(copyAll({ from, to, names, ...broken })).rejects.toThrow('the power went')
        await expect(refuseMoved(to)).rejects.toMatchObject({ code: 'STORE_MOVED' })
        const seen: number[] = []
        await copyAll({ from, to, names, progress: ({ where, rows }) => void (where === 'inbox' && seen.push(rows)) })
        expect(seen).toEqual([1200])
        expect(plain(await all(to, 'inbox'))).toEqual(plain(rowsOf(1200)))
      })

      it('copies anew what was changed at the source after it was broken off', async () => {
        await copyAll({ from, to, names, ...silent })
        await from.collection<Row>('inbox').updateOne({ _id: 'row-00003' }, { $set: { list: ['changed'] } })
        await from.collection<Row>('orders').deleteMany({ _id: 'row-00004' })
        expect(await copyAll({ from, to, names, ...silent })).toMatchObject({ inbox: 1200, orders: 699 })
        expect(plain(await all(to, 'inbox'))).toEqual(plain(await all(from, 'inbox')))
        expect(plain(await all(to, 'orders'))).toEqual(plain(await all(from, 'orders')))
      })

      it('that broke off between its last two steps may be ended, and then not be done again', async () => {
        await copyAll({ from, to, names, ...silent })
        await from.collection('meta').updateOne({ _id: 'moved' }, { $set: { to: 'there' } }, { upsert: true })
        await expect(refuseMoved(to)).rejects.toMatchObject({ code: 'STORE_MOVED' })
        await expect(refuseMovedFrom({ from, to, names })).resolves.toBeUndefined()
        await expect(refuseMovedFrom({ from, to, names: { ...names, to: 'elsewhere' } })).rejects.toMatchObject({
          code: 'STORE_MOVED',
        })
        await endJourney({ from, to, names })
        await expect(refuseMoved(to)).resolves.toBeUndefined()
        await expect(refuseMovedFrom({ from, to, names })).rejects.toMatchObject({ code: 'STORE_MOVED' })
      })

      it('refuses a target that holds other data, or another move, and leaves it as it is', async () => {
        await to.collection<Row>('orders').insertOne({ _id: 'theirs' })
        await expect(copyAll({ from, to, names, ...silent })).rejects.toMatchObject({ code: 'TARGET_TAKEN' })
        expect(await all(to, 'orders')).toEqual([{ _id: 'theirs' }])
      })

      it('tells where what arrived is not what was sent', async () => {
        const altering = {
          progress: () => void to.collection<Row>('inbox').updateOne({ _id: 'row-00003' }, { $set: { list: [] } }),
        }
        await expect(copyAll({ from, to, names, ...altering })).rejects.toMatchObject({ code: 'MOVE_DIFFERS' })
      })
    })
  }),
)

onEachEngine(({ open }) => {
  describe('a backup', () => {
    const head = { backup: 'crossdock', schema: 1, at: '2026-11-28T08:00:00.000Z' } as const
    const written = async (): Promise<string> => {
      const file = join(mkdtempSync(join(tmpdir(), 'crossdock-backup-')), 'all.gz')
      const store = await open()
      await fill(store)
      await writeArchive(store, { file, head, ...silent })
      await store.close()
      return file
    }

    it('gives back everything as it was', async () => {
      const file = await written()
      expect(await checkArchive(file)).toMatchObject({ head, counts: { inbox: 1200, orders: 700 } })
      const store = await open()
      for await (const { where, document } of documentsIn(file)) await insertAll(store, where, [document])
      expect(plain(await all(store, 'orders'))).toEqual(plain(rowsOf(700)))
      await store.close()
    })

    it('begun to be restored is gone on with; until then no hub starts there, and nothing else comes in', async () => {
      const store = await open()
      const coming = { by: 'restore', from: 'a backup' } as const
      expect(await beginArrival(store, { coming, place: 'here' })).toEqual({})
      await insertAll(store, 'orders', rowsOf(3))
      await expect(refuseMoved(store)).rejects.toMatchObject({
        message: 'a restore from a backup to here was begun and not ended',
      })
      expect(await beginArrival(store, { coming, place: 'here' })).toEqual({})
      const other = { ...coming, from: 'another' }
      await expect(beginArrival(store, { coming: other, place: 'here' })).rejects.toMatchObject({
        code: 'TARGET_TAKEN',
      })
      await endArrival(store)
      await expect(refuseMoved(store)).resolves.toBeUndefined()
      await store.close()
    })

    it('that cannot be written is a sentence, and leaves nothing behind', async () => {
      const store = await open()
      const folder = mkdtempSync(join(tmpdir(), 'crossdock-backup-'))
      const file = join(folder, 'none', 'all.gz')
      await expect(writeArchive(store, { file, head, ...silent })).rejects.toMatchObject({
        code: 'USAGE',
        message: `"${file}" cannot be written (ENOENT)`,
      })
      writeFileSync(join(folder, 'all.gz.part'), 'left by a kill')
      await writeArchive(store, { file: join(folder, 'all.gz'), head, ...silent })
      expect(readdirSync(folder)).toEqual(['all.gz'])
      await store.close()
    })

    it('whose lines were taken out, or added to, is refused though it is whole gzip', async () => {
      const file = await written()
      const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n')
      const altered = [
        lines.toSpliced(5, 1),
        [...lines, lines[5] ?? ''],
        lines.with(-1, `{"end":true,"counts":{},"digest":"0"}`),
      ]
      for (const some of altered) {
        writeFileSync(file, gzipSync(`${some.join('\n')}\n`))
        await expect(checkArchive(file)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' })
      }
    })

    it('that was cut, changed, or is none is refused', async () => {
      const file = await written()
      truncateSync(file, statSync(file).size - 20)
      await expect(checkArchive(file)).rejects.toMatchObject({
        code: 'BACKUP_DAMAGED',
        message: expect.stringContaining('cut short'),
      })
      const other = await written()
      const bytes = readFileSync(other)
      const middle = Math.floor(bytes.length / 2)
      bytes[middle] = (bytes[middle] ?? 0) ^ 1
      writeFileSync(other, bytes)
      await expect(checkArchive(other)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' })
      writeFileSync(other, 'order,amount\n')
      await expect(checkArchive(other)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' })
    })
  })
})
