import { openEmbedded } from '../../src/store/embedded/open.ts'
import type { Doc } from '../../src/store/port.ts'

/**
 * A hub that only writes, to be killed: pairs of documents, each pair in one turn, and a line on stdout once both are answered.
 * `node tests/store/child.ts FILE plain|deferred`
 */
interface Half extends Doc {
  readonly pair: number
}

const [file = '', keys] = process.argv.slice(2)
const collections = keys === 'deferred' ? { halves: { keys: 'deferred' as const } } : {}
const store = openEmbedded({ file, program: { name: 'crossdock', schema: 1 }, collections })
const halves = store.collection<Half>('halves')
await halves.createIndexes([{ key: { pair: 1 }, name: 'pair' }])
process.stdout.write('open\n')

const write = async (caller: number): Promise<never> => {
  for (let pair = caller; ; pair += 8) {
    await Promise.all(['left', 'right'].map((half) => halves.insertOne({ _id: `${half}-${pair}`, pair })))
    process.stdout.write(`${pair}\n`)
  }
}
await Promise.all(Array.from({ length: 8 }, (_, caller) => write(caller)))
