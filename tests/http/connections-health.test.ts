import { afterEach, beforeEach, expect, it } from 'vitest'
import { onEachEngine } from '../kit/engines.ts'
import { openChannel, openPlace, type PlacedHub } from './connections-kit.ts'

onEachEngine((engine) => {
  let place: ReturnType<typeof openPlace>
  let hub: PlacedHub
  let channel: Awaited<ReturnType<typeof openChannel>>
  beforeEach(async () => {
    place = openPlace(engine)
    channel = await openChannel()
    hub = await place.open(true)
    const secrets = {
      webhookSecret: 'env:SHOP_SECRET',
      consumerKey: 'env:SHOP_TOKEN',
      consumerSecret: 'env:SHOP_TOKEN',
    }
    const made = await hub.call('PUT', '/v1/connections/corner', {
      connector: 'woo-store',
      settings: { site: 'https://shop.example' },
      secrets,
      limits: { requestsPerSecond: 1000 },
      sandboxUrl: channel.url,
    })
    expect(made.status).toBe(201)
  })
  afterEach(async () => {
    await hub.close()
    await channel.close()
    await place.remove()
  })

  /** The order that is not there first, then the list of webhooks. */
  const says = (status: number, second: unknown): void => {
    let calls = 0
    channel.answers((reply) => {
      calls += 1
      const gone = { code: 'woocommerce_rest_shop_order_invalid_id', message: 'Invalid ID.' }
      reply.writeHead(calls === 1 ? 404 : status).end(JSON.stringify(calls === 1 ? gone : second))
    })
  }
  const hook = (path: string) => ({
    id: 5,
    name: 'Orders',
    status: 'disabled',
    topic: 'order.updated',
    delivery_url: `https://hub.example${path}`,
  })

  it('a connection whose messages the other side no longer sends does not work, and the trial says why', async () => {
    says(200, [hook('/webhooks/corner')])
    expect(await hub.call('POST', '/v1/connections/corner/test')).toEqual({
      status: 200,
      body: {
        ok: false,
        asked: true,
        detail: expect.stringContaining('WooCommerce has disabled webhook 5 "Orders" (order.updated)'),
        cure: 'Put right at the other side what is named, and try it again.',
      },
    })
  })

  it.each([
    ['nothing is wrong', 200, []],
    ['what is wrong is of another connection', 200, [hook('/webhooks/other')]],
    ['it may not be asked', 403, { code: 'woocommerce_rest_cannot_view', message: 'Sorry' }],
  ])('one where %s works', async (_, status, body) => {
    says(status, body)
    expect(await hub.call('POST', '/v1/connections/corner/test')).toEqual({
      status: 200,
      body: { ok: true, asked: true },
    })
  })

  it('one where the question fails in another way does not, with what it failed by', async () => {
    says(400, { code: 'rest_invalid_param', message: 'Invalid parameter(s): status' })
    expect(await hub.call('POST', '/v1/connections/corner/test')).toMatchObject({
      body: { ok: false, asked: true, code: 'CHANNEL_REFUSED', detail: expect.stringContaining('rest_invalid_param') },
    })
  })
})
