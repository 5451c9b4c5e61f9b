import { expect, it } from 'vitest'
import { deadMessages } from '../kit/dead-messages.ts'
import { onEachEngine } from '../kit/engines.ts'
import { at, each, openHub } from './kit.ts'

onEachEngine((engine) => {
  it('figures say where they are cut off, and that they are exact where they are', async () => {
    const hub = await openHub(engine)
    const figures = async () => {
      const stages = at(await hub.get('/v1/summary'), 'body', 'work')
      const [, first] = each((await hub.get('/v1/connections')).body, 'messages')
      return { stages, first }
    }
    await hub.store.collection('inbox').insertMany(deadMessages('corner-shop', 1_000))
    const exact = { dead: 1_000, parked: 0, atLeast: [] }
    expect(await figures()).toMatchObject({ stages: [exact, { dead: 0 }, { dead: 0 }], first: exact })
    await hub.store.collection('inbox').insertMany(deadMessages('market-hall', 1))
    hub.clock.pass(10)
    const cut = { dead: 1_000, atLeast: ['dead', 'parked'] }
    const none = { dead: 0, atLeast: [] }
    expect(await figures()).toMatchObject({ stages: [cut, none, none], first: cut })
    expect((await hub.call('GET', '/metrics')).body).toContain('at most 1000 a stage are counted')
    await hub.close()
  })
})
