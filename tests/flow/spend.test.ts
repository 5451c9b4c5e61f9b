import { expect, it } from 'vitest'
import { openSpend } from '../../src/flow/spend.ts'
import type { HubError } from '../../src/kernel/errors.ts'
import { openRepositories } from '../../src/store/repositories.ts'
import { onEachEngine, storeForTest } from '../kit/engines.ts'

const limits = { requestsPerSecond: 5, burst: 10 }

onEachEngine((engine) => {
  /** Spenders that share a store as processes do, and one clock that only sleeping moves. */
  const openSpenders = async (count: number) => {
    const { connections } = await openRepositories(await storeForTest(engine))
    await connections.ensure([{ id: 'corner-shop', connector: 'acme' }])
    const clock = { ms: 1_000_000 }
    const spenders = Array.from({ length: count }, () =>
      openSpend({
        connections,
        limitsOf: () => limits,
        now: () => new Date(clock.ms),
        sleep: async (ms) => {
          clock.ms += ms
        },
      }),
    )
    return { connections, clock, spenders }
  }

  /** Calls made by each spender in turn, at the times the clock showed. */
  const spendAll = async (count: number, calls: number): Promise<readonly number[]> => {
    const { clock, spenders } = await openSpenders(count)
    const made: number[] = []
    for (let call = 0; call < calls; call += 1) {
      await spenders[call % count]?.spend('corner-shop')
      made.push(clock.ms)
    }
    return made
  }

  const mostInWindow = (made: readonly number[], ms: number): number =>
    Math.max(...made.map((start) => made.filter((at) => at >= start && at < start + ms).length))

  it.each([1, 3])('no window sees more calls than the budget allows, with %i spenders at it', async (count) => {
    const made = await spendAll(count, 60)
    for (const seconds of [1, 2, 5])
      expect(mostInWindow(made, seconds * 1000)).toBeLessThanOrEqual(limits.burst + seconds * limits.requestsPerSecond)
  })

  it('two who reserve at once do not both have the same allowance', async () => {
    const { clock, spenders } = await openSpenders(4)
    await Promise.all(spenders.flatMap(({ spend }) => Array.from({ length: 10 }, () => spend('corner-shop'))))
    expect(clock.ms - 1_000_000).toBeGreaterThanOrEqual(((40 - limits.burst) / limits.requestsPerSecond) * 1000)
  })

  it('what was reserved and not used before its deadline is dropped', async () => {
    const { connections, clock, spenders } = await openSpenders(1)
    const [spender] = spenders
    await spender?.spend('corner-shop')
    const reserved = (await connections.read('corner-shop'))?.spentUntil
    clock.ms += 60_000
    await spender?.spend('corner-shop')
    expect((await connections.read('corner-shop'))?.spentUntil).toBeGreaterThan((reserved ?? 0) + 50_000)
  })

  it('a long wait is not slept out: it is told, and nothing was sent', async () => {
    const { connections, clock, spenders } = await openSpenders(1)
    await connections.spend('corner-shop', 0, clock.ms + 30_000)
    await expect(spenders[0]?.spend('corner-shop')).rejects.toMatchObject({
      code: 'CHANNEL_SLOW_DOWN',
      detail: { sent: false },
    })
  })

  it('a clock that goes back an hour costs no more than a whole budget, and no window sees more for it', async () => {
    const { connections, clock, spenders } = await openSpenders(2)
    const made: number[] = []
    const spendSome = async (): Promise<void> => {
      for (let call = 0; call < 12; call += 1) {
        await spenders[call % 2]?.spend('corner-shop')
        made.push(clock.ms)
      }
    }
    await spendSome()
    clock.ms -= 3_600_000
    const from = clock.ms
    await spendSome()
    expect(made[12]).toBeLessThanOrEqual(from + 1_000)
    // By a clock that did not go back: the calls made before came just before these.
    const steady = made.map((at, call) => (call < 12 ? at - 3_600_000 : at))
    for (const seconds of [1, 2, 5])
      expect(mostInWindow(steady, seconds * 1000)).toBeLessThanOrEqual(
        limits.burst + seconds * limits.requestsPerSecond,
      )
    await connections.spendLane('corner-shop', search.name, { from: undefined, to: clock.ms + 86_400_000 })
    await expect(spenders[0]?.spend('corner-shop', search)).rejects.toMatchObject({ detail: { lane: search.name } })
    clock.ms += 100_000
    await expect(spenders[0]?.spend('corner-shop', search)).resolves.toBeUndefined()
  })

  it('what was reserved before the clock went back is dropped too, though its deadline is an hour ahead', async () => {
    const { connections, clock, spenders } = await openSpenders(1)
    await spenders[0]?.spend('corner-shop')
    const reserved = (await connections.read('corner-shop'))?.spentUntil ?? 0
    clock.ms -= 3_600_000
    await spenders[0]?.spend('corner-shop')
    expect((await connections.read('corner-shop'))?.spentUntil).toBeLessThan(reserved - 3_500_000)
  })

  const search = { name: 'search', requestsPerSecond: 0.01, burst: 3 }

  it('a lane has an allowance of its own, which holds over all spenders and leaves the rest of the connection alone', async () => {
    const { clock, spenders } = await openSpenders(2)
    const made: string[] = []
    for (let call = 0; call < 6; call += 1)
      await spenders[call % 2]?.spend('corner-shop', search).then(
        () => made.push('made'),
        (error: HubError) => made.push(`${error.code} ${error.detail['lane']}`),
      )
    expect(made).toEqual(['made', 'made', 'made', ...Array.from({ length: 3 }, () => 'CHANNEL_SLOW_DOWN search')])
    await spenders[0]?.spend('corner-shop')
    clock.ms += 101_000
    await expect(spenders[1]?.spend('corner-shop', search)).resolves.toBeUndefined()
  })

  it('what the channel says it allows of a lane counts from then on', async () => {
    const { clock, spenders } = await openSpenders(1)
    spenders[0]?.learn('corner-shop', 'search', 1)
    for (let call = 0; call < 10; call += 1) await spenders[0]?.spend('corner-shop', search)
    expect(clock.ms - 1_000_000).toBeGreaterThanOrEqual(7_000)
  })
})
