import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { acmeOrder } from '../flow/acme.ts'
import { onEachEngine } from '../kit/engines.ts'
import { at, each, type Hub, openHub, pagedThrough } from './kit.ts'

onEachEngine((engine) => {
  let hub: Hub
  beforeAll(async () => {
    hub = await openHub(engine)
    await hub.take(
      { id: '1', version: 1 },
      { id: '2', version: 1, payment: 'pending' },
      { id: '3', version: 1, state: 'cancelled' },
      { id: '4', version: 1, number: 'TEA-4', connection: 'market-hall' },
    )
    const ship = { lines: [{ line: 'a', quantity: 2 }], carrier: 'Acme Post', trackingNumber: 'AP 123 456' }
    await hub.post(`/v1/orders/${orderIdOf('corner-shop', '2')}/shipments`, ship)
  })
  afterAll(() => hub.close())

  const numbers = async (query: string): Promise<readonly unknown[]> =>
    each((await hub.get(`/v1/orders?${query}`)).body, 'number').toSorted()

  describe('a list of orders', () => {
    it('shows orders without what the hub keeps for itself', async () => {
      const { body } = await hub.get('/v1/orders?limit=1')
      for (const inside of ['_id', 'told', 'acts', 'words', 'events', 'react', 'reactedSeq', 'v'])
        expect(at(body, 'items', 0)).not.toHaveProperty(inside)
    })

    it.each([
      ['', ['#1', '#2', '#3', 'TEA-4']],
      ['state=open', ['#1', 'TEA-4']],
      ['state=completed', ['#2']],
      ['payment=paid', ['#1', '#3', 'TEA-4']],
      ['payment=pending', ['#2']],
      ['fulfilment=shipped', ['#2']],
      ['connection=market-hall', ['TEA-4']],
      ['connector=acme', ['#1', '#2', '#3', 'TEA-4']],
      ['connector=acme&connection=market-hall', ['TEA-4']],
      ['connector=acme-short', []],
      ['connector=acme&state=open&payment=paid', ['#1', 'TEA-4']],
      ['connection=corner-shop&state=open&payment=paid&fulfilment=open', ['#1']],
      ['connection=corner-shop&state=completed&fulfilment=shipped', ['#2']],
      ['from=2026-11-24&to=2026-11-25', ['#1', '#2', '#3', 'TEA-4']],
      ['to=2026-11-24T10:00:00%2B01:00', []],
      ['from=2026-11-25', []],
    ])('%s', async (query, expected) => {
      expect(await numbers(query)).toEqual(expected)
    })

    it.each([
      ['q=%232', ['#2']],
      ['q=2', ['#2']],
      ['q=tea', ['TEA-4']],
      ['q=te', []],
      ['q=AP%20123%20456', []],
      ['q=ap123456', ['#2']],
      ['q=AP123', ['#2']],
      ['q=t-1', ['#1', '#2', '#3', 'TEA-4']],
      ['q=t-1&connection=market-hall', ['TEA-4']],
      ['q=t-1&state=open&connector=acme', ['#1', 'TEA-4']],
      ['q=T-1%20ap123', ['#2']],
      ['q=t-1%20nothing', []],
      ['q=nobody@tea.example', []],
    ])('finds by words: %s', async (query, expected) => {
      expect(await numbers(query)).toEqual(expected)
    })

    it.each(['', 'state=open', 'connector=acme', 'q=t-1', 'sort=placedAt', 'q=t-1&sort=placedAt'])(
      'is paged without gaps and doubles: %s',
      async (query) => {
        const whole = await hub.get(`/v1/orders?${query}`)
        const paged = await pagedThrough(hub, `/v1/orders?${query}&limit=1`)
        expect(paged).toEqual(each(whole.body))
      },
    )
  })

  describe('a list that cannot be had', () => {
    it.each([
      ['state=opn', '"pending", "held", "open", "completed", "cancelled"'],
      ['payment=cash', '"part-refunded"'],
      ['colour=red', 'must not have the field "colour"'],
      ['state=open&state=held', 'state must be'],
      ['limit=0', 'limit must be >= 1'],
      ['limit=201', 'limit must be <= 200'],
      ['limit=many', 'limit must be integer'],
      ['limit=10.9', 'limit must be integer'],
      ['limit=true', 'limit must be integer'],
      ['sort=total', '"-placedAt", "placedAt"'],
      ['from=yesterday', 'expected from as 2026-11-24'],
      ['to=2026-02-30T25:00:00Z', 'expected to as'],
    ])('%s', async (query, sentence) => {
      const answer = await hub.get(`/v1/orders?${query}`)
      expect(answer).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } })
      expect(at(answer.body, 'detail')).toContain(sentence)
    })

    it('by a cursor that is none, or of other filters', async () => {
      const { body } = await hub.get('/v1/orders?limit=1')
      const next = String(at(body, 'next'))
      for (const query of [
        'cursor=hello',
        `cursor=${next}x`,
        `cursor=${next}&state=open`,
        `cursor=${next}&sort=placedAt`,
      ])
        expect(await hub.get(`/v1/orders?${query}`)).toMatchObject({ status: 400, body: { code: 'CURSOR_INVALID' } })
      expect(await hub.get(`/v1/orders?cursor=${next}&limit=2`)).toMatchObject({ status: 200 })
    })
  })

  describe('one order', () => {
    const id = orderIdOf('corner-shop', '2')

    it('is shown with its events, messages and commands', async () => {
      await hub.flow.work()
      expect(await hub.get(`/v1/orders/${id}`)).toMatchObject({ status: 200, body: { id, number: '#2' } })
      const events = await hub.get(`/v1/orders/${id}/events`)
      expect(each(events.body, 'kind')).toEqual(
        expect.arrayContaining(['order.placed', 'shipment.created', 'command.done']),
      )
      expect(events.body).toMatchObject({ brokenAt: null })
      expect(each((await hub.get(`/v1/orders/${id}/messages`)).body, 'key')).toEqual(['2@1'])
      expect(each((await hub.get(`/v1/orders/${id}/commands`)).body, 'name')).toEqual(['mark-shipped'])
    })

    it('is rebuilt from its messages by an operator', async () => {
      expect(await hub.post(`/v1/orders/${id}/rebuild`)).toMatchObject({
        status: 200,
        body: { changed: false, messages: 1 },
      })
      expect(await hub.post(`/v1/orders/${id}/rebuild`, undefined, { role: 'viewer' })).toMatchObject({ status: 403 })
    })

    it.each(['', '/events', '/messages', '/commands'])('that is not there has no %s', async (what) => {
      expect(await hub.get(`/v1/orders/ord_none${what}`)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    })
  })

  describe('an order through the own door', () => {
    const order = (id: string, version = 1, number = `#${id}`): Record<string, unknown> =>
      JSON.parse(acmeOrder({ id, version, number }))
    const place = (payload: unknown, headers: Record<string, string> = {}) =>
      hub.post('/v1/orders', { connection: 'corner-shop', order: payload }, { role: 'integrator', headers })

    it('is kept, and the same again is seen', async () => {
      const expected = { order: orderIdOf('corner-shop', '90') }
      expect(await place(order('90'))).toMatchObject({ status: 202, body: { ...expected, state: 'kept' } })
      expect(await place(order('90'))).toMatchObject({ status: 202, body: { ...expected, state: 'seen' } })
      await hub.flow.work()
      expect(await hub.get(`/v1/orders/${expected.order}`)).toMatchObject({ status: 200, body: { number: '#90' } })
    })

    it('with another body at the same version is refused', async () => {
      await place(order('91'))
      expect(await place(order('91', 1, 'other'))).toMatchObject({ status: 409, body: { code: 'VERSION_CONFLICT' } })
      expect(await place(order('91', 2, 'other'))).toMatchObject({ status: 202, body: { state: 'kept' } })
    })

    it('that is waited for is answered with the order', async () => {
      const answer = place(order('92'), { prefer: 'respond-async, wait=10' })
      while ((await hub.repositories.inbox.countWhere({ state: 'due' })) === 0) await new Promise(setImmediate)
      await hub.flow.work()
      expect(await answer).toMatchObject({
        status: 201,
        headers: { 'preference-applied': 'wait=10', location: `/v1/orders/${orderIdOf('corner-shop', '92')}` },
        body: { number: '#92', headline: { state: 'open' } },
      })
    })

    it('that cannot be understood is refused at the door, and not kept', async () => {
      const before = await hub.repositories.inbox.countWhere({})
      expect(await place({ ...order('93'), currency: 'XXL' })).toMatchObject({
        status: 400,
        body: { code: 'REQUEST_INVALID', detail: expect.stringContaining('ISO 4217') },
      })
      expect(await hub.repositories.inbox.countWhere({})).toBe(before)
    })

    it('keeps an id above 2^53 as it is', async () => {
      const text = JSON.stringify({ connection: 'corner-shop', order: order('ID') }).replace('"ID"', '9007199254740993')
      const answer = await hub.call('POST', '/v1/orders', { role: 'integrator', text })
      expect(answer).toMatchObject({ status: 202, body: { order: orderIdOf('corner-shop', '9007199254740993') } })
    })

    it.each([
      ['of another shape', { connection: 'corner-shop', order: { id: '1' } }, 400, 'REQUEST_INVALID'],
      ['that is a list', { connection: 'corner-shop', order: [] }, 400, 'REQUEST_INVALID'],
      ['for nobody', { order: { id: '1' } }, 400, 'REQUEST_INVALID'],
      ['with more beside it', { connection: 'corner-shop', order: {}, admin: true }, 400, 'REQUEST_INVALID'],
      ['for a connection without a door', { connection: 'kiosk', order: {} }, 404, 'NOT_FOUND'],
      ['for a connection that is closed', { connection: 'closed-shop', order: {} }, 404, 'NOT_FOUND'],
    ])('%s is refused', async (_what, body, status, code) => {
      expect(await hub.post('/v1/orders', body, { role: 'integrator' })).toMatchObject({ status, body: { code } })
    })

    it('lists every fault', async () => {
      const { body } = await hub.post(
        '/v1/orders',
        { connection: 'corner-shop', order: { id: 1 } },
        { role: 'integrator' },
      )
      expect(at(body, 'faults')).toHaveLength(2)
    })
  })
})
