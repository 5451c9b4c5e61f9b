import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dropDatabase, freshDatabase, withServers } from '../kit/engines.ts'
import type { TestServer } from '../kit/mongo-server.ts'
import { openRedisServer } from '../kit/redis-server.ts'
import { type Bench, openBench, type Started } from './kit.ts'

const config = `
server: { port: 0 }
log: { level: silent }
bell: { waitMs: 200, timeoutMs: 200 }
connections:
  - id: phone-desk
    connector: direct
`
const key = 'cdk_only-for-tests-only-for-tests'

describe('a part of a hub that cannot be', () => {
  let bench: Bench
  beforeAll(() => {
    bench = openBench()
    bench.write('crossdock.yaml', config)
  })
  afterAll(() => bench.close())

  it.each([
    ['--role worker', 'without MONGO_URL data are in a file, and one process does everything on it'],
    ['--role api', 'without MONGO_URL data are in a file, and one process does everything on it'],
    ['--stages push', 'without MONGO_URL data are in a file, and one process does everything on it'],
    ['--role api --stages push', 'an api works no stage'],
    ['--role worker --stages push,pack', 'expected stages among ingest, react, push, pull, got "pack"'],
    ['--role chief', 'Allowed choices are all, api, worker'],
  ])('start %s is wrong usage: %s', async (words, sentence) => {
    const { code, err } = await bench.run('start', ...words.split(' '))
    expect(code).toBe(2)
    expect(err).toContain(sentence)
    expect(existsSync(join(bench.folder, 'data'))).toBe(false)
  })
})

// One story, told in order: an api and a worker on one database, and a Redis that goes.
withServers('mongo', 'redis')('an api and a worker', () => {
  const database = freshDatabase()
  let redis: TestServer
  let bench: Bench
  let api: Started
  let worker: Started

  beforeAll(async () => {
    redis = await openRedisServer()
    bench = openBench({ MONGO_URL: database, REDIS_URL: redis.url, CROSSDOCK_ADMIN_KEY: key })
    bench.write('crossdock.yaml', config)
    api = await bench.start('--role', 'api')
    worker = await bench.start('--role', 'worker')
  })
  afterAll(async () => {
    await bench.close()
    await redis.close()
    await dropDatabase(database)
  })

  const ask = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const answer = await fetch(`${api.address}${path}`, { method, headers, ...sent })
    return { status: answer.status, body: await answer.text() }
  }
  const placeOrder = (connection: string, externalId: string) =>
    ask('POST', '/v1/orders', {
      connection,
      order: {
        externalId,
        placedAt: '2026-11-20T11:15:30Z',
        currency: 'EUR',
        lines: [{ id: '1', sku: 'TEA-100', title: 'Green tea', quantity: 1, amount: '8.90' }],
      },
    })
  /** ms until the order is there. */
  const untilFolded = async (externalId: string): Promise<number> => {
    const from = performance.now()
    while (!(await ask('GET', '/v1/orders')).body.includes(`"${externalId}"`)) {
      if (performance.now() - from > 15_000) throw new Error(`${externalId} never became an order`)
      await sleep(20)
    }
    return performance.now() - from
  }
  const healthOf = async ({ address }: Started) => {
    const answer = await fetch(`${address}/health/ready`)
    const body: unknown = await answer.json()
    return { status: answer.status, body }
  }

  it('share the work: what the one takes in, the other makes an order of, at once', async () => {
    expect((await placeOrder('phone-desk', 'P-1')).status).toBe(202)
    await untilFolded('P-1')
    expect((await placeOrder('phone-desk', 'P-2')).status).toBe(202)
    expect(await untilFolded('P-2')).toBeLessThan(900)
  })

  it('are both ready; the worker tells how it fares, and serves nothing else', async () => {
    for (const each of [api, worker])
      expect(await healthOf(each)).toMatchObject({ status: 200, body: { ready: true, degraded: [] } })
    expect((await fetch(`${worker.address}/health/live`)).status).toBe(200)
    expect(await (await fetch(`${worker.address}/metrics`)).text()).toContain('crossdock_bell_away 0')
    expect((await fetch(`${worker.address}/v1/orders`)).status).toBe(404)
    expect((await fetch(`${worker.address}/webhooks/phone-desk`, { method: 'POST' })).status).toBe(404)
  })

  it('both know a connection that is made through the one, seconds later', async () => {
    expect((await ask('PUT', '/v1/connections/fair-stall', { connector: 'direct' })).status).toBe(201)
    expect((await placeOrder('fair-stall', 'F-1')).status).toBe(202)
    await untilFolded('F-1')
  })

  it('go on without Redis, and say that it is away', async () => {
    await redis.kill()
    expect((await placeOrder('phone-desk', 'P-3')).status).toBe(202)
    await untilFolded('P-3')
    for (const each of [api, worker]) {
      const { status, body } = await healthOf(each)
      expect(status).toBe(200)
      expect(body).toMatchObject({ ready: true, degraded: [expect.stringContaining('Redis takes no rings')] })
    }
    expect(await (await fetch(`${api.address}/metrics`)).text()).toMatch(/crossdock_bell_away 1/)
  })

  it('the worker ends, and leaves the note of the api for the verbs', async () => {
    const note = readFileSync(join(bench.folder, 'data/hub.json'), 'utf8')
    expect(await worker.end('SIGTERM')).toBe(0)
    expect(readFileSync(join(bench.folder, 'data/hub.json'), 'utf8')).toBe(note)
    expect((await bench.run('orders', '--json')).out).toContain('"P-3"')
  })

  it('do not start while Redis is away, and name its host', async () => {
    const { code, err } = await bench.run('start', '--role', 'worker')
    expect(code).toBe(1)
    expect(err).toContain(`Redis at 127.0.0.1:${redis.port} did not answer within 200 ms`)
  })

  it('end with nothing claimed, and no key of the verbs left', async () => {
    const from = performance.now()
    expect(await api.end('SIGTERM')).toBe(0)
    expect(performance.now() - from).toBeLessThan(10_000)
    expect(existsSync(join(bench.folder, 'data/hub.json'))).toBe(false)
    const client = new MongoClient(database)
    const leased = await Promise.all(
      ['inbox', 'outbox'].map((name) => client.db().collection(name).countDocuments({ state: 'leased' })),
    )
    expect(leased).toEqual([0, 0])
    expect(await client.db().collection('keys').distinct('name')).toEqual(['CROSSDOCK_ADMIN_KEY'])
    await client.close()
  })
})
