import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HubError } from '../../src/kernel/errors.ts'
import { acmeOrder } from '../flow/acme.ts'
import { onEachEngine } from '../kit/engines.ts'
import { openNotes } from '../kit/notes.ts'
import { signed } from './acme.ts'
import { at, type Hub, openHub } from './kit.ts'

onEachEngine((engine) => {
  let hub: Hub
  beforeAll(async () => {
    hub = await openHub(engine)
  })
  afterAll(() => hub.close())

  const stored = (): Promise<number> => hub.repositories.inbox.countWhere({})
  const body = acmeOrder({ id: '700', version: 1 })

  describe('a signed message', () => {
    it('is kept before it is answered, and told its id', async () => {
      const answer = await hub.hook(body)
      expect(answer).toMatchObject({ status: 200, body: { state: 'kept' } })
      const row = await hub.repositories.inbox.read(String(at(answer.body, 'message')))
      expect(row).toMatchObject({ connection: 'corner-shop', key: '700@1', via: 'post', state: 'due' })
      expect(row?.headers).not.toHaveProperty('x-acme-signature')
    })

    it('that comes 50 times at once is kept once and seen 49 times', async () => {
      const before = await stored()
      const text = acmeOrder({ id: '701', version: 1 })
      const answers = await Promise.all(Array.from({ length: 50 }, () => hub.hook(text)))
      const states = answers.map((answer) => at(answer.body, 'state'))
      expect(answers.every((answer) => answer.status === 200)).toBe(true)
      expect([
        states.filter((state) => state === 'kept').length,
        states.filter((state) => state === 'seen').length,
      ]).toEqual([1, 49])
      expect(new Set(answers.map((answer) => at(answer.body, 'message'))).size).toBe(1)
      expect(await stored()).toBe(before + 1)
    })

    it.each([undefined, 'text/plain', 'application/xml; charset=odd'])('may be of any type: %s', async (type) => {
      const text = acmeOrder({ id: `type-${String(type)}`, version: 1 })
      expect(await hub.hook(text, { headers: { 'content-type': type } })).toMatchObject({ status: 200 })
    })

    it('may come to any address below the connection', async () => {
      const text = acmeOrder({ id: '702', version: 1 })
      expect(await hub.hook(text, { path: '/orders/new?shop=1' })).toMatchObject({
        status: 200,
        body: { state: 'kept' },
      })
    })

    it('keeps ids above 2^53 as they are', async () => {
      const text = acmeOrder({ id: 'ID', version: 1 }).replace('"ID"', '9007199254740993')
      const answer = await hub.hook(text)
      const row = await hub.repositories.inbox.read(String(at(answer.body, 'message')))
      expect(row?.key).toBe('9007199254740993@1')
    })
  })

  describe('an unsigned hello', () => {
    it('that the connector knows is answered 200, and nothing of it is kept or counted', async () => {
      const before = await stored()
      const headers = { 'x-acme-signature': undefined, 'content-type': 'application/x-www-form-urlencoded' }
      expect(await hub.hook('hello', { connection: 'kiosk', headers })).toMatchObject({
        status: 200,
        body: { state: 'greeted' },
      })
      expect(await stored()).toBe(before)
      expect((await hub.get('/metrics')).body).not.toContain('connection="kiosk"')
    })

    it('to a connection of another connector, or saying more than that, is refused', async () => {
      const headers = { 'x-acme-signature': undefined }
      expect(await hub.hook('hello', { headers })).toMatchObject({ status: 401 })
      expect(await hub.hook('hello!', { connection: 'kiosk', headers })).toMatchObject({ status: 401 })
    })
  })

  describe('refused without a trace', () => {
    const refusals = [
      ['no signature', { 'x-acme-signature': undefined }, 'signature-missing'],
      ['a garbled signature', { 'x-acme-signature': 'sesame, open' }, 'signature-malformed'],
      ['a signature of the wrong length', { 'x-acme-signature': signed(body).slice(0, -2) }, 'signature-malformed'],
      ['the signature of another body', { 'x-acme-signature': signed(`${body} `) }, 'wrong-signature'],
      [
        'the signature of another secret',
        { 'x-acme-signature': signed(body, { secret: 'simsim' }) },
        'wrong-signature',
      ],
      ['a signature of yesterday', { 'x-acme-signature': signed(body, { at: '2026-11-23T10:00:00Z' }) }, 'stale'],
    ] as const

    it.each(refusals)('%s', async (_what, headers, because) => {
      const before = await stored()
      const answer = await hub.hook(body, { connection: 'market-hall', headers })
      expect(answer).toMatchObject({ status: 401, body: { code: 'SIGNATURE_REFUSED', status: 401, because } })
      expect(answer.headers['content-type']).toMatch('application/problem+json')
      expect(await stored()).toBe(before)
    })

    it('is counted by connection and reason', async () => {
      const { body: text } = await hub.get('/metrics')
      expect(text).toContain('crossdock_posts_refused_total{connection="market-hall",because="wrong-signature"} 2')
      expect(text).toContain('crossdock_posts_total{connection="corner-shop",state="seen"} 49')
      const { body: connections } = await hub.get('/v1/connections')
      const hall = Reflect.get(Object(connections), 'items').find((one: unknown) => at(one, 'id') === 'market-hall')
      expect(at(hall, 'refused')).toContainEqual({ because: 'stale', count: 1 })
    })

    it.each([['nowhere'], ['closed-shop']])('a message to %s', async (connection) => {
      const before = await stored()
      expect(await hub.hook(body, { connection })).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
      expect(await stored()).toBe(before)
    })

    it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const)('the method %s', async (method) => {
      const answer = await hub.call(method, '/webhooks/corner-shop')
      expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' }, body: { code: 'METHOD_NOT_ALLOWED' } })
    })
  })

  describe('a store that fails', () => {
    it.each(['STORE_AWAY', 'STORE_FULL'] as const)('%s asks the sender to come again', async (code) => {
      const keep = async (): Promise<never> => {
        throw new HubError(code, '/var/lib/shop/hub.db: no')
      }
      const failing = await openHub(engine)
      const broken = await openHub(engine, {
        repositories: { ...failing.repositories, inbox: { ...failing.repositories.inbox, keep } },
      })
      const answer = await broken.hook(body)
      expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' }, body: { code } })
      expect(JSON.stringify(answer.body)).not.toContain('hub.db')
      await Promise.all([failing.close(), broken.close()])
    })
  })

  it('the log tells at debug of each message that was kept or seen, by its id', async () => {
    const { log, lines } = openNotes()
    const told = await openHub(engine, { log })
    const { body } = await told.hook(acmeOrder({ id: '1', version: 1 }))
    await told.hook(acmeOrder({ id: '1', version: 1 }))
    const fields = { stage: 'http', connection: 'corner-shop', message: at(body, 'message'), ms: expect.any(Number) }
    expect(lines).toEqual([
      { level: 'debug', fields, said: 'message kept' },
      { level: 'debug', fields, said: 'message seen' },
    ])
    await told.close()
  })
})
