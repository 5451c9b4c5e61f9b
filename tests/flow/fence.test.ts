import { describe, expect, it } from 'vitest'
import type { OrderDoc } from '../../src/canonical/order.ts'
import { enter } from '../../src/flow/enter.ts'
import { receive } from '../../src/flow/receive.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { onEachEngine, storeForTest } from '../kit/engines.ts'
import { acmeOrder, acmePost } from './acme.ts'
import { openClock, openFlow, openOtherSide } from './kit.ts'

const id = orderIdOf('corner-shop', '1')

onEachEngine((engine) => {
  /** A hub with one order in it, folded and reacted to. */
  const withOrder = async () => {
    const clock = openClock()
    const hub = await openFlow({ store: await storeForTest(engine), clock, other: openOtherSide() })
    const post = (topic: string, key: string, body: string) =>
      receive(hub.receiveDeps, 'corner-shop', acmePost(topic, key, body))
    await post('order', 'm1', acmeOrder({ id: '1', version: 1 }))
    await hub.work()
    const { orders, inbox, outbox } = hub.repositories
    const read = async (): Promise<OrderDoc> => {
      const order = await orders.read(id)
      if (order === null) throw new Error('the order is gone')
      return order
    }
    const ship = () =>
      enter(hub.enterDeps, {
        order: id,
        by: 'tester',
        request: { kind: 'ship', trackingNumber: '1Z1', lines: [{ line: 'a', quantity: 1 }] },
      })
    const claimReact = async (owner: string) => {
      const [order] = await orders.claimReact({ now: clock.now(), leaseMs: 1_000, limit: 5, owner })
      if (order === undefined) throw new Error('no reaction was claimed')
      return order
    }
    return { ...hub, clock, post, orders, inbox, outbox, read, ship, claimReact }
  }

  describe('an order', () => {
    it('is written only where it still stands at the revision it was folded from', async () => {
      const { orders, read } = await withOrder()
      const order = await read()
      expect(await orders.write([{ from: order.revision, order: { ...order, revision: order.revision + 1 } }])).toBe(
        true,
      )
      const stale = { ...order, number: 'stale', revision: order.revision + 1 }
      expect(await orders.write([{ from: order.revision, order: stale }])).toBe(false)
      expect((await read()).number).toBe(order.number)
    })

    it('that two fold at once keeps what both had', async () => {
      const { ship, read } = await withOrder()
      await Promise.all([ship(), ship()])
      expect((await read()).acts.filter((act) => act.kind === 'ship')).toHaveLength(2)
    })
  })

  describe('a reaction', () => {
    it('that is done leaves the order at rest, noting up to which event it went, one revision on', async () => {
      const { ship, claimReact, orders, read } = await withOrder()
      const { order } = await ship()
      const claimed = await claimReact('one')
      await orders.finishReact([claimed])
      const rested = await read()
      expect(rested.react).toBeUndefined()
      expect([rested.reactedSeq, rested.revision]).toEqual([order.seq, order.revision + 1])
    })

    it('of an owner whose lease ran out ends nothing', async () => {
      const { ship, claimReact, orders, read, clock } = await withOrder()
      await ship()
      const stale = await claimReact('one')
      clock.pass(2)
      const fresh = await claimReact('two')
      await orders.finishReact([stale])
      expect((await read()).react).toMatchObject({ owner: 'two' })
      await orders.putOffReact(stale, clock.now())
      expect((await read()).react).toMatchObject({ owner: 'two' })
      await orders.finishReact([fresh])
      expect((await read()).react).toBeUndefined()
    })

    it('that a new event came in upon is not at its end', async () => {
      const { ship, claimReact, orders, read } = await withOrder()
      await ship()
      const claimed = await claimReact('one')
      const { order } = await ship()
      await orders.finishReact([claimed])
      const later = await read()
      expect(later.react).toBeDefined()
      expect(later.reactedSeq).toBeLessThan(order.seq)
    })

    it('that is claimed while an event is being folded in does not end the reaction to that event', async () => {
      const { ship, claimReact, orders, read } = await withOrder()
      await ship()
      const before = await read()
      const claimed = await claimReact('one')
      const react = { dueAt: new Date(0), attempt: 0, gen: (before.react?.gen ?? 0) + 1 }
      const folded = { ...before, react, seq: before.seq + 1, revision: before.revision + 1 }
      const wasWritten = await orders.write([{ from: before.revision, order: folded }])
      await orders.finishReact([claimed])
      expect(wasWritten && (await read()).react === undefined).toBe(false)
    })
  })

  describe('a row of work', () => {
    it('that was replayed is not ended by who had given it up', async () => {
      const { inbox, post, clock } = await withOrder()
      await post('order', 'm2', acmeOrder({ id: '1', version: 2 }))
      const [row] = await inbox.claim({ now: clock.now(), leaseMs: 1_000, limit: 5 })
      if (row === undefined) throw new Error('nothing was claimed')
      const error = { code: 'MAPPING_FAILED', message: 'no row', remedy: 'fix-code' } as const
      await inbox.finish([{ row, ending: { to: 'parked', error } }])
      expect(await inbox.replay({}, clock.now())).toBe(1)
      expect(await inbox.finish([{ row, ending: { to: 'done' } }])).toBe(0)
      expect((await inbox.read(row._id))?.state).toBe('due')
    })

    it('whose owner is gone with its process is due at once, its attempt counted, and the owner fenced off', async () => {
      const { inbox, outbox, ship, claimReact, post, clock, repositories, read } = await withOrder()
      await post('order', 'm2', acmeOrder({ id: '1', version: 2 }))
      await ship()
      const reacting = await claimReact('gone')
      const now = clock.now()
      const look = { connection: 'corner-shop', name: 'read-order' as const, order: id, about: '1', wish: {} }
      await outbox.latest(look, now)
      const [message] = await inbox.claim({ now, leaseMs: 60_000, limit: 5 })
      const [command] = await outbox.claim({ now, leaseMs: 60_000, limit: 5 })
      if (message === undefined || command === undefined) throw new Error('nothing was claimed')
      await repositories.freeLeases(now)
      expect(await inbox.read(message._id)).toMatchObject({ state: 'due', dueAt: now, attempt: 1 })
      expect(await outbox.read(command._id)).toMatchObject({ state: 'due', dueAt: now, attempt: 1 })
      expect((await read()).react).toMatchObject({ dueAt: now, attempt: 1 })
      expect(await inbox.finish([{ row: message, ending: { to: 'done' } }])).toBe(0)
      expect(await outbox.finish(command, { to: 'done' }, now)).toBe(false)
      await repositories.orders.finishReact([reacting])
      expect((await read()).react).toBeDefined()
    })

    it('of which only the newest want counts is due again where it was wanted anew while it was worked', async () => {
      const { outbox, clock } = await withOrder()
      const look = { connection: 'corner-shop', name: 'read-order' as const, order: id, about: '1' }
      await outbox.latest({ ...look, wish: { rank: 4 } }, clock.now())
      const [row] = await outbox.claim({ now: clock.now(), leaseMs: 60_000, limit: 5 })
      if (row === undefined) throw new Error('nothing was claimed')
      await outbox.latest({ ...look, wish: { rank: 5 } }, clock.now())
      await outbox.finish(row, { to: 'done' }, clock.now())
      expect(await outbox.read(row._id)).toMatchObject({ state: 'due', wish: { rank: 5 } })
    })

    it('of which only the newest want counts is due at once, though the clock went back since it was first wanted', async () => {
      const { outbox, clock } = await withOrder()
      const look = { connection: 'corner-shop', name: 'read-order' as const, order: id, about: '1' }
      const back = new Date(clock.now().getTime() - 7_200_000)
      await outbox.latest({ ...look, wish: { rank: 4 } }, clock.now())
      const [row] = await outbox.claim({ now: clock.now(), leaseMs: 60_000, limit: 5 })
      if (row === undefined) throw new Error('nothing was claimed')
      await outbox.latest({ ...look, wish: { rank: 5 } }, back)
      await outbox.finish(row, { to: 'done' }, back)
      expect(await outbox.claim({ now: back, leaseMs: 60_000, limit: 5 })).toMatchObject([{ wish: { rank: 5 } }])
    })
  })
})
