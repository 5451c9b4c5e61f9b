import { describe, expect, it } from 'vitest'
import { enter } from '../../src/flow/enter.ts'
import { receive } from '../../src/flow/receive.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { onEachEngine, type TestEngine } from '../kit/engines.ts'
import { acmeAccount, acmeOrder, acmePost } from './acme.ts'
import { openClock, openFlow, openOtherSide } from './kit.ts'
import { mortal } from './mortal.ts'

const id = orderIdOf('corner-shop', '1')
const accounts = [acmeAccount('corner-shop'), acmeAccount('listener', { settings: { events: 'shipment.created' } })]

/** Messages in, a shipment entered, all told: the whole way once, from wherever it stands. */
const wholeWay = async (flow: Awaited<ReturnType<typeof openFlow>>, acked: Set<string>): Promise<void> => {
  const bodies = [
    ['refund', 'r1', '{"id":"r1","order":"1","version":2,"amount":"5.00","currency":"EUR"}'],
    ['order', 'm1', acmeOrder({ id: '1', version: 1 })],
    ['order', 'm2', acmeOrder({ id: '1', version: 2, quantity: 3 })],
    ['changed', 'l1', '{"id":"1","version":9}'],
  ] as const
  for (const [topic, key, body] of bodies) {
    const answer = await receive(flow.receiveDeps, 'corner-shop', acmePost(topic, key, body))
    if ('kept' in answer) acked.add(answer.kept.id)
  }
  await flow.work()
  await enter(flow.enterDeps, {
    order: id,
    by: 'tester',
    key: 'k1',
    request: { kind: 'ship', trackingNumber: '1Z1', lines: [{ line: 'a', quantity: 2 }] },
  })
  await flow.work()
}

type Open = TestEngine['open']

/** Kills the way at one port call, then starts anew on the same store and goes the whole way again. */
const killedAt = async (open: Open, deadline: number, moment: 'before' | 'after') => {
  const store = await open()
  const clock = openClock()
  const other = openOtherSide()
  const doomed = mortal(store, deadline, moment)
  const first = await openFlow({ store: doomed.store, clock, other, accounts })
  const acked = new Set<string>()
  doomed.arm()
  const death = await wholeWay(first, acked).then(
    () => undefined,
    (error: unknown) => error,
  )
  const flow = await openFlow({ store, clock, other, accounts })
  clock.pass(120)
  await wholeWay(flow, acked)
  clock.pass(120)
  await flow.work()
  return { flow, other, acked, store, died: death !== undefined || doomed.calls() >= deadline, calls: doomed.calls() }
}

const walk = async (open: Open, moment: 'before' | 'after'): Promise<number> => {
  for (let deadline = 1; ; deadline += 1) {
    const { flow, other, acked, store, died } = await killedAt(open, deadline, moment)
    const at = `killed ${moment} call ${deadline}`
    const order = await flow.repositories.orders.read(id)
    const stored = await flow.repositories.inbox.list({}, 100)
    expect(
      [...acked].filter((message) => !stored.some((row) => row._id === message)),
      `${at}: answered and not stored`,
    ).toEqual([])
    expect(await flow.repositories.orders.count({}), `${at}: orders`).toBe(1)
    expect(
      stored.filter((row) => row.state !== 'done').map((row) => row.state),
      `${at}: work left over`,
    ).toEqual([])
    expect(
      (await flow.repositories.outbox.list({}, 100))
        .filter((row) => row.state !== 'done')
        .map((row) => [row.name, row.state]),
      `${at}: commands left over`,
    ).toEqual([])
    expect([...other.effects.values()].map((errand) => errand.name).sort(), `${at}: effects outside`).toEqual([
      'mark-shipped',
      'post-event',
    ])
    expect(order, at).toMatchObject({
      headline: { payment: 'part-refunded', fulfilment: 'part-shipped' },
      lines: [{ counts: { ordered: 3, shipped: 2 } }],
    })
    expect(order?.acts.map((act) => act.kind).sort(), at).toEqual(['receipt', 'ship'])
    await store.close()
    if (!died) return deadline
  }
}

onEachEngine(({ open }) => {
  describe('crash points: the process is killed at every call of the store, and started anew', () => {
    it('before the call is done: everything answered is there, one order, one effect each', async () => {
      expect(await walk(open, 'before')).toBeGreaterThan(30)
    })

    it('after the call is done and before anyone heard of it: the same', async () => {
      expect(await walk(open, 'after')).toBeGreaterThan(30)
    })
  })
})
