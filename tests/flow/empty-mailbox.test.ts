import { expect, it, onTestFinished } from 'vitest'
import { type MailboxOptions, openMailboxes } from '../../src/connector/mailbox.ts'
import type { Account } from '../../src/flow/account.ts'
import { type EmptyMailboxDeps, emptyMailbox } from '../../src/flow/empty-mailbox.ts'
import { HubError } from '../../src/kernel/errors.ts'
import { onEachEngine, storeForTest, type TestEngine } from '../kit/engines.ts'
import { onEachQueue, openPlayedQueue, type TestQueue } from '../kit/queues.ts'
import { acmeQueued, queuedAccount, queuedOrder } from './acme-mailbox.ts'
import { openClock, openFlow, openOtherSide } from './kit.ts'

/** Waits no longer than a message stays hidden, so that one that comes again is waited for. */
const quick: MailboxOptions = { waitSeconds: 2, visibilitySeconds: 1 }

const orderOne = { id: '1', version: 1 }

/** A hub over an empty store, and the queue of its connection. */
const openPlace = async (engine: TestEngine, queue: TestQueue, more: Partial<Account> = {}) => {
  onTestFinished(() => queue.close())
  const account = queuedAccount(queue.url, { sandboxUrl: queue.sandboxUrl, ...more })
  const store = await storeForTest(engine)
  const flow = await openFlow({ store, accounts: [account], clock: openClock(), other: openOtherSide() })
  const mailbox = openMailboxes(quick)(account)
  const signal = new AbortController().signal
  return {
    flow,
    queue,
    empty: (deps: Partial<EmptyMailboxDeps> = {}) => emptyMailbox({ ...flow, ...deps }, { account, mailbox, signal }),
    held: () => flow.inbox.list({}, 100),
  }
}

const away = async (): Promise<never> => {
  throw new HubError('STORE_AWAY', 'the disk is gone')
}

onEachEngine((engine) => {
  onEachQueue((open) => {
    it('a message is kept before it is removed, and becomes an order', async () => {
      const { flow, queue, empty, held } = await openPlace(engine, await open())
      await queue.send(queuedOrder('m-1', orderOne))
      const sizes: number[] = []
      const keep: typeof flow.inbox.keep = async (message) => {
        const kept = await flow.inbox.keep(message)
        sizes.push(await queue.size())
        return kept
      }

      expect(await empty({ inbox: { keep } })).toBe('taken')
      await flow.work()

      expect(sizes).toEqual([1])
      expect(await queue.size()).toBe(0)
      expect(await held()).toMatchObject([{ topic: 'order', key: 'm-1', via: 'queue', state: 'done' }])
      expect(await flow.orders.list({}, { limit: 9 })).toMatchObject([{ externalId: '1' }])
    })

    it('the same message twice is one', async () => {
      const { queue, empty, held } = await openPlace(engine, await open())
      const body = queuedOrder('m-1', orderOne)
      await queue.send(body, body)

      while ((await queue.size()) > 0) await empty()

      expect(await held()).toHaveLength(1)
    })

    it('what is no JSON, and what the connector cannot name, is kept and parked before it is removed', async () => {
      const { queue, empty, held } = await openPlace(engine, await open())
      await queue.send('hello', '{"a":1}')

      while ((await queue.size()) > 0) await empty()

      const rows = (await held()).toSorted((a, b) => Number(a.body?.length) - Number(b.body?.length))
      expect(rows.map(({ body }) => new TextDecoder().decode(body))).toEqual(['hello', '{"a":1}'])
      const parked = { state: 'parked', via: 'queue', topic: '(unread)', attempt: 1, settled: 1 }
      expect(rows).toMatchObject([
        { ...parked, error: { code: 'PAYLOAD_UNREADABLE', message: expect.stringContaining('JSON') } },
        { ...parked, error: { code: 'PAYLOAD_UNREADABLE', message: 'expected the field "topic"' } },
      ])
      expect(rows.map(({ key, bodyDigest }) => key === bodyDigest)).toEqual([true, true])
    })

    it('a topic that the connector does not know is kept under its own key, and parked with its cure', async () => {
      const { flow, queue, empty, held } = await openPlace(engine, await open())
      await queue.send(queuedOrder('m-1', orderOne, 'gossip'))

      await empty()
      await flow.work()

      expect(await held()).toMatchObject([{ key: 'm-1', state: 'parked', error: { code: 'TOPIC_UNKNOWN' } }])
    })

    it('a store that takes nothing leaves the message where it is, and it comes again', async () => {
      const { queue, empty, held } = await openPlace(engine, await open())
      await queue.send(queuedOrder('m-1', orderOne))

      expect(await empty({ inbox: { keep: away } })).toBe('failed')
      expect(await queue.size()).toBe(1)
      expect(await empty()).toBe('taken')
      expect(await queue.size()).toBe(0)
      expect(await held()).toHaveLength(1)
    })

    it('of a batch only what was kept is removed', async () => {
      const { flow, queue, empty, held } = await openPlace(engine, await open())
      await queue.send(...['m-1', 'm-2', 'm-3'].map((name) => queuedOrder(name, orderOne)))
      const keep: typeof flow.inbox.keep = (message) => (message.key === 'm-2' ? away() : flow.inbox.keep(message))

      while ((await queue.size()) > 1) await empty({ inbox: { keep } })

      expect((await held()).map(({ key }) => key).toSorted()).toEqual(['m-1', 'm-3'])
    })

    it('a store that is away is not asked to take anything: nothing is received', async () => {
      const { flow, queue, empty } = await openPlace(engine, await open())
      await queue.send(queuedOrder('m-1', orderOne))

      expect(await empty({ connections: { ...flow.connections, read: away } })).toBe('failed')
      // It was not handed out: it is there at once.
      const soon = openMailboxes({ waitSeconds: 0 })(queuedAccount(queue.url, { sandboxUrl: queue.sandboxUrl }))
      expect(await soon.receive(new AbortController().signal)).toHaveLength(1)
    })

    it('a queue that is not there stops the connection with the sentence, and nobody asks again until a person resumes it', async () => {
      const queue = await open()
      const settings = { queueUrl: `${queue.url}-elsewhere` }
      const { flow, empty } = await openPlace(engine, queue, { settings })

      expect(await empty()).toBe('failed')
      expect((await flow.connections.read('corner-shop'))?.stopped?.because).toContain('there is no such queue')
      expect(await empty()).toBe('held')
      await flow.connections.resume('corner-shop')
      expect(await empty()).toBe('failed')
    })

    it('a connection that is put off is left alone until its time', async () => {
      const { flow, queue, empty } = await openPlace(engine, await open())
      await queue.send(queuedOrder('m-1', orderOne))
      await flow.connections.putOff('corner-shop', new Date(flow.now().getTime() + 1))

      expect(await empty()).toBe('held')
      expect(await queue.size()).toBe(1)
    })
  })

  it('what comes again though it was removed, and in any order, is kept once', async () => {
    let thrown = 0
    const next = () => (thrown++ * 0.37) % 1
    const dice = { next, whole: (low: number) => low, pick: <T>(of: readonly [T, ...T[]]) => of[0] }
    const { flow, queue, empty, held } = await openPlace(
      engine,
      await openPlayedQueue({ unruly: { dice, againPercent: 100 } }),
    )
    const bodies = Array.from({ length: 25 }, (_, at) => queuedOrder(`m-${at}`, { id: '1', version: at }))
    await queue.send(...bodies)

    let batches = 0
    for (; (await queue.size()) > 0; batches += 1) await empty()
    await flow.work()

    expect(batches).toBeGreaterThanOrEqual(5)
    expect(await held()).toHaveLength(25)
    expect(await flow.orders.list({}, { limit: 9 })).toHaveLength(1)
  })

  it('a key that the cloud refuses stops the connection, and nothing secret is told', async () => {
    const { flow, queue, empty } = await openPlace(engine, await openPlayedQueue({ accessKeyId: 'AKIAOTHER' }))
    await queue.send(queuedOrder('m-1', orderOne))

    expect(await empty()).toBe('failed')
    const because = (await flow.connections.read('corner-shop'))?.stopped?.because
    expect(because).toContain('InvalidClientTokenId: The security token included in the request is invalid.')
    expect(because).not.toMatch(/AKIA|sesame/)
    expect(await queue.size()).toBe(1)
  })

  it('an unread message is read when the connector has learned to, and somebody replays it', async () => {
    let hasLearned = false
    const connector: typeof acmeQueued = {
      ...acmeQueued,
      identify: (incoming, payload) => {
        if (!hasLearned) throw new Error('a field that nobody foresaw')
        return acmeQueued.identify?.(incoming, payload) ?? { topic: '', key: '' }
      },
    }
    const { flow, queue, empty, held } = await openPlace(engine, await openPlayedQueue(), { connector })
    await queue.send(queuedOrder('m-1', orderOne))
    await empty()
    expect(await held()).toMatchObject([
      { state: 'parked', error: { message: 'acme-queued cannot tell what this message is' } },
    ])

    hasLearned = true
    await flow.inbox.replay({}, flow.now())
    await flow.work()

    expect(await held()).toMatchObject([{ state: 'done' }])
    expect(await flow.orders.list({}, { limit: 9 })).toMatchObject([{ externalId: '1' }])
  })
})
