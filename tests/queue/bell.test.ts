import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { stages } from '../../src/queue/bell.ts'
import { onEachBell, type TestBells, until } from './bells.ts'

onEachBell((open) => {
  const withBells = async (tests: (bells: TestBells) => Promise<void>): Promise<void> => {
    const bells = await open()
    try {
      await tests(bells)
    } finally {
      await bells.close()
    }
  }

  it('wakes who listens to the stage that was rung, and nobody else', () =>
    withBells(async ({ ringer, listener }) => {
      const woken: string[] = []
      for (const stage of stages) listener.listen(stage, () => woken.push(stage))
      ringer.ring('react')
      await until(() => woken.length > 0)
      expect(new Set(woken)).toEqual(new Set(['react']))
    }))

  it('wakes after the last ring, whatever came before: what is due then is seen', () =>
    withBells(async ({ ringer, listener }) => {
      let rung = 0
      let seen = 0
      listener.listen('ingest', () => {
        seen = rung
      })
      for (let ring = 0; ring < 40; ring += 1) {
        rung += 1
        ringer.ring('ingest')
        await sleep(ring % 7)
      }
      await until(() => seen === rung)
    }))

  it('wakes again for a ring out of the wake itself', () =>
    withBells(async ({ ringer, listener }) => {
      let wakes = 0
      listener.listen('react', () => {
        wakes += 1
        if (wakes < 4) ringer.ring('react')
      })
      ringer.ring('react')
      await until(() => wakes >= 4)
    }))

  it('is rung without waiting, and wakes nobody before the ring returns', () =>
    withBells(async ({ ringer, listener }) => {
      let wakes = 0
      listener.listen('ingest', () => {
        wakes += 1
      })
      const from = performance.now()
      for (let ring = 0; ring < 5_000; ring += 1) expect(ringer.ring('ingest')).toBeUndefined()
      expect(performance.now() - from).toBeLessThan(1_000)
      expect(wakes).toBe(0)
      await until(() => wakes > 0)
    }))

  it('gathers rings that come together', () =>
    withBells(async ({ ringer, listener }) => {
      let wakes = 0
      listener.listen('push', () => {
        wakes += 1
      })
      for (let ring = 0; ring < 5_000; ring += 1) ringer.ring('push')
      await until(() => wakes > 0)
      await until(async () => !(await ringer.look()).away)
      expect(wakes).toBeLessThan(20)
    }))

  it('rings for nobody without harm, and says that it rings', () =>
    withBells(async ({ ringer }) => {
      for (const stage of stages) ringer.ring(stage)
      expect(await ringer.look()).toEqual({ away: false, failed: 0 })
    }))

  it('wakes nobody once it is closed', () =>
    withBells(async (bells) => {
      let wakes = 0
      bells.listener.listen('ingest', () => {
        wakes += 1
      })
      await bells.close()
      bells.ringer.ring('ingest')
      await new Promise(setImmediate)
      await new Promise(setImmediate)
      expect(wakes).toBe(0)
    }))
})
