import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { onEachEngine } from '../kit/engines.ts'
import { at, type Call, type Hub, openHub } from './kit.ts'

onEachEngine((engine) => {
  let hub: Hub
  let orders = 0
  let id: string
  beforeAll(async () => {
    hub = await openHub(engine)
  })
  afterAll(() => hub.close())
  beforeEach(async () => {
    orders += 1
    await hub.take({ id: String(orders), version: 1, quantity: 3 })
    id = orderIdOf('corner-shop', String(orders))
  })

  const act = (what: string, body?: unknown, more: Call = {}) => hub.post(`/v1/orders/${id}/${what}`, body, more)
  const of = (line: string, quantity: number | string) => ({ lines: [{ line, quantity }] })
  const under = (key: string): Call => ({ headers: { 'idempotency-key': key } })

  describe('shipping', () => {
    it('enters a shipment, and the channel is told', async () => {
      const answer = await act('shipments', { ...of('a', 2), carrier: 'Acme Post', trackingNumber: 'AP1' })
      expect(answer).toMatchObject({
        status: 201,
        body: { act: { kind: 'ship', trackingNumber: 'AP1' }, order: { headline: { fulfilment: 'part-shipped' } } },
      })
      await hub.flow.work()
      expect(hub.other.calls).toContain(at(await hub.get(`/v1/orders/${id}/commands`), 'body', 'items', 0, 'id'))
    })

    it('takes all that is open where no lines are named, and needs no body', async () => {
      expect(await act('shipments')).toMatchObject({
        status: 201,
        body: { act: { lines: [{ line: 'a', quantity: 3 }] } },
      })
    })

    it('takes a part of a unit of measured goods, as text too, for it is exact', async () => {
      await hub.take({ id: String(orders), version: 2, quantity: 3, unit: 'kg' })
      expect(await act('shipments', of('a', '1.5'))).toMatchObject({ status: 201, body: { act: of('a', 1.5) } })
      expect(
        await hub.call('POST', `/v1/orders/${id}/shipments`, {
          role: 'operator',
          text: '{"lines":[{"line":"a","quantity":0.5}]}',
        }),
      ).toMatchObject({ status: 201, body: { act: of('a', 0.5) } })
    })

    it.each([undefined, 'Piece', 'unit'])(
      'of a part of a piece is refused, and so is cancelling one (%s)',
      async (unit) => {
        await hub.take({ id: String(orders), version: 2, quantity: 3, ...(unit === undefined ? {} : { unit }) })
        const refused = { status: 400, body: { detail: 'line "a" is counted in whole units: expected one, got 1.5' } }
        expect(await act('shipments', of('a', 1.5))).toMatchObject(refused)
        expect(await act('cancel', of('a', '1.5'))).toMatchObject(refused)
        expect(await act('shipments', of('a', '2.0'))).toMatchObject({ status: 201, body: { act: of('a', 2) } })
      },
    )

    it('of a part of a piece is taken where a part of one was ordered', async () => {
      await hub.take({ id: String(orders), version: 2, quantity: 2.5 })
      expect(await act('shipments', of('a', 0.5))).toMatchObject({ status: 201 })
    })

    it('more than is open is refused, with what is', async () => {
      await act('shipments', of('a', 1))
      expect(await act('shipments', of('a', 3))).toMatchObject({
        status: 409,
        body: { code: 'QUANTITY_NOT_OPEN', open: [{ line: 'a', quantity: 2 }] },
      })
    })

    it('of a cancelled order is refused', async () => {
      await act('cancel', { reason: 'no tea left' })
      expect(await act('shipments', of('a', 1))).toMatchObject({ status: 409, body: { code: 'ORDER_CANCELLED' } })
    })

    it.each([
      ['a line that is not there', of('b', 1)],
      ['no units', of('a', 0)],
      ['fewer than none', of('a', -1)],
      ['a word', of('a', 'two')],
      ['an empty list', { lines: [] }],
      ['a field that is none', { colour: 'red' }],
    ])('%s is refused', async (_what, body) => {
      expect(await act('shipments', body)).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } })
    })
  })

  describe('the same request', () => {
    it('under the same key is entered once and answered as the first time', async () => {
      const first = await act('shipments', of('a', 2), under('k-1'))
      const again = await act('shipments', of('a', 2), under('k-1'))
      expect([first.status, again.status]).toEqual([201, 201])
      expect(again.body).toEqual(first.body)
    })

    it('without a key is another', async () => {
      await act('notes', { text: 'call back' })
      expect(await act('notes', { text: 'call back' })).toMatchObject({ body: { order: { notes: [{}, {}] } } })
    })

    it('under a key of another request is refused', async () => {
      await act('shipments', of('a', 1), under('k-2'))
      expect(await act('shipments', of('a', 2), under('k-2'))).toMatchObject({
        status: 409,
        body: { code: 'IDEMPOTENCY_CONFLICT' },
      })
    })

    it('at the same time ten times is entered once', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => act('shipments', of('a', 1), under('k-3'))))
      expect(new Set(answers.map((answer) => at(answer.body, 'act', 'id'))).size).toBe(1)
      expect(await hub.get(`/v1/orders/${id}`)).toMatchObject({ body: { lines: [{ counts: { shipped: 1 } }] } })
    })

    it.each(['', 'x'.repeat(201)])('under the key "%s" is refused', async (key) => {
      expect(await act('notes', { text: 'x' }, under(key))).toMatchObject({
        status: 400,
        body: { code: 'REQUEST_INVALID' },
      })
    })
  })

  describe('other acts', () => {
    it('a hold stops an order until it is released', async () => {
      const held = await act('holds', { reason: 'address?' })
      expect(held).toMatchObject({
        status: 201,
        body: { order: { headline: { state: 'held' }, holds: [{ kind: 'manual' }] } },
      })
      const key = String(at(held.body, 'order', 'holds', 0, 'key'))
      expect(await act(`holds/${key}/release`)).toMatchObject({
        status: 201,
        body: { order: { headline: { state: 'open' } } },
      })
      expect(await act(`holds/${key}/release`)).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } })
    })

    it('a hold of no known kind is refused with the kinds', async () => {
      const { status, body } = await act('holds', { reason: 'x', kind: 'mood' })
      expect([status, at(body, 'detail')]).toEqual([400, expect.stringContaining('"fraud"')])
    })

    it('an act is undone', async () => {
      const shipped = await act('shipments')
      const undone = await act(`acts/${String(at(shipped.body, 'act', 'id'))}/undo`, { reason: 'wrong order' })
      expect(undone).toMatchObject({ status: 201, body: { order: { headline: { fulfilment: 'open' } } } })
    })

    it.each(['shipments', 'cancel', 'holds', 'notes'])('%s needs an operator', async (what) => {
      expect(await act(what, {}, { role: 'viewer' })).toMatchObject({ status: 403, body: { code: 'ROLE_TOO_LOW' } })
    })

    it('on no order is refused', async () => {
      expect(await hub.post('/v1/orders/ord_none/cancel')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    })
  })
})
