import { MongoClient } from 'mongodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dropDatabase, freshDatabase, withServers } from '../kit/engines.ts'
import { type Bench, openBench, type Started } from './kit.ts'

const key = 'cdk_tests-tests-tests-tests-tests-tests'
const config = `
server: { port: 0 }
log: { level: silent }
mongo: { timeoutMs: 2000, waitMs: 300 }
connections:
  - id: phone-desk
    connector: direct
`

/** What the program ends with where MONGO_URL says this. */
const startedWith = async (address: string, ...words: readonly string[]) => {
  const bench = openBench({ MONGO_URL: address })
  bench.write('crossdock.yaml', config)
  const ended = await bench.run(...(words.length === 0 ? ['start'] : words))
  await bench.close()
  return ended
}

describe('a MONGO_URL', () => {
  it.each([
    ['start', 'start'],
    ['a verb', 'orders'],
  ])('that nobody answers ends %s after the wait, by its host, without its password', async (_what, verb) => {
    const { code, out, err } = await startedWith('mongodb://ann:hush@127.0.0.1:1/shop', verb)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('MongoDB at 127.0.0.1:1 did not answer within 300 ms')
    expect(err).toContain('correct the address in MONGO_URL')
    expect(err).not.toContain('hush')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('that nobody answers is not waited for after a %s', async (signal) => {
    const bench = openBench({ MONGO_URL: 'mongodb://127.0.0.1:1/shop' })
    bench.write('crossdock.yaml', config.replace('waitMs: 300', 'waitMs: 600000'))
    const hub = bench.begin()
    await hub.hears('find what is due within relay.everyMs')
    const from = performance.now()
    expect(await hub.end(signal)).toBe(0)
    expect(performance.now() - from).toBeLessThan(2_000)
    expect(hub.said()).toContain('Stopped before it was up.')
    await bench.close()
  })

  it('that is no address is wrong usage, and is not shown', async () => {
    const { code, err } = await startedWith('localhost:27017/ann:hush')
    expect(code).toBe(2)
    expect(err).toContain('expected MONGO_URL to be an address such as mongodb://')
    expect(err).not.toContain('hush')
  })
})

withServers('mongo')('a database that holds nothing', () => {
  it.each(['verify', 'backup'])('is told of by %s, and left as it is', async (verb) => {
    const address = freshDatabase()
    const client = new MongoClient(address)
    const { code, err } = await startedWith(address, verb, ...(verb === 'backup' ? ['copy.gz'] : []))
    const standing = await client.db().listCollections().toArray()
    await client.close()
    expect({ code, standing }).toEqual({ code: 1, standing: [] })
    expect(err).toContain('there are no data in MongoDB at')
  })
})

withServers('mongo')("another's database", () => {
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

  it('is refused by name, and nothing is written to it', async () => {
    await client.db().collection('customers').insertOne({ name: 'Ann' })
    const { code, err } = await startedWith(address)
    expect(code).toBe(1)
    expect(err).toMatch(/holds what crossdock did not write \(customers\); it is left as it is/)
    expect(await client.db().listCollections().toArray()).toMatchObject([{ name: 'customers' }])
  })

  it('of a newer program is refused, saying so', async () => {
    const owner = { _id: 'store', program: 'crossdock', schema: 99 }
    await client.db().collection<typeof owner>('meta').insertOne(owner)
    const { code, err } = await startedWith(address)
    expect(code).toBe(1)
    expect(err).toContain('its schema is 99')
    expect(err).toContain('Start the newer program')
  })
})

// One story, told in order: a hub takes an order, is killed, and goes on from what the database holds.
withServers('mongo')('a hub over MongoDB', () => {
  const database = freshDatabase()
  let bench: Bench
  let hub: Started
  beforeAll(async () => {
    bench = openBench({ MONGO_URL: database, CROSSDOCK_ADMIN_KEY: key })
    bench.write('crossdock.yaml', config.replace('waitMs: 300', 'waitMs: 10000'))
    hub = await bench.start()
  })
  afterAll(async () => {
    await bench.close()
    await dropDatabase(database)
  })

  const ask = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', prefer: 'wait=10' }
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const answer = await fetch(`${hub.address}${path}`, { method, headers, ...sent })
    return { status: answer.status, body: await answer.text() }
  }

  it('takes an order, and shows it', async () => {
    const order = {
      externalId: 'P-1',
      placedAt: '2026-11-20T11:15:30Z',
      currency: 'EUR',
      lines: [{ id: '1', sku: 'TEA-100', title: 'Green tea', quantity: 1, amount: '8.90' }],
    }
    expect((await ask('POST', '/v1/orders', { connection: 'phone-desk', order })).status).toBe(201)
    expect((await ask('GET', '/v1/orders')).body).toContain('"P-1"')
  })

  it('has it after it was killed and started anew', async () => {
    await hub.end('SIGKILL')
    hub = await bench.start()
    expect((await ask('GET', '/v1/orders')).body).toContain('"P-1"')
  })

  it('is read by a verb while it runs, and while none does', async () => {
    expect(await bench.run('orders')).toMatchObject({ code: 0, out: expect.stringContaining('P-1') })
    await hub.end('SIGTERM')
    expect(await bench.run('orders')).toMatchObject({ code: 0, out: expect.stringContaining('P-1') })
    expect((await bench.run('verify')).code).toBe(0)
  })
})
