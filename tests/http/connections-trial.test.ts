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
  })
  afterEach(async () => {
    await hub.close()
    await channel.close()
    await place.remove()
  })

  const shop = (more: object = {}) => ({
    connector: 'shopify',
    settings: { shop: 'corner', apiVersion: '2026-07' },
    secrets: { webhookSecret: 'env:SHOP_SECRET', accessToken: 'env:SHOP_TOKEN' },
    limits: { requestsPerSecond: 1000 },
    sandboxUrl: channel.url,
    ...more,
  })
  const put = async (more?: object): Promise<void> => {
    expect((await hub.call('PUT', '/v1/connections/corner', shop(more))).status).toBe(201)
  }
  const trial = (id = 'corner') => hub.call('POST', `/v1/connections/${id}/test`)

  it('a connection whose other side lets us in and has no such order works', async () => {
    await put()
    expect(await trial()).toEqual({ status: 200, body: { ok: true, asked: true } })
    expect(channel.asked).toEqual(['shpat_open'])
  })

  it('one that has nobody to ask works where it resolves', async () => {
    expect(await trial('phone-desk')).toEqual({ status: 200, body: { ok: true, asked: false } })
    expect(await trial('old-desk')).toEqual({ status: 200, body: { ok: true, asked: false } })
  })

  it('one whose token is refused does not, with what cures it, and goes on as it was', async () => {
    await put()
    channel.answers((reply) => void reply.writeHead(401).end('{"errors":"Invalid token shpat_open"}'))
    const { status, body } = await trial()
    expect([status, body]).toEqual([
      200,
      {
        ok: false,
        asked: true,
        code: 'CHANNEL_DENIED',
        detail: expect.stringContaining('401'),
        cure: expect.stringContaining('access token'),
      },
    ])
    expect(JSON.stringify(body)).not.toContain('shpat_open')
    expect((await hub.call('GET', '/v1/connections')).body).not.toMatchObject({ items: [{ stopped: {} }] })
  })

  it('one whose other side never answers does not, within the time of one call', async () => {
    await put()
    await hub.close()
    place.write('outbound: { timeoutMs: 100 }\n')
    hub = await place.open(true)
    channel.answers(() => {})
    expect(await trial()).toMatchObject({ status: 200, body: { ok: false, asked: true, code: 'CHANNEL_AWAY' } })
    expect(channel.asked.length).toBeLessThan(2)
  })

  it('a secret that is not there any more is named, and nobody is asked', async () => {
    await put()
    delete place.env['SHOP_TOKEN']
    expect(await trial()).toMatchObject({
      status: 200,
      body: {
        ok: false,
        asked: false,
        code: 'CONFIG_INVALID',
        detail: expect.stringContaining('SHOP_TOKEN is not set'),
      },
    })
    expect(channel.asked).toEqual([])
  })

  it('a disabled one is tried as if it were enabled', async () => {
    await put({ enabled: false, secrets: { accessToken: 'env:SHOP_TOKEN' } })
    expect(await trial()).toMatchObject({
      body: { ok: false, code: 'CONFIG_INVALID', detail: expect.stringContaining('secrets.webhookSecret is missing') },
    })
    expect((await hub.call('PUT', '/v1/connections/corner', shop({ enabled: false }))).status).toBe(200)
    expect(await trial()).toMatchObject({ body: { ok: true, asked: true } })
  })

  it('one that speaks to a sandbox is not opened in earnest', async () => {
    await put()
    await hub.close()
    await expect(place.open(false)).rejects.toMatchObject({ message: expect.stringContaining('start --sandbox') })
    hub = await place.open(true)
  })

  it('an id that is none is not found', async () => {
    expect(await trial('nowhere')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
  })
})
