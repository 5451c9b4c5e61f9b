import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { onEachEngine } from '../kit/engines.ts'
import { inbound, newer, openPlace, order, type PlacedHub } from './connections-kit.ts'
import { at, each } from './kit.ts'

const till = { connector: 'direct', settings: {}, secrets: { inboundSecret: 'env:TILL_SECRET' } }

onEachEngine((engine) => {
  let place: ReturnType<typeof openPlace>
  let hub: PlacedHub
  beforeEach(async () => {
    place = openPlace(engine)
    hub = await place.open()
  })
  afterEach(async () => {
    await hub.close()
    await place.remove()
  })

  const put = (id: string, body: unknown) => hub.call('PUT', `/v1/connections/${id}`, body)
  const reopen = async (sandbox = false): Promise<void> => {
    await hub.close()
    hub = await place.open(sandbox)
  }
  const listed = async (id: string): Promise<unknown> => {
    const { body } = await hub.call('GET', '/v1/connections')
    const items = at(body, 'items')
    return Array.isArray(items) ? items.find((item: unknown) => at(item, 'id') === id) : undefined
  }
  /** The places that a refusal names. */
  const faultyPlaces = (body: unknown): readonly unknown[] => each({ items: at(body, 'faults') }, 'path')

  describe('a connection made through the API', () => {
    it('is shown as the list shows it, with its secrets by name and by reference, never as they are', async () => {
      const made = await put('till', till)
      expect(made).toMatchObject({
        status: 201,
        body: {
          id: 'till',
          connector: 'direct',
          configured: true,
          from: 'api',
          enabled: true,
          secrets: ['inboundSecret'],
          webhook: '/webhooks/till',
          spec: { ...till, enabled: true },
        },
      })
      expect(await listed('till')).toEqual(made.body)
      expect(JSON.stringify(made.body)).not.toContain(inbound)
    })

    it('takes signed messages at once, and they become orders', async () => {
      expect(await hub.hook('till', 'SO-1')).toBe(404)
      await put('till', till)
      expect(await hub.hook('till', 'SO-1')).toBe(200)
      expect(await hub.hook('till', 'SO-2', newer)).toBe(401)
      await hub.work()
      const { body } = await hub.call('GET', '/v1/orders?connection=till')
      expect(each(body, 'externalId')).toEqual(['SO-1'])
    })

    it('is there after a restart', async () => {
      const { body } = await put('till', { ...till, timezone: 'Europe/Madrid', limits: { requestsPerSecond: 0.5 } })
      await reopen()
      expect(await listed('till')).toEqual(body)
      expect(at(body, 'spec')).toMatchObject({ timezone: 'Europe/Madrid', limits: { requestsPerSecond: 0.5 } })
      expect(await hub.hook('till', 'SO-1')).toBe(200)
    })

    it('is changed as a whole by the next PUT: a secret that was rotated is read anew', async () => {
      await put('till', { ...till, timezone: 'Europe/Madrid' })
      place.env['TILL_SECRET'] = newer
      const changed = await put('till', till)
      expect(changed.status).toBe(200)
      expect(at(changed.body, 'spec')).toEqual({ ...till, enabled: true })
      expect([await hub.hook('till', 'SO-1', newer), await hub.hook('till', 'SO-1', inbound)]).toEqual([200, 401])
    })

    it('that is disabled takes nothing and works nothing, keeps what it had, and goes on when it is enabled', async () => {
      await put('till', till)
      expect(await hub.hook('till', 'SO-1')).toBe(200)
      expect(await put('till', { ...till, enabled: false })).toMatchObject({ status: 200, body: { enabled: false } })
      expect(await hub.hook('till', 'SO-2')).toBe(404)
      await hub.work()
      expect(each((await hub.call('GET', '/v1/messages?state=due')).body, 'connection')).toEqual(['till'])
      await put('till', till)
      await hub.work()
      expect(each((await hub.call('GET', '/v1/orders')).body, 'externalId')).toEqual(['SO-1'])
    })

    it('is told of orders from then on, where nobody was to be told before', async () => {
      place.write('connections: []\n')
      await reopen()
      const events = { url: 'https://erp.example.com/events', kinds: ['order.placed'] }
      await put('erp', { ...till, settings: { events }, secrets: { eventSecret: 'env:TILL_SECRET' } })
      await hub.call('POST', '/v1/orders', { connection: 'erp', order: order('SO-1') })
      await hub.work()
      const { body } = await hub.call('GET', '/v1/commands')
      expect([each(body, 'connection'), each(body, 'name')]).toEqual([['erp'], ['post-event']])
    })

    it('may say its id in the body too, and need not say what has a default', async () => {
      expect(await put('till', { id: 'till', connector: 'direct' })).toMatchObject({
        status: 201,
        body: { spec: { connector: 'direct', enabled: true, settings: {}, secrets: {} } },
      })
    })
  })

  describe('who may', () => {
    it.each([
      ['viewer', 403],
      ['operator', 403],
      ['integrator', 201],
      ['admin', 201],
    ] as const)('a %s who makes one is answered %i', async (role, status) => {
      expect((await hub.call('PUT', '/v1/connections/till', till, role)).status).toBe(status)
    })

    it.each([
      ['operator', 403],
      ['integrator', 200],
    ] as const)('a %s who tries one out is answered %i', async (role, status) => {
      expect((await hub.call('POST', '/v1/connections/phone-desk/test', undefined, role)).status).toBe(status)
    })
  })

  describe('the config file wins', () => {
    it.each(['phone-desk', 'old-desk'])('%s stands there and is not changed here', async (id) => {
      const before = await listed(id)
      expect(before).toMatchObject({ from: 'file' })
      expect(await put(id, { connector: 'nothing' })).toMatchObject({ status: 409, body: { code: 'FILE_WINS' } })
      expect(await listed(id)).toEqual(before)
    })

    it('an id that stands there and was made through the API refuses the start, and nothing stays locked', async () => {
      await put('till', till)
      await hub.close()
      place.add('  - { id: till, connector: direct }\n')
      await expect(place.open()).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(
          'crossdock.yaml: connection till stands in the file and was made through the API: take it out of the file',
        ),
      })
      place.add('')
      hub = await place.open()
      expect(await listed('till')).toMatchObject({ from: 'api' })
    })

    it('one that was taken out of it is shown as gone, takes nothing, and keeps its data', async () => {
      await hub.call('POST', '/v1/orders', { connection: 'phone-desk', order: order('SO-1') })
      await hub.work()
      await hub.call('POST', '/v1/orders', { connection: 'phone-desk', order: order('SO-2') })
      place.write('connections: []\n')
      await reopen()
      const gone = await listed('phone-desk')
      expect(gone).toMatchObject({ connector: 'direct', configured: false, enabled: false, messages: { due: 1 } })
      expect(gone).not.toHaveProperty('from')
      expect(await hub.hook('phone-desk', 'SO-3')).toBe(404)
      await hub.work()
      expect(each((await hub.call('GET', '/v1/orders')).body, 'externalId')).toEqual(['SO-1'])
      expect(each((await hub.call('GET', '/v1/messages?state=due')).body, 'connection')).toEqual(['phone-desk'])
      expect(await hub.call('POST', '/v1/connections/phone-desk/test')).toMatchObject({ status: 404 })
    })

    it('one that was taken out of it may be made here again, of the same connector only', async () => {
      place.write('connections: []\n')
      await reopen()
      const other = { connector: 'shopify', enabled: false, settings: { shop: 'corner', apiVersion: '2026-07' } }
      expect(await put('phone-desk', other)).toMatchObject({
        status: 400,
        body: { faults: [{ path: '/connector', expected: expect.stringContaining('must stay direct') }] },
      })
      expect(await put('phone-desk', till)).toMatchObject({ status: 201, body: { from: 'api', configured: true } })
    })
  })

  describe('what is wrong is refused', () => {
    it('as a whole, every fault with its place, and nothing is kept', async () => {
      const wrong = {
        id: 'counter',
        connector: 'shopify',
        settings: { shop: 'Corner Shop', api: '2026-07' },
        secrets: { webhookSecret: 'env:NOT_THERE', accesToken: 'env:SHOP_TOKEN' },
        limits: { concurrency: 0 },
        mappings: { tables: { nothing: { a: 'b' } }, replace: { order: 'nowhere/order.yaml' } },
        timezone: 'Mars/Olympus',
        sandboxUrl: 'http://127.0.0.1:9',
        colour: 'red',
      }
      const { status, body } = await put('till', wrong)
      expect([status, at(body, 'code')]).toEqual([400, 'REQUEST_INVALID'])
      expect(faultyPlaces(body).toSorted()).toEqual([
        '/colour',
        '/id',
        '/limits/concurrency',
        '/mappings/replace/order',
        '/mappings/tables/nothing',
        '/sandboxUrl',
        '/secrets/accesToken',
        '/secrets/webhookSecret',
        '/settings/api',
        '/settings/apiVersion',
        '/settings/shop',
        '/timezone',
      ])
      expect(at(body, 'detail')).toContain('the environment variable NOT_THERE is not set')
      expect(await listed('till')).toBeUndefined()
    })

    it.each([
      ['a connector that is not there', { connector: 'shoppify' }, '/connector', 'did you mean "shopify"?'],
      ['no connector', {}, '/connector', 'connector is missing'],
      ['no keys with values', [till], '', 'must be keys with values'],
      [
        'settings that need a secret',
        { ...till, settings: { events: { url: 'https://erp.example.com' } } },
        '/settings',
        'eventSecret',
      ],
      ['a sandbox in earnest', { ...till, sandboxUrl: 'http://127.0.0.1:9' }, '/sandboxUrl', 'start --sandbox'],
    ])('%s', async (_what, body, path, words) => {
      const refused = await put('till', body)
      expect(refused).toMatchObject({
        status: 400,
        body: { faults: [{ path, expected: expect.stringContaining(words) }] },
      })
    })

    it('a fault of a mapping file names the file and its line', async () => {
      const path = join(place.folder, 'order.yaml')
      writeFileSync(path, 'mappings:\n  order: { nothing: 1 }\n')
      const { body } = await put('till', { ...till, mappings: { replace: { order: path } } })
      expect(at(body, 'faults', 0, 'path')).toBe('/mappings')
      expect(at(body, 'faults', 0, 'expected')).toContain(`${path}:2: `)
    })

    it.each([true, false])('a secret that is written out is not taken, nor repeated (enabled: %s)', async (enabled) => {
      const refused = await put('till', { ...till, enabled, secrets: { inboundSecret: inbound } })
      expect([refused.status, faultyPlaces(refused.body)]).toEqual([400, ['/secrets/inboundSecret']])
      expect(JSON.stringify(refused.body)).not.toContain(inbound)
    })

    it('an id that is none, a query, and a body that is no JSON', async () => {
      expect(faultyPlaces((await put('Corner%20Shop', till)).body)).toEqual(['/id'])
      expect(await put('till?dry=1', till)).toMatchObject({ status: 400, body: { in: 'querystring' } })
      expect(await put('till', '{')).toMatchObject({ status: 400, body: { code: 'PAYLOAD_UNREADABLE' } })
    })

    it('and what was put before stands as it was', async () => {
      await put('till', till)
      const before = await listed('till')
      expect((await put('till', { ...till, settings: { colour: 'red' } })).status).toBe(400)
      expect(await listed('till')).toEqual(before)
      expect(await hub.hook('till', 'SO-1')).toBe(200)
    })

    it('a secret that is gone at the next start refuses the start, by name; of a disabled one it does not', async () => {
      await put('till', till)
      await hub.close()
      delete place.env['TILL_SECRET']
      const refused = expect.stringMatching(/^connection till, made through the API: .*TILL_SECRET is not set$/)
      await expect(place.open()).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: refused })
      place.env['TILL_SECRET'] = inbound
      hub = await place.open()
      await put('till', { ...till, enabled: false })
      delete place.env['TILL_SECRET']
      await reopen()
      expect(await listed('till')).toMatchObject({ enabled: false, from: 'api', secrets: [] })
    })
  })
})
