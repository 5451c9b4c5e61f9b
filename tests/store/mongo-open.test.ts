import { MongoClient } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { openMongo, refuseOldVersion } from '../../src/store/mongo/open.ts'
import type { Store } from '../../src/store/port.ts'
import { dropDatabase, freshDatabase, withServers } from '../kit/engines.ts'
import { openTcpProxy } from '../kit/tcp-proxy.ts'

const program = { name: 'crossdock', schema: 3 }
const open = (url: string, more: object = {}): Promise<Store> =>
  openMongo({ url, program, poolSize: 2, timeoutMs: 5_000, waitMs: 5_000, ...more })
/** What an opening is refused with; one that is not refused is closed. */
const refusalOf = async (opening: Promise<Store>): Promise<unknown> => {
  const opened = await opening.catch((error: unknown) => ({ error }))
  if ('error' in opened) return opened.error
  await opened.close()
  return 'it was opened'
}

/** As a hub does: what is its own stands there as soon as it is open. */
const openAndBegin = async (url: string): Promise<Store> => {
  const store = await open(url)
  await store.collection('inbox').createIndexes([{ name: 'kept', key: { keptAt: 1 } }])
  return store
}

withServers('mongo')('a database of MongoDB', () => {
  let address: string
  let client: MongoClient
  beforeEach(() => {
    address = freshDatabase()
    client = new MongoClient(address)
  })
  afterEach(async () => {
    await client.close()
    await dropDatabase(address)
  })

  it('is opened again by who made it', async () => {
    await (await open(address)).close()
    expect(await refusalOf(open(address))).toBe('it was opened')
  })

  it('is not begun by who only looks, and then nothing stands there', async () => {
    expect(await refusalOf(open(address, { begin: false }))).toMatchObject({ code: 'NOT_FOUND' })
    expect(await client.db().listCollections().toArray()).toEqual([])
    await (await openAndBegin(address)).close()
    expect(await refusalOf(open(address, { begin: false }))).toBe('it was opened')
  })

  it('is taken by all who start on it at once while it is empty', async () => {
    const refused = await Promise.all(Array.from({ length: 8 }, () => refusalOf(openAndBegin(address))))
    expect(new Set(refused)).toEqual(new Set(['it was opened']))
  })

  it('that holds what another program wrote is refused, and left as it is', async () => {
    await client.db().collection('customers').insertOne({ name: 'Ann' })
    expect(await refusalOf(open(address))).toMatchObject({
      code: 'STORE_FOREIGN',
      message: expect.stringContaining('customers'),
    })
    expect(await client.db().listCollections().toArray()).toMatchObject([{ name: 'customers' }])
  })

  it('that says it belongs to another program is refused by its name', async () => {
    await (await open(address, { program: { name: 'other', schema: 1 } })).close()
    expect(await refusalOf(open(address))).toMatchObject({
      code: 'STORE_FOREIGN',
      message: expect.stringContaining('belongs to other'),
    })
  })

  it('of a newer schema is refused, saying both', async () => {
    await (await open(address, { program: { ...program, schema: 4 } })).close()
    expect(await refusalOf(open(address))).toMatchObject({
      code: 'STORE_NEWER',
      message: expect.stringContaining('its schema is 4, this program knows 3'),
    })
  })

  it('in which an index of that name stands on other paths is refused, naming both', async () => {
    const store = await open(address)
    const rows = store.collection('rows')
    await rows.createIndexes([{ name: 'due', key: { dueAt: 1 } }])
    await expect(rows.createIndexes([{ name: 'due', key: { dueAt: 1 } }])).resolves.toBeUndefined()
    for (const other of [{ key: { madeAt: 1 } } as const, { key: { dueAt: 1 }, unique: true } as const])
      await expect(rows.createIndexes([{ name: 'due', ...other }])).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(/rows: the index "due" stands there on \{"dueAt":1\}/),
      })
    await store.close()
  })

  /** A road to the server, and the address by which it is taken. */
  const openRoad = async () => {
    const server = new URL(address)
    const road = await openTcpProxy({ to: Number(server.port), delayMs: 0 })
    onTestFinished(() => road.close())
    server.port = String(road.port)
    server.searchParams.set('directConnection', 'true')
    return { road, url: server.href }
  }

  it('that goes away is STORE_AWAY by its host while it is gone, and there again after', async () => {
    const { road, url } = await openRoad()
    const store = await open(url, { timeoutMs: 300 })
    road.set('cut')
    await expect(store.ping()).rejects.toMatchObject({
      code: 'STORE_AWAY',
      message: expect.stringContaining(`127.0.0.1:${road.port}`),
    })
    road.set('open')
    await vi.waitFor(() => store.ping(), 10_000)
    await store.close()
  })

  it('that answers late is waited for by a start', async () => {
    const { road, url } = await openRoad()
    road.set('hold')
    const opening = open(url, { timeoutMs: 200, waitMs: 20_000 })
    await vi.waitUntil(() => road.opened() > 1, 10_000)
    road.set('open')
    await expect((await opening).ping()).resolves.toBeUndefined()
    await (await opening).close()
  })
})

describe('a server', () => {
  it.each(['5.0.26', '4.4.29', '3.6.0', 'odd'])('of version %s is refused by what is needed', (version) => {
    expect(() => refuseOldVersion(version, 'db:27017')).toThrow(
      `MongoDB at db:27017 is version ${version}; 6 or newer is needed`,
    )
  })

  it.each(['6.0.0', '7.0.14', '8.0.4', '10.1.0'])('of version %s is taken', (version) => {
    expect(() => refuseOldVersion(version, 'db:27017')).not.toThrow()
  })

  it('that is not there is waited for as long as is configured, and named without its password', async () => {
    const from = performance.now()
    const error = await refusalOf(
      open('mongodb://ann:hush@127.0.0.1:1/x?directConnection=true', { timeoutMs: 100, waitMs: 400 }),
    )
    expect(performance.now() - from).toBeGreaterThanOrEqual(400)
    expect(error).toMatchObject({ code: 'STORE_AWAY', message: 'MongoDB at 127.0.0.1:1 did not answer within 400 ms' })
    expect(JSON.stringify(error)).not.toContain('hush')
  })

  it.each(['localhost:27017', 'http://localhost', 'mongodb://', 'mongodb://ann:h@sh@host/x', 'mongodb://host:0/x'])(
    'at what is no address is refused at once, and the address not shown: %s',
    async (url) => {
      const error = await refusalOf(open(url))
      expect(error).toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(/^expected MONGO_URL to be/),
      })
    },
  )
})
