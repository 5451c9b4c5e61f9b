import { expect, it } from 'vitest'
import { bePresent, isAnyonePresent } from '../../src/store/presence.ts'
import { onEachEngine, storeForTest } from '../kit/engines.ts'

onEachEngine((engine) => {
  it('who counts on is noticed; who was killed, or has stopped, is not', async () => {
    const store = await storeForTest(engine)
    expect(await isAnyonePresent(store)).toBe(false)
    const one = bePresent(store, 'one')
    await expect
      .poll(() => store.collection('meta').countDocuments({ _id: 'process/one' }), { timeout: 20_000 })
      .toBe(1)
    const [anyone, another] = await Promise.all([isAnyonePresent(store), isAnyonePresent(store, 'one')])
    expect({ anyone, another }).toEqual({ anyone: true, another: false })
    await one.stop()
    expect(await store.collection('meta').countDocuments({ _id: 'process/one' })).toBe(0)
    await store.collection<{ _id: string; beat: number }>('meta').insertOne({ _id: 'process/killed', beat: 7 })
    expect(await isAnyonePresent(store)).toBe(false)
  })

  it('the mark of who was killed is gone some time after the next start; of who counts on it stays', async () => {
    const store = await storeForTest(engine)
    const meta = store.collection<{ _id: string; beat?: number }>('meta')
    const present = async () =>
      (await meta.find({ _id: { $ne: 'store' } }, { sort: { _id: 1 } }).toArray()).map(({ _id }) => _id)
    await meta.insertOne({ _id: 'process/killed', beat: 7 })
    await meta.insertOne({ _id: 'somebody', beat: 7 })
    const alive = bePresent(store, 'alive')
    await expect.poll(present).toContain('process/alive')
    const next = bePresent(store, 'next', 2_500)
    await expect.poll(present, { timeout: 20_000 }).not.toContain('process/killed')
    expect(await present()).toEqual(['process/alive', 'process/next', 'somebody'])
    await Promise.all([alive.stop(), next.stop()])
  })
})
