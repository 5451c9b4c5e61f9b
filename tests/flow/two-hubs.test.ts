import { expect, it } from 'vitest'
import { enter } from '../../src/flow/enter.ts'
import { receive } from '../../src/flow/receive.ts'
import { openSpend } from '../../src/flow/spend.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { openRepositories } from '../../src/store/repositories.ts'
import { onEachEngine } from '../kit/engines.ts'
import { acmeAccount, acmeOrder, acmePost } from './acme.ts'
import { openClock, openFlow, openOtherSide } from './kit.ts'

const limits = { requestsPerSecond: 5, concurrency: 4 }
const orders = Array.from({ length: 30 }, (_, at) => String(at + 1))

onEachEngine(({ open }) => {
  it('two hubs on one database tell each shipment once, and within the budget of one', async () => {
    const store = await open()
    const clock = openClock()
    const other = openOtherSide()
    const calls: number[] = []
    const openOne = async () => {
      const { connections } = await openRepositories(store)
      const sleep = async (ms: number): Promise<void> => clock.pass(ms / 1000)
      const { spend } = openSpend({ connections, limitsOf: () => limits, now: clock.now, sleep })
      const carrier = {
        ...other.carrier,
        carry: async (...[account, errand]: Parameters<typeof other.carrier.carry>) => {
          await spend(account.id)
          calls.push(clock.now().getTime())
          return other.carrier.carry(account, errand)
        },
      }
      const accounts = [acmeAccount('corner-shop', { limits })]
      return openFlow({ store, clock, accounts, other: { ...other, carrier } })
    }
    const hubs = [await openOne(), await openOne()] as const
    const [api, worker] = hubs
    for (const id of orders)
      await receive(api.receiveDeps, 'corner-shop', acmePost('order', `m${id}`, acmeOrder({ id, version: 1 })))
    await Promise.all(hubs.map((hub) => hub.work()))
    for (const id of orders)
      await enter(worker.enterDeps, {
        order: orderIdOf('corner-shop', id),
        by: 'tester',
        request: { kind: 'ship', trackingNumber: `1Z${id}` },
      })
    for (let round = 0; round < 60 && other.effects.size < orders.length; round += 1) {
      await Promise.all(hubs.map((hub) => hub.work()))
      clock.pass(1)
    }
    expect(other.effects.size).toBe(orders.length)
    expect(calls).toHaveLength(orders.length)
    for (const seconds of [2, 4])
      for (const from of calls)
        expect(calls.filter((at) => at >= from && at < from + seconds * 1000).length).toBeLessThanOrEqual(
          (seconds + 1) * limits.requestsPerSecond + 1,
        )
    await store.close()
  })
})
