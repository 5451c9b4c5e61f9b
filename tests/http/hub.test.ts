import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HubError } from '../../src/kernel/errors.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { roles } from '../../src/store/rows.ts'
import { onEachEngine } from '../kit/engines.ts'
import { at, each, type Hub, openHub } from './kit.ts'

onEachEngine((engine) => {
  let hub: Hub
  beforeAll(async () => {
    hub = await openHub(engine)
  })
  afterAll(() => hub.close())

  describe('callers', () => {
    it.each([
      ['no key', {}],
      ['another scheme', { authorization: 'Basic dGVhOnRlYQ==' }],
      ['a key that is none', { authorization: 'Bearer cdk_nobody' }],
      ['an empty key', { authorization: 'Bearer ' }],
    ])('with %s are not let in', async (_what, headers) => {
      const answer = await hub.call('GET', '/v1/orders', { headers })
      expect(answer).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Bearer' },
        body: { code: 'KEY_MISSING' },
      })
    })

    it('are let in by role', async () => {
      const statuses = await Promise.all(roles.map(async (role) => (await hub.get('/v1/keys', role)).status))
      expect(statuses).toEqual([403, 403, 403, 200])
      expect((await hub.get('/v1/orders', 'admin')).status).toBe(200)
    })

    it('get a key, told once, that works until it is removed', async () => {
      const made = await hub.post('/v1/keys', { name: 'till', role: 'viewer' }, { role: 'admin' })
      expect(made).toMatchObject({ status: 201, body: { name: 'till', role: 'viewer' } })
      const headers = { authorization: `Bearer ${String(at(made.body, 'key'))}` }
      expect((await hub.call('GET', '/v1/orders', { headers })).status).toBe(200)
      const listed = await hub.get('/v1/keys', 'admin')
      expect(JSON.stringify(listed.body)).not.toContain(String(at(made.body, 'key')))
      expect(await hub.call('DELETE', `/v1/keys/${String(at(made.body, 'id'))}`, { role: 'admin' })).toMatchObject({
        status: 204,
      })
      expect((await hub.call('GET', '/v1/orders', { headers })).status).toBe(401)
    })

    it('cannot remove the key they use, nor one that is not there', async () => {
      const admin = each((await hub.get('/v1/keys', 'admin')).body).find((key) => at(key, 'role') === 'admin')
      expect(await hub.call('DELETE', `/v1/keys/${String(at(admin, 'id'))}`, { role: 'admin' })).toMatchObject({
        status: 400,
      })
      expect(await hub.call('DELETE', '/v1/keys/key_none', { role: 'admin' })).toMatchObject({ status: 404 })
    })

    it('whose key was removed elsewhere are out after half a minute', async () => {
      const { id, text } = await hub.flow.repositories.keys.make('brief', 'viewer', hub.clock.now())
      const headers = { authorization: `Bearer ${text}` }
      expect((await hub.call('GET', '/v1/orders', { headers })).status).toBe(200)
      await hub.flow.repositories.keys.remove(id)
      hub.clock.pass(31)
      expect((await hub.call('GET', '/v1/orders', { headers })).status).toBe(401)
    })
  })

  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'] as const

  describe('addresses', () => {
    it('that are none', async () => {
      const answer = await hub.get('/v1/nothing?x=1')
      expect(answer).toMatchObject({
        status: 404,
        body: { code: 'NOT_FOUND', type: 'about:blank', title: 'Not Found' },
      })
      expect(answer.headers['content-type']).toMatch('application/problem+json')
    })

    it.each([
      ['DELETE', '/v1/orders', 'GET, HEAD, POST'],
      ['PUT', '/v1/orders/ord_1/shipments', 'POST'],
      ['POST', '/health/live', 'GET, HEAD'],
      ['OPTIONS', '/v1/orders', 'GET, HEAD, POST'],
    ] as const)('%s %s is answered with the methods that are', async (method, url, allow) => {
      expect(await hub.call(method, url)).toMatchObject({
        status: 405,
        body: { code: 'METHOD_NOT_ALLOWED' },
        headers: { allow },
      })
    })

    it('that are known are never answered 404 for their method, and say which there are', async () => {
      const { body } = await hub.get('/openapi.json')
      const described = Object.keys(Object(at(body, 'paths'))).map((path) => path.replaceAll(/\{\w+\}/g, 'x'))
      const all = [...described, '/webhooks/x/more', '/docs', '/docs/', '/openapi.json', '/metrics']
      const answers = await Promise.all(
        all.flatMap((url) =>
          methods.map(async (method) => {
            const { statusCode, headers } = await hub.app.inject({ method, url })
            return { name: `${method} ${url}`, statusCode, allow: headers.allow }
          }),
        ),
      )
      const refused = answers.filter(({ statusCode }) => statusCode === 405)
      expect(refused.filter(({ allow }) => allow === undefined || allow === '')).toEqual([])
      const odd = answers.filter(({ name }) => /^(PATCH|TRACE|PROPFIND|OPTIONS) /.test(name))
      expect(odd.filter(({ statusCode }) => statusCode !== 405).map(({ name }) => name)).toEqual([])
    })

    it('with an endless id lead nowhere', async () => {
      expect(await hub.get(`/v1/orders/${'x'.repeat(3_000)}`)).toMatchObject({
        status: 404,
        body: { code: 'NOT_FOUND' },
      })
    })

    it('with half an escape are refused', async () => {
      expect(await hub.get('/v1/orders/%zz')).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } })
    })

    it('of the API are neither cached nor shared with other sites', async () => {
      const { headers } = await hub.get('/v1/orders')
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-request-id': expect.any(String),
      })
      expect(Object.keys(headers).filter((name) => /^access-control|powered/.test(name))).toEqual([])
    })
  })

  it('a failure that nobody foresaw tells nothing of itself, and is logged under the name it is answered with', async () => {
    const lines: object[] = []
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: (fields: object) => void lines.push(fields) }
    const { repositories } = hub
    const list = async (): Promise<never> => {
      throw new Error('secret sauce')
    }
    const broken = await openHub(engine, {
      log,
      repositories: { ...repositories, keys: { ...repositories.keys, find: list } },
    })
    const answer = await broken.get('/v1/orders')
    expect(answer).toMatchObject({ status: 500, body: { code: 'UNEXPECTED' } })
    expect(JSON.stringify(answer.body)).not.toContain('sauce')
    expect(lines).toMatchObject([{ request: at(answer.body, 'request'), code: 'UNEXPECTED', because: 'secret sauce' }])
    await broken.close()
  })

  describe('what the hub says of itself', () => {
    it('it lives, and is ready', async () => {
      expect(await hub.get('/health/live')).toMatchObject({ status: 200, body: { live: true, version: '1.2.3' } })
      expect(await hub.get('/health/ready')).toMatchObject({ status: 200, body: { ready: true, because: [] } })
    })

    it('it is not ready, and why', async () => {
      const because = ['the workers have not started']
      const lame = await openHub(engine, { ready: async () => ({ ready: false, because, degraded: [] }) })
      expect(await lame.get('/health/ready')).toMatchObject({ status: 503, body: { ready: false, because } })
      await lame.close()
    })

    it('it is not ready where the store does not answer', async () => {
      const deaf = await openHub(engine)
      await deaf.store.close()
      expect(await deaf.get('/health/ready')).toMatchObject({
        status: 503,
        body: { because: ['the store does not answer (STORE_AWAY)'] },
      })
      await deaf.app.close()
    })

    it('its connectors, with the schema of their settings', async () => {
      const { body } = await hub.get('/v1/connectors')
      expect(each(body, 'id')).toEqual(['acme', 'acme-short'])
      expect(at(body, 'items', 0)).toMatchObject({ settings: { type: 'object' }, takesPosts: true, takesOrders: true })
      expect(at(body, 'items', 1)).toMatchObject({ takesOrders: false })
    })

    it('its connections, without their secrets', async () => {
      const { body } = await hub.get('/v1/connections')
      expect(each(body, 'id')).toEqual(['closed-shop', 'corner-shop', 'kiosk', 'market-hall'])
      expect(at(body, 'items', 1)).toMatchObject({
        enabled: true,
        webhook: '/webhooks/corner-shop',
        secrets: ['webhookSecret'],
      })
      expect(JSON.stringify(body)).not.toContain('sesame')
    })

    it('a connection that was stopped goes on when it is told to', async () => {
      await hub.flow.repositories.connections.stop('kiosk', 'Acme withdrew the access', hub.clock.now())
      expect(at((await hub.get('/v1/connections')).body, 'items', 2)).toMatchObject({
        stopped: { because: 'Acme withdrew the access' },
      })
      const resumed = await hub.post('/v1/connections/kiosk/resume')
      expect(resumed).toMatchObject({ status: 200, body: { id: 'kiosk' } })
      expect(resumed.body).not.toHaveProperty('stopped')
      expect(await hub.post('/v1/connections/nowhere/resume')).toMatchObject({ status: 404 })
    })
  })

  describe('business at a glance', () => {
    it('counts orders and money of today and of seven days, holds, and work', async () => {
      const shop = await openHub(engine)
      await shop.take(
        { id: '1', version: 1 },
        { id: '2', version: 1, state: 'cancelled' },
        { id: '3', version: 1, payment: 'odd' },
      )
      const [id] = each((await shop.get('/v1/orders?state=open')).body, 'id')
      await shop.post(`/v1/orders/${String(id)}/holds`, { reason: 'address?', kind: 'address' })
      shop.clock.pass(2 * 86_400)
      await shop.take({ id: '4', version: 1 })
      const { body } = await shop.get('/v1/summary?timezone=Europe/Berlin')
      expect(body).toMatchObject({
        timezone: 'Europe/Berlin',
        today: { from: '2026-11-25T23:00:00.000Z', orders: 0, sums: [] },
        week: {
          from: '2026-11-19T23:00:00.000Z',
          orders: 3,
          state: { held: 1, cancelled: 1, open: 1 },
          sums: [{ currency: 'EUR', orders: 2, minor: 4000 }],
        },
        held: { orders: 1, kinds: [{ kind: 'address', holds: 1 }] },
      })
      expect(at(body, 'work')).toContainEqual({ stage: 'ingest', due: 0, dead: 0, parked: 1, atLeast: [] })
      await shop.close()
    })

    it('in no time zone is refused', async () => {
      expect(await hub.get('/v1/summary?timezone=Teatime')).toMatchObject({
        status: 400,
        body: { code: 'REQUEST_INVALID' },
      })
    })

    it('for Prometheus holds no personal data', async () => {
      const { body } = await hub.get('/metrics')
      expect(body).toContain('crossdock_rows{stage="ingest",state="due"} 0')
      expect(body).toMatch(/crossdock_http_seconds_count\{method="GET",route="\/v1\/orders",status="401"\} \d/)
      expect(body).not.toMatch(/ord_|cdk_|@/)
    })
  })

  it('a connection that is resumed sends at once what it had put off', async () => {
    const busy = await openHub(engine)
    await busy.take({ id: '1', version: 1 })
    busy.other.onCall(() => {
      throw new HubError('CHANNEL_DENIED', 'the token is withdrawn')
    })
    await busy.post(`/v1/orders/${orderIdOf('corner-shop', '1')}/shipments`, { trackingNumber: 'AP1' })
    await busy.flow.work()
    expect(busy.other.effects.size).toBe(0)
    busy.other.onCall(() => {})
    busy.clock.pass(1)
    await busy.post('/v1/connections/corner-shop/resume')
    await busy.flow.work()
    expect(busy.other.effects.size).toBe(1)
    await busy.close()
  })

  describe('the description', () => {
    it('says of each operation what it is for, who may call it, and what it refuses', async () => {
      const { body } = await hub.get('/openapi.json')
      expect(body).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } })
      const operations = Object.entries(Object(at(body, 'paths'))).flatMap(([path, of]) =>
        Object.entries(Object(of)).map(([method, operation]) => ({ name: `${method} ${path}`, path, operation })),
      )
      expect(operations.length).toBeGreaterThan(30)
      expect(operations.map(({ name }) => name).filter((name) => name.includes('/webhooks'))).toEqual([
        'post /webhooks/{connection}',
      ])
      for (const { name, path, operation } of operations) {
        expect(at(operation, 'summary'), name).toMatch(/\.$/)
        expect(at(operation, 'tags'), name).toHaveLength(1)
        if (!path.startsWith('/v1')) continue
        expect(at(operation, 'description'), name).toMatch(/^Role: /)
        expect(Object.keys(Object(at(operation, 'responses'))), name).toEqual(
          expect.arrayContaining(['400', '401', '403', '500', '503']),
        )
      }
      expect(Object.keys(Object(at(body, 'components', 'schemas'))).sort()).toEqual(['Order', 'Problem'])
    })

    it('is a page that asks nobody else for anything', async () => {
      const page = await hub.get('/docs/')
      expect(String(page.body)).not.toMatch(/(src|href)="(https?:)?\/\//)
      expect(page.headers['content-security-policy']).toContain("connect-src 'self'")
      const script = await hub.get('/docs/js/scalar.js')
      expect([script.status, String(script.body).length > 1_000_000]).toEqual([200, true])
    })
  })
})
