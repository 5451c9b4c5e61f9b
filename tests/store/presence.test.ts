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
    expect(await isAnyonePresent(store)).toBe(true)
    await one.stop()
    expect(await store.collection('meta').countDocuments({ _id: 'process/one' })).toBe(0)
    await store.collection<{ _id: string; beat: number }>('meta').insertOne({ _id: 'process/killed', beat: 7 })
    expect(await isAnyonePresent(store)).toBe(false)
  })
})
