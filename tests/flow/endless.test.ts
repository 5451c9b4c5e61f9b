import { expect, it } from 'vitest'
import { receive } from '../../src/flow/receive.ts'
import { ingestBatch } from '../../workers/ingest.ts'
import { acmeOrder, acmePost } from './acme.ts'
import { openClock, openFlow, openOtherSide, openTestStore } from './kit.ts'

it('a message that kills whoever takes it is given up, and the good one beside it is not', async () => {
  const store = openTestStore()
  const clock = openClock()
  const flow = await openFlow({ store, clock, other: openOtherSide() })
  for (const id of ['1', '2'])
    await receive(flow.receiveDeps, 'corner-shop', acmePost('order', `m${id}`, acmeOrder({ id, version: 1 })))
  const dying = {
    ...flow,
    inbox: {
      ...flow.inbox,
      bodyOf: (message: Parameters<typeof flow.inbox.bodyOf>[0]) =>
        message.key === 'm2' ? new Promise<never>(() => {}) : flow.inbox.bodyOf(message),
    },
  }
  // The process dies with the message in hand: nothing of the attempt is recorded, and the next process frees its lease.
  for (let death = 0; death < 4; death += 1) {
    void ingestBatch(dying)
    for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate)
    await flow.repositories.freeLeases(clock.now())
  }
  await flow.work()
  const rows = await flow.repositories.inbox.list({}, 5)
  expect(Object.fromEntries(rows.map((row) => [row.key, row.state]))).toEqual({ m1: 'done', m2: 'dead' })
  await store.close()
})
