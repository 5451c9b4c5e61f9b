import { setTimeout as sleep } from 'node:timers/promises'
import type { Doc, Store } from './port.ts'

/** A process that is at work on a database, which no lock keeps for it alone. It counts on while it lives; its clock does not matter. */
interface Presence extends Doc {
  readonly beat: number
}

const idOf = (holder: string): string => `process/${holder}`
const everyOne = { _id: { $gte: 'process/', $lt: 'process0' } }
const beatMs = 1_000

/** Who was still for so long, and is no more than stopped or frozen, is marked again by its next beat. */
const goneMs = 15_000

/**
 * Counts on in `meta` until it is stopped; a store that is away misses a beat. The marks of processes that were killed are taken away
 * meanwhile: those that stood here at the start and did not count on for `afterMs`.
 */
export const bePresent = (
  store: Pick<Store, 'collection'>,
  holder: string,
  afterMs = goneMs,
): { stop(): Promise<void> } => {
  const meta = store.collection<Presence>('meta')
  const beat = (): Promise<unknown> =>
    meta.updateOne({ _id: idOf(holder) }, { $inc: { beat: 1 } }, { upsert: true }).catch(() => undefined)
  let last = beat()
  const before = meta.find(everyOne).toArray()
  before.catch(() => undefined)
  const sweeping = setTimeout(() => {
    void before
      .then((marks) => Promise.all(marks.map(({ _id, beat: still }) => meta.deleteMany({ _id, beat: still }))))
      .catch(() => undefined)
  }, afterMs)
  sweeping.unref()
  const timer = setInterval(() => {
    last = beat()
  }, beatMs)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      clearTimeout(sweeping)
      await last
      await meta.deleteMany({ _id: idOf(holder) }).catch(() => undefined)
    },
  }
}

/** Whether anybody besides this holder counts on. What a process left behind that was killed does not. */
export const isAnyonePresent = async (store: Pick<Store, 'collection'>, besides?: string): Promise<boolean> => {
  const beats = async (): Promise<string> => {
    const marks = await store
      .collection<Presence>('meta')
      .find(everyOne, { sort: { _id: 1 } })
      .toArray()
    return JSON.stringify(marks.filter(({ _id }) => besides === undefined || _id !== idOf(besides)))
  }
  const before = await beats()
  if (before === '[]') return false
  await sleep(3.5 * beatMs)
  return (await beats()) !== before
}
