import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HubError } from '../../src/kernel/errors.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { acmeMappings, acmeOrder } from '../flow/acme.ts'
import { onEachEngine } from '../kit/engines.ts'
import { at, each, type Hub, openHub, pagedThrough } from './kit.ts'

onEachEngine((engine) => {
  let hub: Hub
  beforeAll(async () => {
    hub = await openHub(engine)
    await hub.take(
      { id: '1', version: 1 },
      { id: '2', version: 1, payment: 'odd' },
      { id: '3', version: 1, payment: 'odd' },
    )
  })
  afterAll(() => hub.close())

  describe('messages', () => {
    it.each([
      ['', 3],
      ['state=done', 1],
      ['state=parked', 2],
      ['state=parked&code=MAPPING_FAILED', 2],
      ['state=parked&code=STORE_AWAY', 0],
      ['state=dead', 0],
      ['connection=corner-shop', 3],
      ['connection=market-hall', 0],
      ['topic=order&state=done', 1],
      ['topic=refund', 0],
    ])('are listed: %s', async (query, count) => {
      expect(each((await hub.get(`/v1/messages?${query}`)).body)).toHaveLength(count)
    })

    it.each(['', 'state=parked', 'topic=order'])('are paged without gaps: %s', async (query) => {
      const all = each((await hub.get(`/v1/messages?${query}`)).body, 'id')
      const first = await hub.get(`/v1/messages?${query}&limit=1`)
      const rest = await hub.get(`/v1/messages?${query}&cursor=${String(at(first.body, 'next'))}`)
      expect([...each(first.body, 'id'), ...each(rest.body, 'id')]).toEqual(all)
      expect(rest.body).toMatchObject({ next: null })
    })

    it.each([
      ['state=odd', 'REQUEST_INVALID'],
      ['cursor=odd', 'CURSOR_INVALID'],
      ['colour=red', 'REQUEST_INVALID'],
    ])('are not listed by %s', async (query, code) => {
      expect(await hub.get(`/v1/messages?${query}`)).toMatchObject({ status: 400, body: { code } })
    })

    it('tell what is wrong and what to do; what they say is for integrators', async () => {
      const [id] = each((await hub.get('/v1/messages?state=parked')).body, 'id')
      const { body } = await hub.get('/v1/messages?state=parked')
      expect(at(body, 'items', 0, 'error')).toMatchObject({
        code: 'MAPPING_FAILED',
        cure: expect.stringContaining('then replay'),
      })
      expect(at(body, 'items', 0)).not.toHaveProperty('body')
      expect(await hub.get(`/v1/messages/${String(id)}`, 'operator')).toMatchObject({ status: 403 })
      const whole = await hub.get(`/v1/messages/${String(id)}`, 'integrator')
      expect(whole).toMatchObject({ status: 200, body: { encoding: 'utf-8', headers: { 'x-acme-topic': 'order' } } })
      expect(JSON.parse(String(at(whole.body, 'body')))).toMatchObject({ payment: 'odd' })
    })

    it('of a kind are replayed together, once the mapping has its row', async () => {
      Object.assign(hub.flow.accounts.find('corner-shop') ?? {}, {
        mappings: acmeMappings('paid: captured, odd: pending'),
      })
      expect(await hub.post('/v1/messages/replay', { code: 'TOPIC_UNKNOWN' })).toMatchObject({
        status: 200,
        body: { replayed: 0 },
      })
      expect(
        await hub.post('/v1/messages/replay', { code: 'MAPPING_FAILED', connection: 'corner-shop' }),
      ).toMatchObject({
        body: { replayed: 2 },
      })
      await hub.flow.work()
      expect(each((await hub.get('/v1/messages?state=done')).body)).toHaveLength(3)
      expect(await hub.get(`/v1/orders/${orderIdOf('corner-shop', '3')}`)).toMatchObject({
        body: { headline: { payment: 'pending' } },
      })
    })

    it('that are done are replayed by reading their order anew', async () => {
      const [id] = each((await hub.get(`/v1/orders/${orderIdOf('corner-shop', '3')}/messages`)).body, 'id')
      Object.assign(hub.flow.accounts.find('corner-shop') ?? {}, {
        mappings: acmeMappings('paid: captured, odd: captured'),
      })
      expect(await hub.post(`/v1/messages/${String(id)}/replay`)).toMatchObject({
        status: 200,
        body: { replayed: 0, rebuilt: orderIdOf('corner-shop', '3') },
      })
      expect(await hub.get(`/v1/orders/${orderIdOf('corner-shop', '3')}`)).toMatchObject({
        body: { headline: { payment: 'paid' } },
      })
    })

    it('that are not there are not replayed', async () => {
      expect(await hub.post('/v1/messages/msg_none/replay')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
      expect(await hub.post('/v1/messages/replay', {}, { role: 'viewer' })).toMatchObject({ status: 403 })
    })
  })

  describe('commands', () => {
    const ship = async (order: string, trackingNumber?: string): Promise<string> => {
      await hub.take({ id: order, version: 1 })
      const id = orderIdOf('corner-shop', order)
      await hub.post(`/v1/orders/${id}/shipments`, trackingNumber === undefined ? {} : { trackingNumber })
      await hub.flow.work()
      return String(at(await hub.get(`/v1/orders/${id}/commands`), 'body', 'items', 0, 'id'))
    }
    const refuseWith = (code: 'CHANNEL_REFUSED' | 'CHANNEL_AWAY'): void =>
      hub.other.onCall(() => {
        throw new HubError(code, 'the line is dead', { sent: true })
      })

    it('that were refused are listed, and replayed', async () => {
      refuseWith('CHANNEL_REFUSED')
      const id = await ship('20', 'AP20')
      expect(await hub.get(`/v1/commands/${id}`)).toMatchObject({
        body: { state: 'dead', error: { code: 'CHANNEL_REFUSED' } },
      })
      expect(each((await hub.get('/v1/commands?state=dead&name=mark-shipped')).body, 'id')).toEqual([id])
      expect(each((await hub.get('/v1/commands?state=dead&connection=market-hall')).body, 'id')).toEqual([])
      expect(await hub.post(`/v1/commands/${id}/replay`, { outcome: 'happened' })).toMatchObject({ status: 400 })
      hub.other.onCall(() => {})
      expect(await hub.post(`/v1/commands/${id}/replay`)).toMatchObject({ body: { replayed: 1 } })
      await hub.flow.work()
      expect(await hub.get(`/v1/commands/${id}`)).toMatchObject({ body: { state: 'done' } })
    })

    it('whose outcome is unknown wait for a word: it happened', async () => {
      refuseWith('CHANNEL_AWAY')
      const id = await ship('21')
      hub.other.onCall(() => {})
      expect(await hub.get(`/v1/commands/${id}`)).toMatchObject({
        body: { state: 'parked', error: { code: 'OUTCOME_UNKNOWN' } },
      })
      expect(await hub.post(`/v1/commands/${id}/replay`)).toMatchObject({
        status: 400,
        body: { code: 'REQUEST_INVALID' },
      })
      expect(await hub.post('/v1/commands/replay', {})).toMatchObject({ body: { replayed: 0 } })
      const calls = hub.other.calls.length
      expect(await hub.post(`/v1/commands/${id}/replay`, { outcome: 'happened' })).toMatchObject({
        body: { replayed: 1 },
      })
      await hub.flow.work()
      expect(await hub.get(`/v1/commands/${id}`)).toMatchObject({
        body: { state: 'done', receipt: { externalIds: [] } },
      })
      expect(hub.other.calls).toHaveLength(calls)
    })

    it('whose outcome is unknown wait for a word: send again', async () => {
      refuseWith('CHANNEL_AWAY')
      const id = await ship('22')
      hub.other.onCall(() => {})
      expect(await hub.post(`/v1/commands/${id}/replay`, { outcome: 'again' })).toMatchObject({ body: { replayed: 1 } })
      await hub.flow.work()
      expect(hub.other.calls.filter((command) => command === id)).toHaveLength(2)
    })

    it('of a kind are replayed together', async () => {
      refuseWith('CHANNEL_REFUSED')
      await ship('23', 'AP23')
      await ship('24', 'AP24')
      expect(await hub.post('/v1/commands/replay', { code: 'OUTCOME_UNKNOWN' })).toMatchObject({ status: 400 })
      expect(await hub.post('/v1/commands/replay', { code: 'CHANNEL_REFUSED', state: 'dead' })).toMatchObject({
        body: { replayed: 2 },
      })
    })

    it('that are not there are not shown', async () => {
      expect(await hub.get('/v1/commands/cmd_none')).toMatchObject({ status: 404 })
    })
  })

  it('a message that waits is taken as it came', async () => {
    const { body } = await hub.hook(acmeOrder({ id: '99', version: 1 }))
    expect(await hub.post(`/v1/messages/${String(at(body, 'message'))}/replay`)).toMatchObject({
      status: 200,
      body: { replayed: 0 },
    })
  })

  it('a long list is looked through in parts, without gaps, and failures are listed by their cause', async () => {
    const busy = await openHub(engine)
    const rows = Array.from({ length: 2_300 }, (_, at) => ({
      _id: `msg_${String(at).padStart(32, '0')}`,
      connection: at === 2_200 ? 'market-hall' : 'corner-shop',
      topic: 'order',
      key: String(at),
      via: 'post',
      headers: {},
      keptAt: new Date(1_700_000_000_000 - at),
      bodyDigest: '',
      state: at % 2 === 0 ? 'done' : 'dead',
      ...(at % 2 === 0 ? {} : { error: { code: at % 4 === 1 ? 'A' : 'B', message: '', remedy: 'reject' } }),
      attempt: 1,
      settled: 1,
      gen: 1,
    }))
    await busy.store.collection('inbox').insertMany(rows)
    expect(each((await busy.get('/v1/messages?connection=market-hall')).body, 'key')).toEqual(['2200'])
    const dead = await pagedThrough(busy, '/v1/messages?state=dead&limit=200')
    const found = dead.map((row) => at(row, 'error', 'code'))
    expect(found).toEqual([...Array.from({ length: 575 }, () => 'A'), ...Array.from({ length: 575 }, () => 'B')])
    await busy.close()
  })
})
