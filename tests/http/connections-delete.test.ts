import { afterEach, beforeEach, expect, it } from 'vitest'
import { onEachEngine } from '../kit/engines.ts'
import { openPlace, order, type PlacedHub } from './connections-kit.ts'
import { at, each } from './kit.ts'

onEachEngine((engine) => {
  let place: ReturnType<typeof openPlace>
  let hub: PlacedHub
  beforeEach(async () => {
    place = openPlace(engine)
    hub = await place.open()
  })
  afterEach(async () => {
    await hub.close()
    place.remove()
  })

  const till = { connector: 'direct', settings: {}, secrets: { inboundSecret: 'env:TILL_SECRET' } }
  const put = () => hub.call('PUT', '/v1/connections/till', till)
  const remove = (id = 'till') => hub.call('DELETE', `/v1/connections/${id}`)
  const shown = async (): Promise<unknown> => {
    const { body } = await hub.call('GET', '/v1/connections')
    return Object(at(body, 'items')).find((item: unknown) => at(item, 'id') === 'till')
  }
  const orders = async () => each((await hub.call('GET', '/v1/orders')).body, 'externalId')

  it('a connection that is deleted is gone at once and after a restart, and its data are kept', async () => {
    await put()
    await hub.hook('till', 'SO-1')
    await hub.work()
    const gone = { id: 'till', connector: 'direct', configured: false, enabled: false }
    expect(await remove()).toMatchObject({ status: 200, body: gone })
    expect(await hub.hook('till', 'SO-2')).toBe(404)
    expect(await orders()).toEqual(['SO-1'])
    await hub.close()
    hub = await place.open()
    expect(await shown()).toMatchObject(gone)
    expect(await shown()).not.toHaveProperty('spec')
  })

  it('a PUT of the same id takes it up again, with what was left to do', async () => {
    await put()
    await hub.hook('till', 'SO-1')
    await remove()
    await hub.work()
    expect(await orders()).toEqual([])
    expect(await put()).toMatchObject({ status: 201, body: { configured: true, from: 'api' } })
    await hub.work()
    expect(await orders()).toEqual(['SO-1'])
  })

  it('one of the file is not deleted here, one that is none is not found, and an operator may not', async () => {
    expect(await remove('phone-desk')).toMatchObject({ status: 409, body: { code: 'FILE_WINS' } })
    expect(await remove('nowhere')).toMatchObject({ status: 404 })
    await put()
    expect(await hub.call('DELETE', '/v1/connections/till', undefined, 'operator')).toMatchObject({ status: 403 })
    expect((await hub.call('POST', '/v1/orders', { connection: 'till', order: order('SO-9') })).status).toBe(202)
    await remove()
    expect(await remove()).toMatchObject({ status: 404 })
  })
})
