import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { openAccounts } from '../../src/accounts.ts'
import { openDice } from '../../src/cli/dice.ts'
import { openMailboxes } from '../../src/connector/mailbox.ts'
import type { Account } from '../../src/flow/account.ts'
import { startMailboxes } from '../../workers/mailbox.ts'
import { onEachEngine, storeForTest, type TestEngine } from '../kit/engines.ts'
import { onEachQueue, openPlayedQueue, type TestQueue } from '../kit/queues.ts'
import { queuedAccount, queuedOrder } from './acme-mailbox.ts'
import { openClock, openFlow, openOtherSide } from './kit.ts'

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await sleep(10)
}

const accountOf = (queue: TestQueue, more: Partial<Account> = {}): Account =>
  queuedAccount(queue.url, { sandboxUrl: queue.sandboxUrl, ...more })

/** The loops of these connections, over an empty store. */
const openLoops = async (engine: TestEngine, first: readonly Account[]) => {
  const accounts = openAccounts(first)
  const flow = await openFlow({
    store: await storeForTest(engine),
    accounts: first,
    clock: openClock(),
    other: openOtherSide(),
  })
  const begin = () => {
    const openMailbox = openMailboxes({ visibilitySeconds: 1 })
    const loops = startMailboxes({ ...flow, accounts, openMailbox, lookMs: 20 })
    onTestFinished(loops.stop)
    return loops
  }
  return { accounts, begin, loops: begin(), held: () => flow.inbox.list({}, 100) }
}

onEachEngine((engine) => {
  onEachQueue((open) => {
    it('a queue is emptied while it fills, and left within a second in the middle of the long wait', async () => {
      const queue = await open()
      onTestFinished(queue.close)
      const { loops, held } = await openLoops(engine, [accountOf(queue)])
      for (const name of ['m-1', 'm-2']) {
        await queue.send(queuedOrder(name, { id: '1', version: 1 }))
        await until(async () => (await queue.size()) === 0)
      }
      expect(await held()).toHaveLength(2)

      const began = performance.now()
      await loops.stop()

      expect(performance.now() - began).toBeLessThan(1_000)
    })
  })

  it('connections that come, change and go are followed', async () => {
    const [one, other] = [await openPlayedQueue(), await openPlayedQueue()]
    onTestFinished(one.close)
    onTestFinished(other.close)
    const { accounts, held } = await openLoops(engine, [])
    const isEmpty = (queue: TestQueue) => async () => (await queue.size()) === 0

    accounts.put(accountOf(one))
    await one.send(queuedOrder('m-1', { id: '1', version: 1 }))
    await until(isEmpty(one))
    accounts.put(accountOf(other))
    await other.send(queuedOrder('m-2', { id: '1', version: 2 }))
    await until(isEmpty(other))
    accounts.put(accountOf(one, { enabled: false }))
    await one.send(queuedOrder('m-3', { id: '1', version: 3 }))
    accounts.put(accountOf(one, { id: 'market' }))
    await until(isEmpty(one))
    accounts.drop('market')

    const keys = (await held()).map(({ connection, key }) => `${connection} ${key}`)
    expect(keys.toSorted()).toEqual(['corner-shop m-1', 'corner-shop m-2', 'market m-3'])
  })

  it('two that empty one queue keep each message once, though it hands many out twice', async () => {
    const queue = await openPlayedQueue({ unruly: { dice: openDice(7), againPercent: 50 } })
    onTestFinished(queue.close)
    const { begin, held } = await openLoops(engine, [accountOf(queue)])
    begin()
    const names = Array.from({ length: 60 }, (_, at) => `m-${at}`)

    await queue.send(...names.map((name) => queuedOrder(name, { id: '1', version: 1 })))
    await until(async () => (await queue.size()) === 0)

    expect((await held()).map(({ key }) => key).toSorted()).toEqual(names.toSorted())
  })
})
