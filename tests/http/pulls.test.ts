import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HubError } from '../../src/kernel/errors.ts'
import { listing, openShelf } from '../flow/acme-lists.ts'
import { onEachEngine } from '../kit/engines.ts'
import { at, each, type Hub, openHub } from './kit.ts'

onEachEngine((engine) => {
  let hub: Hub
  let shelf: ReturnType<typeof openShelf>
  beforeEach(async () => {
    hub = await openHub(engine, {}, [listing({ id: 'shelf' })])
    shelf = openShelf()
    hub.other.lists(shelf.read)
  })
  afterEach(() => hub.close())

  const shelve = (id: string, minutesAgo: number): void => {
    const time = hub.clock.now().getTime() - minutesAgo * 60_000
    shelf.put({ id, version: 1, placed: time, changed: time })
  }
  const ids = async () => each((await hub.get('/v1/orders?connection=shelf')).body, 'externalId').toSorted()
  const shown = async () => {
    const { body } = await hub.get('/v1/connections')
    const items = at(body, 'items')
    return Array.isArray(items) ? items.find((item: unknown) => at(item, 'id') === 'shelf') : undefined
  }

  describe('POST /v1/connections/:id/pull', () => {
    it('asks at once what has changed; what came is seen with the connection', async () => {
      await hub.flow.work()
      shelve('1', 1)
      const asked = await hub.post('/v1/connections/shelf/pull', {})
      expect(asked).toMatchObject({ status: 202, body: { items: [{ kind: 'news', list: 'orders', state: 'due' }] } })
      await hub.flow.work()
      expect(await ids()).toEqual(['1'])
      expect(await shown()).toMatchObject({ news: [{ list: 'orders', upTo: hub.clock.now().toISOString() }] })
    })

    it('since a time asks again from then on', async () => {
      await hub.flow.work()
      shelve('old', 600)
      const since = new Date(hub.clock.now().getTime() - 24 * 3_600_000).toISOString()
      await hub.post('/v1/connections/shelf/pull', { since })
      await hub.flow.work()
      expect(await ids()).toEqual(['old'])
    })

    it('what the channel refuses stands with the connection, in its words and with its cure', async () => {
      shelf.onAsked(() => {
        throw new HubError('CHANNEL_DENIED', 'the consent was withdrawn', { sent: true })
      })
      await hub.post('/v1/connections/shelf/pull', {})
      await hub.flow.work()
      expect(await shown()).toMatchObject({
        stopped: { because: 'the consent was withdrawn' },
        news: [{ error: { code: 'CHANNEL_DENIED', remedy: 'reauthorise' } }],
      })
    })

    it('is refused in a sentence where the channel cannot be asked, is not there, or a viewer asks', async () => {
      expect(await hub.post('/v1/connections/corner-shop/pull', {})).toMatchObject({
        status: 400,
        body: { detail: 'connector acme cannot list its orders' },
      })
      expect(await hub.post('/v1/connections/nobody/pull', {})).toMatchObject({ status: 404 })
      expect(await hub.post('/v1/connections/closed-shop/pull', {})).toMatchObject({ status: 404 })
      expect(await hub.post('/v1/connections/shelf/pull', {}, { role: 'viewer' })).toMatchObject({ status: 403 })
      expect(await hub.post('/v1/connections/shelf/pull', { since: 'yesterday' })).toMatchObject({ status: 400 })
    })
  })

  describe('POST /v1/connections/:id/backfill', () => {
    it('fetches a stretch of time; the same asked for again is the same', async () => {
      shelve('1', 600)
      shelve('2', 1_200)
      shelve('3', 10_000)
      const stretch = { from: '2026-11-23T00:00:00Z', to: '2026-11-24T10:00:00Z' }
      const first = await hub.post('/v1/connections/shelf/backfill', stretch)
      expect(first).toMatchObject({ status: 202, body: { kind: 'backfill', state: 'due', pages: 0 } })
      expect(at((await hub.post('/v1/connections/shelf/backfill', stretch)).body, 'id')).toBe(at(first.body, 'id'))
      await hub.flow.work()
      expect(await ids()).toEqual(['1', '2'])
      expect((await hub.get(`/v1/pulls/${String(at(first.body, 'id'))}`)).body).toMatchObject({
        state: 'done',
        listed: 2,
        kept: 2,
      })
    })

    it('is refused where it ends before it begins', async () => {
      expect(
        await hub.post('/v1/connections/shelf/backfill', { from: '2026-11-24T09:00:00Z', to: '2026-11-24T08:00:00Z' }),
      ).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } })
      expect(await hub.post('/v1/connections/shelf/backfill', { from: '2027-01-01T00:00:00Z' })).toMatchObject({
        status: 400,
      })
    })
  })

  describe('POST /v1/connections/:id/reconcile', () => {
    it('its end is the certificate, which the connection, the list and the metrics show', async () => {
      shelve('1', 600)
      const asked = await hub.post('/v1/connections/shelf/reconcile', { from: '2026-11-20T00:00:00Z' })
      await hub.flow.work()
      const { body } = await hub.get(`/v1/pulls/${String(at(asked.body, 'id'))}`)
      expect(body).toMatchObject({
        state: 'done',
        listed: 1,
        findings: { complete: false, missing: 1, differences: [{ kind: 'missing', order: '1' }] },
      })
      expect(await shown()).toMatchObject({ certificate: { complete: false, listed: 1, differences: 1 } })
      expect(each((await hub.get('/v1/pulls?connection=shelf&kind=reconcile')).body, 'id')).toEqual([at(body, 'id')])
      hub.clock.pass(60)
      const metrics = String((await hub.get('/metrics')).body)
      expect(metrics).toContain('crossdock_certificate_differences{connection="shelf"} 1')
      expect(metrics).toContain('crossdock_certificate_age_seconds{connection="shelf"} 60')
      expect(metrics).toContain('crossdock_pull_behind_seconds{connection="shelf",list="orders"} 60')
    })

    it('with the cure the order is fetched, and the certificate says so', async () => {
      shelve('1', 600)
      const asked = await hub.post('/v1/connections/shelf/reconcile', { from: '2026-11-20T00:00:00Z', cure: true })
      await hub.flow.work()
      hub.clock.pass(1)
      await hub.flow.work()
      expect((await hub.get(`/v1/pulls/${String(at(asked.body, 'id'))}`)).body).toMatchObject({
        state: 'done',
        findings: { complete: true, missing: 1, cured: 1 },
      })
      expect(await ids()).toEqual(['1'])
    })
  })
})
