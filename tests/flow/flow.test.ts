import { describe, expect, it } from 'vitest'
import { enter } from '../../src/flow/enter.ts'
import { rebuild } from '../../src/flow/rebuild.ts'
import { receive } from '../../src/flow/receive.ts'
import { HubError } from '../../src/kernel/errors.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { onEachEngine, storeForTest } from '../kit/engines.ts'
import { acmeAccount, acmeMappings, acmeOrder, acmePost } from './acme.ts'
import { openClock, openFlow, openOtherSide } from './kit.ts'

const id = orderIdOf('corner-shop', '1')
onEachEngine((engine) => {
  const open = async (more: Partial<Parameters<typeof openFlow>[0]> = {}) => {
    const clock = openClock()
    const other = openOtherSide()
    const flow = await openFlow({ store: await storeForTest(engine), clock, other, ...more })
    const post = (topic: string, key: string, body: string) =>
      receive(flow.receiveDeps, 'corner-shop', acmePost(topic, key, body))
    return { ...flow, clock, other, post, order: () => flow.repositories.orders.read(id) }
  }

  describe('a message', () => {
    it('becomes an order, once, however often it is sent', async () => {
      const hub = await open()
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => hub.post('order', 'm1', acmeOrder({ id: '1', version: 1 }))),
      )
      expect(answers.filter((answer) => 'kept' in answer && answer.kept.state === 'kept')).toHaveLength(1)
      await hub.work()
      expect(await hub.repositories.orders.count({})).toBe(1)
      expect(await hub.order()).toMatchObject({ number: '#1', headline: { state: 'open', payment: 'paid' } })
    })

    it('with another body under the same key is kept beside the first', async () => {
      const hub = await open()
      await hub.post('order', 'm1', acmeOrder({ id: '1', version: 1 }))
      const second = await hub.post('order', 'm1', acmeOrder({ id: '1', version: 2, quantity: 3 }))
      expect(second).toMatchObject({ kept: { state: 'kept' } })
      await hub.work()
      expect((await hub.order())?.lines[0]?.quantity).toBe(3)
    })

    it('of a wrong signature leaves no trace', async () => {
      const hub = await open()
      expect(await receive(hub.receiveDeps, 'corner-shop', acmePost('order', 'm1', '{}', 'wrong'))).toEqual({
        refused: 'wrong-signature',
      })
      expect(await hub.repositories.inbox.list({}, 10)).toEqual([])
    })

    it('above 16 KiB is kept whole in the blobs', async () => {
      const hub = await open()
      const { number: _n, ...order } = JSON.parse(acmeOrder({ id: '1', version: 1 }))
      await hub.post('order', 'm1', JSON.stringify({ ...order, number: '7', padding: 'x'.repeat(20_000) }))
      await hub.work()
      expect((await hub.order())?.number).toBe('7')
    })

    it('with a word that no table knows is parked, naming file, line, path and word; one table row and a replay cure it', async () => {
      const store = await storeForTest(engine)
      const hub = await open({
        store,
        accounts: [acmeAccount('corner-shop', { mappings: acmeMappings('pending: pending') })],
      })
      await hub.post('order', 'm1', acmeOrder({ id: '1', version: 1 }))
      await hub.work()
      const [parked] = await hub.repositories.inbox.list({ state: 'parked' }, 10)
      expect(parked?.error).toMatchObject({
        code: 'MAPPING_FAILED',
        detail: { file: 'mappings/acme/order.yaml', path: 'payment', word: 'paid' },
      })
      const cured = await openFlow({ store, clock: hub.clock, other: hub.other })
      expect(await cured.repositories.inbox.replay({ 'error.code': 'MAPPING_FAILED' }, hub.clock.now())).toBe(1)
      await cured.work()
      expect((await hub.order())?.headline.payment).toBe('paid')
    })

    it('poisonous beside good ones is parked by itself', async () => {
      const hub = await open()
      await hub.post('order', 'm1', '{"id":"1"}')
      await hub.post('order', 'm2', acmeOrder({ id: '1', version: 1 }))
      await hub.work()
      expect(await hub.repositories.inbox.count('parked')).toBe(1)
      expect((await hub.order())?.number).toBe('#1')
    })

    it('of a fact waits for its order and is taken up when that arrives', async () => {
      const hub = await open()
      await hub.post('refund', 'r1', '{"id":"r1","order":"1","version":2,"amount":"5.00","currency":"EUR"}')
      await hub.work()
      expect((await hub.repositories.inbox.list({}, 1))[0]).toMatchObject({
        state: 'due',
        awaits: id,
        error: { code: 'ORDER_AWAITED' },
      })
      await hub.post('order', 'm1', acmeOrder({ id: '1', version: 1 }))
      await hub.work()
      expect((await hub.order())?.refunds).toMatchObject([{ key: 'r1', amount: { minor: 500, currency: 'EUR' } }])
    })

    it('of a fact whose order never came is parked after 14 days', async () => {
      const hub = await open()
      await hub.post('refund', 'r1', '{"id":"r1","order":"1","version":2,"amount":"5.00","currency":"EUR"}')
      for (let day = 0; day < 16; day += 1) {
        await hub.work()
        hub.clock.pass(86_400)
      }
      expect((await hub.repositories.inbox.list({}, 1))[0]).toMatchObject({
        state: 'parked',
        error: { code: 'ORDER_NEVER_CAME' },
      })
    })

    it('that only says "look" has the order read once, however many say so', async () => {
      const hub = await open()
      const body = new TextEncoder().encode(acmeOrder({ id: '1', version: 4 }))
      hub.other.answers([{ body, rank: 4 }])
      for (const key of ['l1', 'l2', 'l3']) await hub.post('changed', key, '{"id":"1","version":4}')
      await hub.work()
      expect(hub.other.asked).toEqual(['1'])
      expect((await hub.order())?.number).toBe('#1')
    })

    it('of a withdrawn access stops the connection; of privacy waits for a person', async () => {
      const hub = await open()
      await hub.post('gone', 'g1', '{}')
      await hub.post('erase', 'e1', '{}')
      await hub.work()
      expect((await hub.repositories.connections.read('corner-shop'))?.stopped?.because).toBe(
        'Acme withdrew the access',
      )
      expect((await hub.repositories.inbox.list({ state: 'parked' }, 5))[0]?.error?.code).toBe('PRIVACY_REQUEST')
    })
  })

  describe('a shipment entered', () => {
    const shipped = async (more: Partial<Parameters<typeof openFlow>[0]> = {}) => {
      const hub = await open(more)
      await hub.post('order', 'm1', acmeOrder({ id: '1', version: 1 }))
      await hub.work()
      const ship = (trackingNumber: string | undefined, quantity: number, key = 'k1') =>
        enter(hub.enterDeps, {
          order: id,
          by: 'tester',
          key,
          request: {
            kind: 'ship',
            lines: [{ line: 'a', quantity }],
            ...(trackingNumber === undefined ? {} : { trackingNumber }),
          },
        })
      return { ...hub, ship }
    }

    it('is told to the channel exactly once, and the receipt stands on the order', async () => {
      const hub = await shipped()
      await hub.ship('1Z1', 2)
      await hub.work()
      await hub.work()
      expect([...hub.other.effects.values()].map((errand) => errand.wish)).toMatchObject([
        { order: '1', trackingNumber: '1Z1', lines: [{ line: 'a', quantity: 2 }] },
      ])
      const order = await hub.order()
      expect(order?.acts.filter((act) => act.kind === 'receipt')).toHaveLength(1)
      expect(order?.headline.fulfilment).toBe('shipped')
    })

    it('twice under one key is one act; the key for something else is refused', async () => {
      const hub = await shipped()
      const first = await hub.ship('1Z1', 1)
      expect(await hub.ship('1Z1', 1)).toMatchObject({ again: true, act: { id: first.act.id } })
      await expect(hub.ship('1Z1', 2)).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' })
    })

    it('of more than is open, of an unknown line, or of a cancelled order is refused, saying what is open', async () => {
      const hub = await shipped()
      await expect(hub.ship('1Z1', 3)).rejects.toMatchObject({
        code: 'QUANTITY_NOT_OPEN',
        detail: { open: [{ line: 'a', quantity: 2 }] },
      })
      await expect(
        enter(hub.enterDeps, { order: id, by: 't', request: { kind: 'ship', lines: [{ line: 'z', quantity: 1 }] } }),
      ).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
      await hub.post('order', 'm2', acmeOrder({ id: '1', version: 2, state: 'cancelled' }))
      await hub.work()
      await expect(hub.ship('1Z1', 1)).rejects.toMatchObject({ code: 'ORDER_CANCELLED' })
    })

    it('that the channel does not take is tried by the schedule, then dead with its remedy, and goes out after a replay', async () => {
      const hub = await shipped()
      hub.other.onCall(() => {
        throw new HubError('CHANNEL_AWAY', 'HTTP 500', { sent: true })
      })
      await hub.ship('1Z1', 2)
      for (const wait of [0, 5, 30]) {
        hub.clock.pass(wait)
        await hub.work()
      }
      expect(hub.other.calls).toHaveLength(3)
      expect((await hub.repositories.outbox.list({}, 5))[0]).toMatchObject({
        state: 'dead',
        error: { code: 'CHANNEL_AWAY', remedy: 'retry' },
      })
      hub.other.onCall(() => {})
      await hub.repositories.outbox.replay({}, hub.clock.now())
      await hub.work()
      expect(hub.other.effects.size).toBe(1)
    })

    it('whose answer was lost and that cannot be repeated waits for a person', async () => {
      const hub = await shipped()
      hub.other.onCall(() => {
        throw new HubError('CHANNEL_AWAY', 'no answer', { sent: true })
      })
      await hub.ship(undefined, 2)
      await hub.work()
      expect((await hub.repositories.outbox.list({}, 5))[0]).toMatchObject({
        state: 'parked',
        error: { code: 'OUTCOME_UNKNOWN' },
      })
    })

    it('put off by the channel costs no attempt and holds the whole connection up', async () => {
      const hub = await shipped()
      hub.other.onCall(() => {
        throw new HubError('CHANNEL_SLOW_DOWN', 'HTTP 429', { waitSeconds: 20 })
      })
      await hub.ship('1Z1', 2)
      await hub.work()
      expect((await hub.repositories.outbox.list({}, 5))[0]).toMatchObject({ state: 'due', attempt: 0 })
      hub.other.onCall(() => {})
      hub.clock.pass(19)
      await hub.work()
      expect(hub.other.effects.size).toBe(0)
      hub.clock.pass(2)
      await hub.work()
      expect(hub.other.effects.size).toBe(1)
    })

    it('undone before it was told is withdrawn', async () => {
      const hub = await shipped()
      hub.other.onCall(() => {
        throw new HubError('CHANNEL_SLOW_DOWN', 'HTTP 429', { waitSeconds: 20 })
      })
      const { act } = await hub.ship('1Z1', 2)
      await hub.work()
      await enter(hub.enterDeps, { order: id, by: 'tester', request: { kind: 'undo', act: act.id } })
      hub.clock.pass(60)
      await hub.work()
      expect((await hub.repositories.outbox.list({}, 5))[0]).toMatchObject({
        state: 'done',
        withdrawn: 'no rule names it any more',
      })
      expect(hub.other.effects.size).toBe(0)
    })

    it('is told to a subscriber of that event, once', async () => {
      const hub = await shipped({
        accounts: [acmeAccount('corner-shop'), acmeAccount('listener', { settings: { events: 'shipment.created' } })],
      })
      await hub.ship('1Z1', 2)
      await hub.work()
      const told = [...hub.other.effects.values()].filter((errand) => errand.name === 'post-event')
      expect(told.map((errand) => errand.wish)).toMatchObject([
        { kind: 'shipment.created', data: { trackingNumber: '1Z1', lines: [{ line: 'a', quantity: 2 }] } },
      ])
    })
  })

  it('a stale owner of a row changes nothing', async () => {
    const hub = await open()
    await hub.post('order', 'm1', acmeOrder({ id: '1', version: 1 }))
    const [old] = await hub.repositories.inbox.claim({ now: hub.clock.now(), leaseMs: 1000, limit: 5 })
    hub.clock.pass(2)
    const [fresh] = await hub.repositories.inbox.claim({ now: hub.clock.now(), leaseMs: 1000, limit: 5 })
    if (old === undefined || fresh === undefined) throw new Error('nothing was claimed')
    expect(await hub.repositories.inbox.finish([{ row: old, ending: { to: 'done' } }])).toBe(0)
    expect((await hub.repositories.inbox.read(fresh._id))?.state).toBe('leased')
    expect(await hub.repositories.inbox.finish([{ row: fresh, ending: { to: 'done' } }])).toBe(1)
  })

  it('a rebuild under a corrected mapping makes the order anew from all its messages', async () => {
    const hub = await open()
    await hub.post('order', 'm1', acmeOrder({ id: '1', version: 1, payment: 'pending' }))
    await hub.work()
    expect((await hub.order())?.headline.payment).toBe('pending')
    const cured = {
      ...hub,
      accounts: {
        find: () => acmeAccount('corner-shop', { mappings: acmeMappings('pending: captured') }),
        all: () => [],
      },
    }
    expect(await rebuild({ ...cured, inbox: hub.repositories.inbox, orders: hub.repositories.orders }, id)).toEqual({
      changed: true,
      messages: 1,
    })
    expect((await hub.order())?.headline.payment).toBe('paid')
  })
})
