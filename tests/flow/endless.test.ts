import { expect, it } from 'vitest'
import { receive } from '../../src/flow/receive.ts'
import type { Message } from '../../src/store/rows.ts'
import { apart } from '../../src/store/work.ts'
import { ingestBatch } from '../../workers/ingest.ts'
import { onEachEngine, storeForTest } from '../kit/engines.ts'
import { acmeOrder, acmePost } from './acme.ts'
import { openClock, openFlow, openOtherSide } from './kit.ts'

const good = Array.from({ length: 20 }, (_, at) => `good-${at}`)

onEachEngine((engine) => {
  it('a message that kills whoever takes it is parked, and the good ones beside it come to their end', async () => {
    const store = await storeForTest(engine)
    const clock = openClock()
    // One schedule entry: were a loss counted as a failure, the good ones would be given up with the third death.
    const flow = await openFlow({ store, clock, other: openOtherSide(), retrySeconds: [5] })
    for (const id of [...good.slice(0, 9), 'bad', ...good.slice(9)])
      await receive(flow.receiveDeps, 'corner-shop', acmePost('order', id, acmeOrder({ id, version: 1 })))
    const rows = async (): Promise<readonly Message[]> => flow.repositories.inbox.list({}, 100)
    let dead = false
    const dying = {
      ...flow,
      inbox: {
        ...flow.inbox,
        // The process ends with the message in hand: nothing more of this attempt is ever recorded.
        bodyOf: (message: Message) => {
          dead ||= message.key === 'bad'
          return dead ? new Promise<never>(() => {}) : flow.inbox.bodyOf(message)
        },
      },
    }
    let deaths = 0
    for (let start = 0; start < 60; start += 1) {
      dead = false
      let busy = true
      while (busy && !dead)
        await Promise.race([
          ingestBatch(dying).then((taken) => {
            busy = taken > 0
          }),
          untilDead(() => dead),
        ])
      if (!dead) break
      deaths += 1
      await flow.repositories.freeLeases(clock.now())
    }
    const states = Object.fromEntries((await rows()).map(({ key, state }) => [key, state]))
    expect(states).toEqual({ ...Object.fromEntries(good.map((key) => [key, 'done'])), bad: 'parked' })
    expect(deaths).toBe(20)
    expect((await rows()).find(({ key }) => key === 'bad')?.error?.code).toBe('WORKER_LOST')
  })
})

const untilDead = async (dead: () => boolean): Promise<void> => {
  while (!dead()) await new Promise(setImmediate)
}

it('what was lost is taken in halves, the fresh with it, until it stands alone', () => {
  const found = (...lost: readonly number[]) => lost.map((times, at) => ({ _id: String(at), lost: times }))
  expect(apart(found(0, 0, 0, 0, 0, 0, 0, 0), 8)).toHaveLength(8)
  expect(apart(found(1, 1, 1, 1, 1, 1, 1, 1), 8)).toHaveLength(4)
  expect(apart(found(0, 0, 2, 0), 8)).toEqual(['0', '1'])
  expect(apart(found(0, 0, 0, 2), 8)).toEqual(['0', '1', '2'])
  expect(apart(found(9, 0, 0), 8)).toEqual(['0'])
  expect(apart([], 8)).toEqual([])
})
