import { expect, it } from 'vitest'
import { onEachEngine } from '../kit/engines.ts'
import { each, openHub } from './kit.ts'

onEachEngine((engine) => {
  it('a message that waits for a person is done once the person says so; a good one is left alone', async () => {
    const hub = await openHub(engine)
    try {
      await hub.take({ id: '1', version: 1 }, { id: '2', version: 1, payment: 'odd' })
      const [parked] = each((await hub.get('/v1/messages?state=parked')).body, 'id')
      const [done] = each((await hub.get('/v1/messages?state=done')).body, 'id')
      const settle = (id: unknown, role: 'viewer' | 'operator' = 'operator') =>
        hub.post(`/v1/messages/${String(id)}/settle`, undefined, { role })
      expect(await settle(parked, 'viewer')).toMatchObject({ status: 403 })
      expect(await settle(parked)).toMatchObject({ status: 200, body: { settled: true } })
      expect(await settle(done)).toMatchObject({ status: 200, body: { settled: false } })
      expect(each((await hub.get('/v1/messages?state=parked')).body)).toEqual([])
    } finally {
      await hub.close()
    }
  })
})
