import { describe, expect, it } from 'vitest'
import { enter } from '../../src/flow/enter.ts'
import { receive } from '../../src/flow/receive.ts'
import { HubError } from '../../src/kernel/errors.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { reactBatch } from '../../workers/react.ts'
import { onEachEngine, storeForTest } from '../kit/engines.ts'
import { acmeOrder, acmePost } from './acme.ts'
import { openClock, openFlow, openOtherSide } from './kit.ts'

const order = orderIdOf('corner-shop', '1')
const lost = new HubError('CHANNEL_AWAY', 'no answer', { sent: true })

onEachEngine((engine) => {
  /** An order that is shipped here; nobody was told yet. */
  const open = async () => {
    const clock = openClock()
    const other = openOtherSide()
    const flow = await openFlow({ store: await storeForTest(engine), clock, other })
    await receive(flow.receiveDeps, 'corner-shop', acmePost('order', 'm1', acmeOrder({ id: '1', version: 1 })))
    await flow.work()
    const lines = [{ line: 'a', quantity: 2 }]
    const request = { kind: 'ship', lines, trackingNumber: '1Z1' } as const
    const { act } = await enter(flow.enterDeps, { order, by: 'tester', key: 'k1', request })
    const undo = () => enter(flow.enterDeps, { order, by: 'tester', request: { kind: 'undo', act: act.id } })
    const command = async () => (await flow.repositories.outbox.list({}, 5))[0]
    return { ...flow, clock, other, undo, command, outbox: flow.repositories.outbox }
  }

  /** It was tried, and ended in this way; then it was taken back, and put back on the way. */
  const takenBack = async (failure: HubError) => {
    const hub = await open()
    hub.other.onCall(() => {
      throw failure
    })
    await hub.work()
    await hub.undo()
    await hub.outbox.replay({}, hub.clock.now())
    hub.clock.pass(60)
    await hub.work()
    expect(hub.other.effects.size).toBe(0)
    return hub
  }
  const unknown = { state: 'parked', error: { code: 'OUTCOME_UNKNOWN' } }

  describe('a shipment taken back, of which the channel was tried to be told', () => {
    it('is withdrawn where the channel refused it', async () => {
      const hub = await takenBack(new HubError('CHANNEL_REFUSED', 'the order is cancelled', { sent: true }))
      expect(await hub.command()).toMatchObject({ state: 'done', withdrawn: 'no rule names it any more' })
    })

    it('waits for a person where the answer was lost; nothing came of it: it is withdrawn', async () => {
      const hub = await takenBack(lost)
      const row = await hub.command()
      expect(row).toMatchObject(unknown)
      await hub.outbox.again(row?._id ?? '', hub.clock.now())
      await hub.work()
      expect(await hub.command()).toMatchObject({ state: 'done', withdrawn: 'no rule names it any more' })
    })

    it('and where the channel has it all the same, it is done, and the order says that it was told', async () => {
      const hub = await takenBack(lost)
      await hub.outbox.settle((await hub.command())?._id ?? '', { externalIds: [] }, hub.clock.now())
      await hub.work()
      const row = await hub.command()
      expect(row).toMatchObject({ state: 'done', receipt: { externalIds: [] } })
      expect(row).not.toHaveProperty('withdrawn')
      expect((await hub.repositories.orders.read(order))?.acts.map(({ kind }) => kind)).toContain('receipt')
    })

    it('waits for a person where a part was told and the rest refused', async () => {
      const hub = await takenBack(new HubError('CHANNEL_REFUSED', 'one line is off', { sent: true, partly: true }))
      expect(await hub.command()).toMatchObject(unknown)
    })

    it('waits for a person where the process that told it died over it, also if it was refused since', async () => {
      const hub = await open()
      await reactBatch(hub)
      await hub.outbox.claim({ now: hub.clock.now(), leaseMs: 1_000, limit: 1 })
      hub.clock.pass(60)
      hub.other.onCall(() => {
        throw new HubError('CHANNEL_REFUSED', 'it is shipped already', { sent: true })
      })
      await hub.work()
      expect(await hub.command()).toMatchObject({ state: 'dead' })
      await hub.undo()
      await hub.outbox.replay({}, hub.clock.now())
      await hub.work()
      expect(await hub.command()).toMatchObject(unknown)
    })
  })
})
