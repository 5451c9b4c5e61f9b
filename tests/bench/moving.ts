import { join } from 'node:path'
import { openEmbedded } from '../../src/store/embedded/open.ts'
import { copyAll } from '../../src/store/moving/copy.ts'
import type { Store } from '../../src/store/port.ts'
import { storeProgram } from '../../src/wire.ts'
import { startHub } from './api.ts'
import { benchConfig } from './config.ts'
import { load } from './load-shapes.ts'
import { startPart } from './processes.ts'
import { figure, type Row } from './rows.ts'
import { temporaryFolder } from './tidy.ts'

const sizes = { quick: 1_500, full: 20_000 } as const

/** Documents moved from one file to another, counted and compared. */
export const moveRate = async (quick: boolean): Promise<readonly Row[]> => {
  const { path, remove } = temporaryFolder()
  const to = openAt(path)
  try {
    return [await movedTo(to, { name: 'move.rate', count: sizes[quick ? 'quick' : 'full'] })]
  } finally {
    await to.close()
    remove()
  }
}

const openAt = (folder: string): Store =>
  openEmbedded({
    file: join(folder, 'crossdock.db'),
    program: storeProgram,
    collections: { inbox: { keys: 'deferred' } },
  })

/** Fills a hub through its door, ends it, and moves what it left. */
export const movedTo = async (
  to: Store,
  { name, count }: { readonly name: string; readonly count: number },
): Promise<Row> => {
  const config = benchConfig()
  const hub = await startHub('work', { ...config, remove: () => undefined })
  const generator = await startPart('load.ts')
  await load(generator, { count, seed: 51, first: 8_000_000, port: hub.port, path: '/webhooks/bench', connections: 64 })
  await hub.drained()
  await Promise.all([generator.end(), hub.end()])
  const from = openAt(join(config.folder, 'data'))
  try {
    const start = performance.now()
    const counts = await copyAll({ from, to, names: { from: 'there', to: 'here' }, progress: () => undefined })
    const seconds = (performance.now() - start) / 1000
    const rows = Object.values(counts).reduce((sum, one) => sum + one, 0)
    return {
      name,
      value: rows / seconds,
      unit: 'documents/s',
      better: 'more',
      detail: `${figure(rows)} documents copied, counted and their digests compared in ${figure(seconds)} s`,
    }
  } finally {
    await from.close()
    config.remove()
  }
}
