import { describe, expect, it } from 'vitest'
import { planPulls } from '../../src/flow/plan-pulls.ts'
import { onEachEngine, storeForTest } from '../kit/engines.ts'
import { acmeMappings } from './acme.ts'
import { listing, openShelf, type Shelved } from './acme-lists.ts'
import { openClock, openFlow, openOtherSide } from './kit.ts'

const hour = 3_600_000
const day = 24 * hour

onEachEngine((engine) => {
  const open = async (
    account = listing({ pull: { everySeconds: 86_400, overlapSeconds: 60, reconcileHours: 0, reconcileDays: 3 } }),
  ) => {
    const clock = openClock()
    const other = openOtherSide()
    const shelf = openShelf()
    other.lists(shelf.read)
    const flow = await openFlow({ store: await storeForTest(engine), clock, other, accounts: [account] })
    const now = (): number => clock.now().getTime()
    const order = (id: string, ago: number, more: Partial<Shelved> = {}): Shelved => ({
      id,
      version: 1,
      placed: now() - ago,
      changed: now() - ago,
      ...more,
    })
    /** Held is what is listed, so far. */
    const agree = async (): Promise<void> => {
      await flow.pulls.backfill(
        { connection: 'corner-shop', from: new Date(now() - 30 * day), to: clock.now() },
        clock.now(),
      )
      await flow.work()
    }
    const reconcile = async (cure = false) => {
      const stretch = { connection: 'corner-shop', from: new Date(now() - 30 * day), to: clock.now(), cure }
      const { _id } = await flow.pulls.reconcile(stretch, `${now()} ${cure}`, clock.now())
      for (let turn = 0; turn < 80; turn += 1) {
        await flow.work()
        const row = await flow.pulls.read(_id)
        if (row?.state === 'done') return row
        clock.pass(1)
      }
      throw new Error('it came to no end')
    }
    const shelve = (count: number): void => {
      for (let at = 0; at < count; at += 1)
        shelf.put(order(`o${at}`, 20 * day - at * hour, at % 4 === 0 ? { on: 'old' } : {}))
    }
    return { ...flow, clock, other, shelf, now, order, agree, reconcile, shelve }
  }

  describe('a certificate', () => {
    it('says that nothing is missing where all that the channel lists is held, and both digests agree', async () => {
      const hub = await open()
      hub.shelve(11)
      await hub.agree()
      const { findings, listed } = await hub.reconcile()
      expect([listed, findings?.held]).toEqual([11, 11])
      expect(findings).toMatchObject({ missing: 0, stale: 0, differing: 0, surplus: 0, differences: [] })
      expect(findings?.digests.listed).toBe(findings?.digests.held)
    })

    it('names what is missing, stale, differing and surplus, each once, and for how long', async () => {
      const hub = await open()
      hub.shelve(8)
      await hub.agree()
      hub.shelf.put(hub.order('new', hour))
      hub.shelf.put({ ...hub.order('o1', 2 * hour), version: 2, placed: hub.now() - 19 * day })
      const o2 = hub.shelf.books.get('o2')
      if (o2 !== undefined) hub.shelf.put({ ...o2, quantity: 9 })
      hub.shelf.books.delete('o3')
      const { findings } = await hub.reconcile()
      expect(findings?.differences).toEqual([
        {
          kind: 'differing',
          order: 'o2',
          rank: 1,
          listed: '90.00 EUR',
          held: '20.00 EUR',
          sinceSeconds: expect.any(Number),
        },
        { kind: 'stale', order: 'o1', rank: 2, sinceSeconds: 7200 },
        { kind: 'surplus', order: 'o3', sinceSeconds: expect.any(Number) },
        { kind: 'missing', order: 'new', rank: 1, sinceSeconds: 3600 },
      ])
      expect(findings).toMatchObject({
        missing: 1,
        stale: 1,
        differing: 1,
        surplus: 1,
        longestMissingSeconds: 3600,
        cured: 0,
      })
      expect(findings?.digests.listed).not.toBe(findings?.digests.held)
      expect(await hub.orders.count({})).toBe(8)
    })

    it('with the cure fetches what is missing and stale, and says so once it is held; the next one finds nothing', async () => {
      const hub = await open()
      hub.shelve(8)
      await hub.agree()
      hub.shelf.put(hub.order('new', hour), hub.order('newer', 30 * 60_000))
      hub.shelf.put({ ...hub.order('o1', 2 * hour), version: 2, placed: hub.now() - 19 * day })
      expect((await hub.reconcile(true)).findings).toMatchObject({ missing: 2, stale: 1, cured: 3 })
      expect(await hub.orders.count({})).toBe(10)
      expect((await hub.reconcile()).findings).toMatchObject({ missing: 0, stale: 0, cured: 0 })
    })

    it('what changed a moment ago may be on its way: it is counted apart, and no difference', async () => {
      const hub = await open()
      hub.shelf.put(hub.order('new', 20_000))
      expect((await hub.reconcile()).findings).toMatchObject({ missing: 0, underWay: 1, differences: [] })
    })

    it('an order that the channel still has, though it lists it at another time, is not surplus', async () => {
      const hub = await open()
      hub.shelve(4)
      await hub.agree()
      hub.shelf.books.delete('o3')
      hub.other.answers([{ body: new Uint8Array(), rank: 1 }])
      expect((await hub.reconcile()).findings).toMatchObject({ surplus: 0 })
      expect(hub.other.asked).toEqual(['o3'])
    })

    it('what only tells something of an order is fetched by a backfill and with the cure, and compared with nothing', async () => {
      const hub = await open()
      const { read } = hub.shelf
      hub.shelf.put(hub.order('o1', hour), hub.order('o2', hour))
      hub.other.lists(async (account, wanted) => {
        const page = await read(account, wanted)
        return { ...page, items: page.items.map((item) => (item.order === 'o2' ? { ...item, fact: true } : item)) }
      })
      expect((await hub.reconcile()).findings).toMatchObject({ missing: 1, differences: [{ order: 'o1' }] })
      expect((await hub.reconcile(true)).findings).toMatchObject({ missing: 1, cured: 1 })
      expect(await hub.inbox.countWhere({})).toBe(2)
    })

    it('of many that are not listed only the first are asked for; the others are counted apart, and called nothing', async () => {
      const hub = await open()
      hub.shelve(30)
      await hub.agree()
      hub.shelf.books.clear()
      expect((await hub.reconcile()).findings).toMatchObject({ surplus: 20, unasked: 10 })
      expect(hub.other.asked).toHaveLength(20)
    })

    it('an order that cannot be understood stays missing, however often it is fetched', async () => {
      const account = listing({ mappings: acmeMappings('pending: pending') })
      const hub = await open({ ...account, pull: { ...account.pull, reconcileHours: 0 } })
      hub.shelf.put(hub.order('o1', hour))
      const { findings } = await hub.reconcile(true)
      expect(findings).toMatchObject({ missing: 1, cured: 0 })
      expect(await hub.inbox.count('parked')).toBe(1)
    })

    it('a page that shows an order twice counts it once', async () => {
      const hub = await open()
      hub.shelve(5)
      await hub.agree()
      hub.shelf.onAsked(({ page }) => {
        if (page === '2') hub.shelf.put(hub.order('first', 21 * day))
      })
      // Two of them were listed before it came, and one of these again after it.
      expect((await hub.reconcile()).listed).toBe(5)
    })

    it('is made out by itself, a day after the news were asked for first, once however many processes there are', async () => {
      const hub = await open(listing())
      hub.shelve(3)
      hub.shelf.put(hub.order('late', hour))
      await hub.work()
      expect(await hub.pulls.certificate('corner-shop')).toBeNull()
      hub.shelf.put(hub.order('lost', hour, { changed: hub.now() - hour }))
      hub.clock.pass(86_401)
      const process = { ...hub, now: hub.clock.now }
      await Promise.all([planPulls(process)(), planPulls(process)()])
      for (let turn = 0; turn < 5; turn += 1) {
        await hub.work()
        hub.clock.pass(1)
      }
      const found = await hub.pulls.find({ kind: 'reconcile' }, {})
      expect(found).toHaveLength(1)
      expect(found[0]).toMatchObject({ state: 'done', cure: true, findings: { missing: 2, cured: 2 } })
    })

    it('what a list only names is read by itself, and held then', async () => {
      const hub = await open()
      hub.shelf.put(hub.order('o1', hour))
      const { read } = hub.shelf
      hub.other.lists(async (account, wanted) => {
        const page = await read(account, wanted)
        return { ...page, items: page.items.map(({ payload: _, ...item }) => item) }
      })
      const body = Buffer.from(
        JSON.stringify(
          (
            await read(listing(), {
              list: 'orders',
              now: hub.clock.now(),
              window: { from: new Date(0), to: hub.clock.now(), by: 'placed' },
            })
          ).items[0]?.payload,
        ),
      )
      hub.other.answers([{ body, rank: 1 }])
      expect((await hub.reconcile(true)).findings).toMatchObject({ missing: 1, cured: 1 })
      expect(hub.other.asked).toEqual(['o1'])
    })
  })
})
