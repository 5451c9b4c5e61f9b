import { describe, expect, it } from 'vitest'
import type { Connector, Secrets } from '../../src/connector/contract.ts'
import { receive } from '../../src/flow/receive.ts'
import { HubError } from '../../src/kernel/errors.ts'
import { onEachEngine, storeForTest } from '../kit/engines.ts'
import { acmeOrder, acmePost } from './acme.ts'
import { acmeWithALag, listing, openShelf, refused, type Shelved } from './acme-lists.ts'
import { type FlowOptions, openClock, openFlow, openOtherSide } from './kit.ts'

const listOf = ({ lists }: Connector) => {
  const list = lists?.['orders']
  if (list === undefined) throw new Error('acme has no list')
  return list
}

const minute = 60_000
const hour = 60 * minute

onEachEngine((engine) => {
  const open = async (more: Partial<FlowOptions> = {}) => {
    const clock = openClock()
    const other = openOtherSide()
    const shelf = openShelf()
    other.lists(shelf.read)
    const flow = await openFlow({ store: await storeForTest(engine), clock, other, accounts: [listing()], ...more })
    const now = (): number => clock.now().getTime()
    const order = (id: string, ago: number, more: Partial<Shelved> = {}): Shelved => ({
      id,
      version: 1,
      placed: now() - ago,
      changed: now() - ago,
      ...more,
    })
    const orders = async () =>
      (await flow.orders.list({}, { sort: { placedAt: 1 } })).map(({ externalId }) => externalId)
    const news = async () => (await flow.pulls.find({ kind: 'news' }, {}))[0]
    return { ...flow, clock, other, shelf, now, order, orderIds: orders, news }
  }

  describe('news', () => {
    it('of every list are asked for from the start on, and every order that changed since is kept and folded once', async () => {
      const hub = await open()
      hub.shelf.put(
        hub.order('1', minute),
        hub.order('2', 2 * minute),
        hub.order('3', 3 * minute),
        hub.order('4', hour),
      )
      await hub.work()
      expect(await hub.orderIds()).toEqual(['3', '2', '1'])
      expect(hub.shelf.asked.map(({ list, by, page }) => [list, by, page])).toEqual([
        ['orders', 'changed', undefined],
        ['orders', 'changed', '2'],
      ])
      expect(await hub.news()).toMatchObject({ state: 'due', listed: 3, kept: 3, upTo: hub.clock.now() })
    })

    it('are not asked for where the connection lacks what the list takes', async () => {
      const can = (_: unknown, secrets: Secrets): boolean => (secrets['token'] ?? []).length > 0
      const connector = { ...acmeWithALag, lists: { orders: { ...listOf(acmeWithALag), can } } }
      const hub = await open({ accounts: [listing({ connector, secrets: {} })] })
      await hub.work()
      expect([hub.shelf.asked, await hub.news()]).toEqual([[], undefined])
      const other = await open({ accounts: [listing({ connector, secrets: { token: ['t'] } })] })
      await other.work()
      expect(await other.news()).toMatchObject({ state: 'due' })
    })

    it('are asked for again by their schedule, with an overlap, and what is known changes nothing', async () => {
      const hub = await open()
      hub.shelf.put(hub.order('1', minute))
      await hub.work()
      const upTo = hub.now()
      await hub.work()
      expect(hub.shelf.asked).toHaveLength(1)
      hub.clock.pass(301)
      hub.shelf.put(hub.order('2', 10_000), hub.order('1', 5_000, { version: 2, quantity: 3 }))
      await hub.work()
      expect(hub.shelf.asked[1]).toMatchObject({ from: upTo - 300_000, to: hub.now() })
      expect((await hub.orders.list({ externalId: '1' }, {}))[0]).toMatchObject({
        lines: [{ counts: { ordered: 3 } }],
      })
      expect(await hub.inbox.countWhere({})).toBe(3)
    })

    it('that a webhook told before are the same order', async () => {
      const hub = await open()
      await receive(
        hub.receiveDeps,
        'corner-shop',
        acmePost('order', 'w1', acmeOrder({ id: '1', version: 1, placed: new Date(hub.now() - minute).toISOString() })),
      )
      hub.shelf.put(hub.order('1', minute))
      await hub.work()
      const [order, ...others] = await hub.orders.list({}, {})
      expect([order?.externalId, others.length, order?.events.map(({ kind }) => kind)]).toEqual([
        '1',
        0,
        ['order.placed', 'payment.captured'],
      ])
    })

    it('end where the channel lists everything, and a long pause is read in stretches that it takes', async () => {
      const hub = await open({ accounts: [listing({ connector: acmeWithALag })] })
      await hub.work()
      hub.clock.pass(3 * 86_400)
      hub.shelf.asked.length = 0
      await hub.work()
      const stretches = hub.shelf.asked.filter(({ by }) => by === 'changed')
      expect(stretches.map(({ from, to }) => (to - from) / 1000)).toEqual([86_400, 86_400, 86_400, 300])
      expect(stretches.at(-1)?.to).toBe(hub.now() - 120_000)
      expect(stretches.slice(1).every(({ from }, at) => from === stretches[at]?.to)).toBe(true)
    })

    it('a page that shifts while it is read is covered by the next time', async () => {
      const hub = await open()
      hub.shelf.put(hub.order('1', 4 * minute), hub.order('2', 3 * minute), hub.order('3', 2 * minute))
      hub.shelf.onAsked(({ page }) => {
        if (page === '2') hub.shelf.put({ ...hub.order('1', 0), version: 2, placed: hub.now() - 4 * minute })
      })
      await hub.work()
      expect(await hub.orderIds()).toEqual(['1', '2'])
      hub.clock.pass(301)
      hub.shelf.onAsked(() => undefined)
      await hub.work()
      expect(await hub.orderIds()).toEqual(['1', '2', '3'])
    })

    it('a page whose name the channel takes no more has the stretch begun anew, and nothing is there twice', async () => {
      const hub = await open()
      hub.shelf.put(...['1', '2', '3', '4', '5'].map((id) => hub.order(id, Number(id) * 1000)))
      let refusals = 2
      hub.shelf.onAsked(({ page }) => {
        if (page !== '4' || refusals === 0) return
        refusals -= 1
        throw refused('the token has expired')
      })
      await hub.work()
      expect(await hub.orderIds()).toHaveLength(5)
      expect(await hub.inbox.countWhere({})).toBe(5)
      expect(hub.shelf.asked.filter(({ page }) => page === undefined)).toHaveLength(3)
    })

    it('never get ahead of what the channel could have seen: its clock is behind ours', async () => {
      const hub = await open()
      hub.shelf.tellsTime(() => hub.now() - 90_000)
      await hub.work()
      expect(await hub.news()).toMatchObject({ skewSeconds: -90, upTo: new Date(hub.now() - 90_000) })
    })

    it('a token that is refused stops the connection, and no call is made until it is authorised', async () => {
      const hub = await open()
      hub.shelf.onAsked(() => {
        throw new HubError('CHANNEL_DENIED', 'the consent was withdrawn', { sent: true })
      })
      await hub.work()
      hub.clock.pass(3600)
      await hub.work()
      expect(hub.shelf.asked).toHaveLength(1)
      expect((await hub.connections.read('corner-shop'))?.stopped?.because).toBe('the consent was withdrawn')
      hub.shelf.onAsked(() => undefined)
      await hub.connections.resume('corner-shop')
      hub.shelf.put(hub.order('1', minute))
      await hub.work()
      expect(await hub.orderIds()).toEqual(['1'])
      expect((await hub.news())?.error).toBeUndefined()
    })

    it('are never given up: after every try failed they are asked for on, and the failure is shown', async () => {
      const hub = await open()
      hub.shelf.onAsked(() => {
        throw refused('no such parameter')
      })
      await hub.work()
      expect(await hub.news()).toMatchObject({ state: 'due', error: { code: 'CHANNEL_REFUSED' } })
      hub.shelf.onAsked(() => undefined)
      hub.shelf.put(hub.order('1', minute))
      hub.clock.pass(3600)
      await hub.work()
      expect(await hub.orderIds()).toEqual(['1'])
    })

    it('a lane that is spent puts off its own pull, and not the connection', async () => {
      const hub = await open()
      hub.shelf.onAsked(() => {
        throw new HubError('CHANNEL_SLOW_DOWN', 'spent', { sent: false, waitSeconds: 40, lane: 'search' })
      })
      await hub.work()
      expect((await hub.connections.read('corner-shop'))?.notBefore).toBeUndefined()
      expect((await hub.news())?.dueAt).toEqual(new Date(hub.now() + 40_000))
    })
  })

  describe('a backfill', () => {
    const shelve = (hub: Awaited<ReturnType<typeof open>>, count: number): void => {
      for (let at = 0; at < count; at += 1)
        hub.shelf.put(hub.order(`o${at}`, 30 * 86_400_000 - at * hour, at % 3 === 0 ? { on: 'old' } : {}))
    }
    const stretch = (hub: Awaited<ReturnType<typeof open>>, days = 31) => ({
      connection: 'corner-shop',
      from: new Date(hub.now() - days * 86_400_000),
      to: hub.clock.now(),
    })

    it('fetches what was placed in a stretch of time, over all lists, and ends', async () => {
      const hub = await open()
      shelve(hub, 11)
      const { _id } = await hub.pulls.backfill(stretch(hub), hub.clock.now())
      await hub.work()
      expect(await hub.orderIds()).toHaveLength(11)
      expect(await hub.pulls.read(_id)).toMatchObject({ state: 'done', listed: 11, kept: 11 })
    })

    it('asked for again while it is under way goes on where it is; once it is done it begins anew', async () => {
      const hub = await open()
      shelve(hub, 11)
      const first = await hub.pulls.backfill(stretch(hub), hub.clock.now())
      hub.shelf.onAsked(({ page }) => {
        if (page === '4') throw new HubError('CHANNEL_AWAY', 'away', { sent: false })
      })
      await hub.work()
      const again = await hub.pulls.backfill({ ...stretch(hub) }, hub.clock.now())
      expect([again._id, again.pages]).toEqual([first._id, (await hub.pulls.read(first._id))?.pages])
      hub.shelf.onAsked(() => undefined)
      hub.clock.pass(60)
      await hub.work()
      expect(await hub.pulls.read(first._id)).toMatchObject({ state: 'done', listed: 11 })
      const anew = await hub.pulls.backfill(
        { ...stretch(hub), ...{ from: first.from ?? new Date(0), to: first.to ?? new Date(0) } },
        hub.clock.now(),
      )
      expect([anew._id, anew.state, anew.pages]).toEqual([first._id, 'due', 0])
      await hub.work()
      expect(await hub.pulls.read(first._id)).toMatchObject({ state: 'done', listed: 11, kept: 0 })
    })

    it('gives way to what is to be sent', async () => {
      const hub = await open()
      shelve(hub, 4)
      await hub.outbox.latest(
        { connection: 'corner-shop', name: 'read-order', order: 'ord_x', about: 'x', wish: {} },
        hub.clock.now(),
      )
      const { _id } = await hub.pulls.backfill(stretch(hub), hub.clock.now())
      await hub.pulling.batch()
      await hub.pulling.idle()
      expect(await hub.pulls.read(_id)).toMatchObject({ state: 'due', pages: 0 })
      await hub.work()
      hub.clock.pass(2)
      await hub.work()
      expect(await hub.pulls.read(_id)).toMatchObject({ state: 'done' })
    })
  })
})
