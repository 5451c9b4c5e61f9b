import { describe, expect, it } from 'vitest'
import { enter } from '../../src/flow/enter.ts'
import { receive } from '../../src/flow/receive.ts'
import { HubError } from '../../src/kernel/errors.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { ingestBatch } from '../../workers/ingest.ts'
import { openLanes } from '../../workers/push.ts'
import { reactBatch } from '../../workers/react.ts'
import { onEachEngine, storeForTest } from '../kit/engines.ts'
import { acmeAccount, acmeOrder, acmePost } from './acme.ts'
import { openClock, openFlow, openOtherSide } from './kit.ts'

const id = orderIdOf('corner-shop', '1')
const full = async (): Promise<never> => {
  throw new HubError('STORE_FULL', 'there is no space left')
}

onEachEngine((engine) => {
  const open = async () => {
    const clock = openClock()
    const other = openOtherSide()
    const accounts = [acmeAccount('corner-shop', { limits: { requestsPerSecond: 10, concurrency: 1 } })]
    const flow = await openFlow({ store: await storeForTest(engine), clock, other, accounts })
    const post = (version: number) =>
      receive(flow.receiveDeps, 'corner-shop', acmePost('order', `m${version}`, acmeOrder({ id: '1', version })))
    const ship = (trackingNumber?: string) =>
      enter(flow.enterDeps, {
        order: id,
        by: 'tester',
        request: {
          kind: 'ship',
          lines: [{ line: 'a', quantity: 1 }],
          ...(trackingNumber === undefined ? {} : { trackingNumber }),
        },
      })
    const inSeconds = (seconds: number): Date => new Date(clock.now().getTime() + seconds * 1000)
    const commands = () => flow.outbox.list({}, 10)
    return { ...flow, clock, other, post, ship, inSeconds, commands }
  }

  describe('a batch that the store fails as a whole', () => {
    it('of messages is due again by the schedule, not when its lease runs out, and then done', async () => {
      const hub = await open()
      await hub.post(1)
      const failing = { ...hub, orders: { ...hub.orders, write: full } }
      await expect(ingestBatch(failing)).rejects.toThrow('no space')
      const [first] = await hub.inbox.list({}, 1)
      expect(first).toMatchObject({ state: 'due', dueAt: hub.inSeconds(5), error: { code: 'STORE_FULL' } })
      hub.clock.pass(5)
      await expect(ingestBatch(failing)).rejects.toThrow('no space')
      expect((await hub.inbox.list({}, 1))[0]).toMatchObject({ state: 'due', dueAt: hub.inSeconds(30) })
      hub.clock.pass(30)
      await hub.work()
      expect((await hub.inbox.list({}, 1))[0]?.state).toBe('done')
      expect(await hub.orders.count({})).toBe(1)
    })

    it('leaves alone the messages that had come to their end before', async () => {
      const hub = await open()
      await hub.post(1)
      const finish: typeof hub.inbox.finish = async (rows) => {
        if (rows.some(({ ending }) => ending.to === 'due')) return hub.inbox.finish(rows)
        await hub.inbox.finish(rows)
        return full()
      }
      await expect(ingestBatch({ ...hub, inbox: { ...hub.inbox, finish } })).rejects.toThrow('no space')
      expect((await hub.inbox.list({}, 1))[0]).toMatchObject({ state: 'done' })
    })

    it('of reactions is due again by the schedule', async () => {
      const hub = await open()
      await hub.post(1)
      await hub.work()
      await hub.ship('1Z1')
      const failing = { ...hub, outbox: { ...hub.outbox, once: full } }
      await expect(reactBatch(failing)).rejects.toThrow('no space')
      expect((await hub.orders.read(id))?.react).toMatchObject({ dueAt: hub.inSeconds(5) })
      hub.clock.pass(5)
      await hub.work()
      expect(hub.other.effects.size).toBe(1)
    })
  })

  describe('commands whose endings the store refuses', () => {
    const pushFailing = async (hub: Awaited<ReturnType<typeof open>>): Promise<void> => {
      let refusals = 2
      const finish: typeof hub.outbox.finish = (row, ending, now) => {
        refusals -= 1
        return refusals >= 0 ? full() : hub.outbox.finish(row, ending, now)
      }
      const lanes = openLanes({ ...hub, outbox: { ...hub.outbox, finish } })
      await lanes.batch()
      await lanes.idle()
    }

    it('are due again by the schedule, and those not begun at once; each has one effect', async () => {
      const hub = await open()
      await hub.post(1)
      await hub.work()
      await hub.ship('1Z1')
      await hub.ship('1Z2')
      await reactBatch(hub)
      await pushFailing(hub)
      const rows = await hub.commands()
      expect(rows.map(({ state, attempt }) => [state, attempt]).sort()).toEqual([
        ['due', 0],
        ['due', 1],
      ])
      expect(rows.find(({ attempt }) => attempt === 1)?.dueAt).toEqual(hub.inSeconds(5))
      hub.clock.pass(5)
      await hub.work()
      expect((await hub.commands()).map(({ state }) => state)).toEqual(['done', 'done'])
      expect(hub.other.calls).toHaveLength(2)
    })

    it('and which cannot be repeated wait for a person where the receipt was not taken', async () => {
      const hub = await open()
      await hub.post(1)
      await hub.work()
      await hub.ship()
      await reactBatch(hub)
      const lanes = openLanes({ ...hub, outbox: { ...hub.outbox, receive: full } })
      await lanes.batch()
      await lanes.idle()
      hub.clock.pass(60)
      await hub.work()
      expect(hub.other.calls).toHaveLength(1)
      expect((await hub.commands())[0]).toMatchObject({ state: 'parked', error: { code: 'OUTCOME_UNKNOWN' } })
    })
  })

  it('at the stop, commands behind a call that hangs are due at once; the call is tried again once it cannot arrive any more', async () => {
    const hub = await open()
    await hub.post(1)
    await hub.work()
    await hub.ship('1Z1')
    await hub.ship('1Z2')
    await reactBatch(hub)
    let called = (): void => {}
    const begun = new Promise<void>((resolve) => {
      called = resolve
    })
    const carry = (): Promise<never> => {
      called()
      return new Promise(() => {})
    }
    const lanes = openLanes({ ...hub, carrier: { ...hub.carrier, carry } })
    await lanes.batch()
    await begun
    void lanes.stop()
    const states = async () => (await hub.commands()).map(({ state, attempt }) => `${state} ${attempt}`).sort()
    while ((await states())[0] !== 'due 0') await new Promise(setImmediate)
    expect(await states()).toEqual(['due 0', 'leased 1'])
    await hub.repositories.freeLeases(hub.clock.now(), { holder: hub.holder, callsEnd: hub.inSeconds(15) })
    expect(await states()).toEqual(['due 0', 'due 1'])
    const dueAt = (await hub.commands()).find(({ attempt }) => attempt === 1)?.dueAt
    expect(dueAt).toEqual(hub.inSeconds(15))
  })
})
