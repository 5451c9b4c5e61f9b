import { expect, it } from 'vitest'
import { keepTold } from '../../src/flow/keep-told.ts'
import { onEachEngine } from '../kit/engines.ts'
import { openClock, openFlow, openOtherSide } from './kit.ts'

onEachEngine(({ open }) => {
  it('one version of an order is one message, and one that bears another mark is another', async () => {
    const store = await open()
    const flow = await openFlow({ store, clock: openClock(), other: openOtherSide() })
    const keep = async (mark?: string): Promise<string> => {
      const told = { connection: 'corner-shop', topic: 'read/order', order: '7', rank: 5, body: Buffer.from('{}') }
      const kept = await keepTold(
        { inbox: flow.repositories.inbox, now: flow.now },
        { ...told, ...(mark === undefined ? {} : { mark }) },
      )
      return kept.state
    }
    expect([await keep(), await keep()]).toEqual(['kept', 'seen'])
    expect([await keep('a'), await keep('b'), await keep('a')]).toEqual(['kept', 'kept', 'seen'])
    await store.close()
  })
})
