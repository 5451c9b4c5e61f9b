import { inspect } from 'node:util'
import nock from 'nock'
import { afterEach, describe, expect, it } from 'vitest'
import { wooStore } from '../../connectors/woo-store/index.ts'
import { ask, askHealth } from '../../src/connector/carry.ts'
import type { Answer } from '../../src/connector/contract.ts'
import { openHttp } from '../../src/connector/http.ts'
import type { Json } from '../../src/kernel/json.ts'
import { errorOf } from '../kit/prove-connector-outside.ts'

const now = new Date('2026-11-24T10:00:00Z')
const send = openHttp({ spend: () => Promise.resolve(), now: () => now })
const secrets = { webhookSecret: ['word'], consumerKey: ['ck_sesame'], consumerSecret: ['cs_sesame'] }
const shop = (settings: object = {}) => ({
  id: 'shop',
  settings: { site: 'https://shop.example', ...settings },
  secrets,
})
const basic = `Basic ${Buffer.from('ck_sesame:cs_sesame').toString('base64')}`
const order = {
  id: 963,
  status: 'processing',
  date_created_gmt: '2026-11-24T09:00:00',
  date_modified_gmt: '2026-11-24T10:00:05',
}
const gone = { code: 'woocommerce_rest_shop_order_invalid_id', message: 'Invalid ID.', data: { status: 404 } }
const noRoute = { code: 'rest_no_route', message: 'No route was found', data: { status: 404 } }

const answer = (status: number, body: Json | undefined, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers,
  bytes: Buffer.from('<html>'),
  body,
})

afterEach(() => {
  const pending = nock.pendingMocks()
  nock.cleanAll()
  expect(pending).toEqual([])
})

describe('reading an order', () => {
  it('goes to the site with the keys in the header', async () => {
    nock('https://shop.example', { reqheaders: { authorization: basic } })
      .get('/wp-json/wc/v3/orders/963')
      .reply(200, order)
    expect(await ask({ send }, wooStore, shop(), '963')).toMatchObject([{ rank: 1795514405000 }])
  })

  it('goes below the folder of a site that lies in one', async () => {
    nock('https://example.com').get('/de/shop/wp-json/wc/v3/orders/963').reply(200, order)
    expect(await ask({ send }, wooStore, shop({ site: 'https://example.com/de/shop/' }), '963')).toHaveLength(1)
  })

  it('has the keys in the query where the host drops the header, and no error names them', async () => {
    const query = { consumer_key: 'ck_sesame', consumer_secret: 'cs_sesame' }
    nock('https://shop.example', { badheaders: ['authorization'] })
      .get('/wp-json/wc/v3/orders/963')
      .query(query)
      .reply(401, { code: 'woocommerce_rest_authentication_error', message: 'no ck_sesame cs_sesame' })
    const denied = await errorOf(() => ask({ send }, wooStore, shop({ queryAuth: true }), '963'))
    expect(denied).toMatchObject({ code: 'CHANNEL_DENIED' })
    nock('https://shop.example')
      .get('/wp-json/wc/v3/orders/963')
      .query(query)
      .times(3)
      .replyWithError(Object.assign(new Error('cs_sesame'), { code: 'ECONNRESET' }))
    const broken = await errorOf(() => ask({ send }, wooStore, shop({ queryAuth: true }), '963'))
    expect(inspect([denied, broken], { depth: 9, showHidden: true })).not.toContain('sesame')
  })

  it('an order is gone only where WooCommerce itself says so', async () => {
    nock('https://shop.example').get('/wp-json/wc/v3/orders/7').reply(404, gone)
    expect(await ask({ send }, wooStore, shop(), '7')).toBe('gone')
    nock('https://shop.example').get('/wp-json/wc/v3/orders/7').reply(404, noRoute)
    expect(await errorOf(() => ask({ send }, wooStore, shop(), '7'))).toMatchObject({
      code: 'CHANNEL_REFUSED',
      message: expect.stringContaining('rest_no_route'),
    })
    nock('https://shop.example').get('/wp-json/wc/v3/orders/7').reply(404, '<html>Not found</html>')
    expect(await errorOf(() => ask({ send }, wooStore, shop(), '7'))).toMatchObject({
      message: expect.stringContaining('web page instead of JSON'),
    })
  })
})

describe('what an answer means', () => {
  it.each([
    [200, undefined, 'CHANNEL_AWAY', 'the site answered 200 with a web page instead of JSON'],
    [503, undefined, 'CHANNEL_AWAY', 'the site answered 503 with a web page instead of JSON'],
    [404, noRoute, 'CHANNEL_REFUSED', 'set tracking to note'],
    [404, { error: 'rest_no_route', message: 'No route was found' }, 'CHANNEL_REFUSED', 'set tracking to note'],
    [
      401,
      { code: 'woocommerce_rest_authentication_error', message: 'Consumer key is invalid.' },
      'CHANNEL_DENIED',
      'Consumer key is invalid.',
    ],
    [
      400,
      { code: 'rest_invalid_param', message: 'Invalid parameter(s): status' },
      'CHANNEL_REFUSED',
      'WooCommerce says rest_invalid_param: Invalid parameter(s): status',
    ],
    [
      500,
      { code: 'internal_server_error', message: '<p>There has been a critical error &#8211; sorry</p>' },
      'CHANNEL_AWAY',
      'critical error – sorry',
    ],
  ] as const)('%i: %o is %s', (status, body, code, words) => {
    expect(wooStore.classify?.(answer(status, body), now)).toMatchObject({
      code,
      sentence: expect.stringContaining(words),
    })
  })

  it('a site that sends us on names the address to write down, and nothing of the query', () => {
    const trouble = wooStore.classify?.(
      answer(301, undefined, { location: 'https://www.shop.example/wp-json/?consumer_secret=cs_sesame' }),
      now,
    )
    expect(trouble?.sentence).toContain('https://www.shop.example (301)')
    expect(trouble?.sentence).not.toContain('cs_sesame')
  })

  it('a good answer is no trouble', () => {
    expect(wooStore.classify?.(answer(200, order), now)).toBeUndefined()
  })
})

describe('webhooks that WooCommerce gave up', () => {
  const hook = (id: number, path: string, status = 'disabled') => ({
    id,
    name: 'Orders',
    status,
    topic: 'order.updated',
    delivery_url: `https://hub.example${path}`,
  })

  it('are told, those of this connection alone', async () => {
    nock('https://shop.example', { reqheaders: { authorization: basic } })
      .get('/wp-json/wc/v3/webhooks?status=disabled&per_page=100')
      .reply(200, [hook(5, '/webhooks/shop'), hook(6, '/webhooks/shop-two'), hook(7, '/other/shop')])
    expect(await askHealth({ send }, wooStore, shop())).toEqual([
      expect.stringContaining('WooCommerce has disabled webhook 5 "Orders" (order.updated)'),
    ])
  })

  it('are not asked after by a key that may not: the connection works all the same', async () => {
    nock('https://shop.example')
      .get('/wp-json/wc/v3/webhooks')
      .query(true)
      .reply(403, { code: 'woocommerce_rest_cannot_view', message: 'Sorry' })
    expect(await askHealth({ send }, wooStore, shop())).toEqual([])
  })
})
