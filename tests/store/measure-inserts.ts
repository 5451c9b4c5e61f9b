import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digest } from '../../src/kernel/digest.ts'
import { openEmbedded } from '../../src/store/embedded/open.ts'
import type { Doc } from '../../src/store/port.ts'

/**
 * Prints how many durable inserts a second the store takes: bodies of 2 KB, random keys, so many in flight at a time.
 * `node tests/store/measure-inserts.ts [rows] [in flight] [plain|deferred]`
 */
interface Message extends Doc {
  readonly state: string
  readonly dueAt: Date
  readonly connection: string
  readonly body: Uint8Array
}

const [rows, width] = [Number(process.argv[2] ?? 50_000), Number(process.argv[3] ?? 24)]

const measure = async (keys: 'plain' | 'deferred'): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-inserts-'))
  const collections = keys === 'deferred' ? { inbox: { keys } } : {}
  const file = join(folder, 'hub.db')
  const store = openEmbedded({ file, program: { name: 'crossdock', schema: 1 }, collections })
  const inbox = store.collection<Message>('inbox')
  await inbox.createIndexes([{ key: { state: 1, dueAt: 1, _id: 1 }, name: 'due', sparse: 'dueAt' }])
  const body = randomBytes(2_048)
  let next = 0
  const caller = async (): Promise<void> => {
    while (next < rows) {
      next += 1
      const _id = `msg_${digest('corner-shop', String(next))}`
      await inbox.insertOne({ _id, state: 'due', dueAt: new Date(), connection: 'corner-shop', body })
    }
  }
  const from = performance.now()
  await Promise.all(Array.from({ length: width }, caller))
  const seconds = (performance.now() - from) / 1_000
  const { groups, pages } = store.stats()
  const found = await inbox.countDocuments({})
  process.stdout.write(
    `${keys}: ${Math.round(rows / seconds)} inserts/s (${found} rows, ${width} in flight, ${Math.round(rows / groups)} a group, ${pages} pages)\n`,
  )
  await store.close()
  rmSync(folder, { recursive: true })
}

for (const keys of ['plain', 'deferred'] as const) if ((process.argv[4] ?? keys) === keys) await measure(keys)
