import { setTimeout as sleep } from 'node:timers/promises'
import type { Doc, Store } from './port.ts'

/** A process that is at work on a database, which no lock keeps for it alone. It counts on while it lives; its clock does not matter. */
interface Presence extends Doc {
  readonly beat: number
}

const idOf = (holder: string): string => `process/${holder}`
const everyOne = { _id: { $gte: 'process/', $lt: 'process0' } }
const beatMs = 1_000

/** Counts on in `meta` until it is stopped; a store that is away misses a beat. */
export const bePresent = (store: Pick<Store, 'collection'>, holder: string): { stop(): Promise<void> } => {
  const meta = store.collection<Presence>('meta')
  const beat = (): Promise<unknown> =>
    meta.updateOne({ _id: idOf(holder) }, { $inc: { beat: 1 } }, { upsert: true }).catch(() => undefined)
  let last = beat()
  const timer = setInterval(() => {
    last = beat()
  }, beatMs)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await last
      await meta.deleteMany({ _id: idOf(holder) }).catch(() => undefined)
    },
  }
}

/** Whether anybody counts on. What a process left behind that was killed does not. */
export const isAnyonePresent = async (store: Pick<Store, 'collection'>): Promise<boolean> => {
  const beats = async (): Promise<string> =>
    JSON.stringify(
      await store
        .collection<Presence>('meta')
        .find(everyOne, { sort: { _id: 1 } })
        .toArray(),
    )
  const before = await beats()
  if (before === '[]') return false
  await sleep(3.5 * beatMs)
  return (await beats()) !== before
}
