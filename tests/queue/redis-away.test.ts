import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../src/kernel/log.ts'
import { openBullBell } from '../../src/queue/bullmq.ts'
import { hostOf, refuseOldRedis } from '../../src/queue/redis.ts'
import { withServers } from '../kit/engines.ts'
import type { TestServer } from '../kit/mongo-server.ts'
import { openRedisServer } from '../kit/redis-server.ts'
import { openTwoBells, type TestBells, until, usual } from './bells.ts'

const gone = 'Redis takes no rings: work goes on by the relay'
const back = 'Redis takes rings again'

withServers('redis')('with a Redis of its own, that is hurt', () => {
  let redis: TestServer
  let bells: TestBells
  let said: string[]
  let wakes: number

  beforeEach(async () => {
    redis = await openRedisServer()
    said = []
    wakes = 0
    const say = (_: unknown, sentence: string) => said.push(sentence)
    bells = await openTwoBells(redis.url, { debug: say, info: say, warn: say, error: say })
    bells.listener.listen('ingest', () => {
      wakes += 1
    })
    await heard()
  })
  afterEach(async () => {
    await bells.close()
    redis.signal('SIGCONT')
    await redis.close()
  })

  /** Rings until it is heard: a listener that begins takes a moment. */
  const heard = async (): Promise<void> => {
    const before = wakes
    await until(() => {
      bells.ringer.ring('ingest')
      return wakes > before
    }, 15_000)
  }

  const tell = async (...[first, ...words]: readonly [string, ...string[]]): Promise<unknown> => {
    const client = new Redis(redis.url)
    try {
      return await client.call(first, ...words)
    } finally {
      client.disconnect()
    }
  }

  const away = () => until(async () => (await bells.ringer.look()).away)

  /** Rings that all fail, and cost nothing. */
  const ringInVain = async (): Promise<void> => {
    const from = performance.now()
    for (let ring = 0; ring < 10_000; ring += 1) bells.ringer.ring('ingest')
    expect(performance.now() - from).toBeLessThan(500)
    await until(() => bells.ringer.state().failed > 0)
    await until(() => said.includes(gone))
  }

  it('an emptied Redis is rung on', async () => {
    for (let time = 0; time < 10; time += 1) {
      const before = wakes
      await tell('FLUSHALL')
      bells.ringer.ring('ingest')
      await until(() => wakes > before)
    }
    expect(bells.ringer.state().failed).toBe(0)
  })

  it('a Redis emptied between the ring and the wake loses that ring, and no other', async () => {
    for (let time = 0; time < 10; time += 1) {
      bells.ringer.ring('ingest')
      await tell('FLUSHALL')
    }
    await heard()
  })

  it('a Redis that hangs holds up nobody, is told of once, and is rung again when it goes on', async () => {
    redis.signal('SIGSTOP')
    await ringInVain()
    await away()
    redis.signal('SIGCONT')
    await heard()
    await until(async () => !(await bells.ringer.look()).away)
    await until(() => said.includes(back))
    expect(said).toEqual([gone, back])
  })

  it('a Redis that is killed is rung again when it is started again', async () => {
    await redis.kill()
    await ringInVain()
    await away()
    await redis.start()
    await heard()
    expect((await bells.ringer.look()).away).toBe(false)
  })

  it('a full Redis takes no rings, and says so, though it answers', async () => {
    await tell('CONFIG', 'SET', 'maxmemory', '1')
    await ringInVain()
    expect((await bells.ringer.look()).away).toBe(true)
    expect(await tell('PING')).toBe('PONG')
    await tell('CONFIG', 'SET', 'maxmemory', '0')
    await heard()
  })

  it('a ring that is lost with its listener holds up the next ones for seconds, not for good', async () => {
    const connection = new Redis(redis.url, { maxRetriesPerRequest: null })
    const lost = new Worker('push', null, { connection, prefix: bells.prefix ?? '', lockDuration: 5_000 })
    bells.ringer.ring('push')
    await until(async () => (await lost.getNextJob('gone', { block: false })) !== undefined)
    await lost.close(true)
    connection.disconnect()
    let pushes = 0
    bells.listener.listen('push', () => {
      pushes += 1
    })
    await until(() => {
      bells.ringer.ring('push')
      return pushes > 0
    }, 25_000)
  })

  it('holds no more of ten thousand rings that nobody hears than of one', async () => {
    for (let ring = 0; ring < 10_000; ring += 1) {
      bells.ringer.ring('push')
      if (ring % 100 === 0) await new Promise(setImmediate)
    }
    const waiting = async (): Promise<number> => {
      const lists = await tell('KEYS', '*:push:wait')
      return Array.isArray(lists) && lists.length === 1 ? Number(await tell('LLEN', String(lists[0]))) : 0
    }
    await until(async () => (await waiting()) > 0)
    bells.ringer.ring('push')
    await until(async () => !(await bells.ringer.look()).away)
    expect(await waiting()).toBe(1)
  })

  it('who listens is woken by its own rings while Redis is away', async () => {
    await redis.kill()
    const before = wakes
    bells.listener.ring('ingest')
    await until(() => wakes > before)
  })

  it('is closed at once while Redis hangs', async () => {
    redis.signal('SIGSTOP')
    const from = performance.now()
    await bells.close()
    expect(performance.now() - from).toBeLessThan(1_000)
  })

  it('says at the start who did not answer, or did not let us in, and never the password', async () => {
    const open = (url: string) => openBullBell({ ...usual, url, prefix: 'test', waitMs: 300, log: silentLog })
    await tell('CONFIG', 'SET', 'requirepass', 'open-sesame')
    const wrong = await open(`redis://:sesame-not@127.0.0.1:${redis.port}`).catch((error: unknown) => error)
    expect(wrong).toMatchObject({ code: 'BELL_AWAY', message: `Redis at 127.0.0.1:${redis.port} does not let us in` })
    const none = await open(redis.url).catch((error: unknown) => error)
    expect(none).toMatchObject({ code: 'BELL_AWAY', message: `Redis at 127.0.0.1:${redis.port} does not let us in` })
    await redis.kill()
    const from = performance.now()
    const gone = await open(`redis://:sesame-not@127.0.0.1:${redis.port}`).catch((error: unknown) => error)
    expect(performance.now() - from).toBeGreaterThanOrEqual(300)
    expect(gone).toMatchObject({
      code: 'BELL_AWAY',
      message: `Redis at 127.0.0.1:${redis.port} did not answer within 300 ms`,
    })
    for (const error of [wrong, none, gone]) expect(JSON.stringify(error)).not.toContain('sesame')
  })
})

describe('an address of Redis', () => {
  it.each([
    ['redis://cache', 'cache:6379'],
    ['rediss://user:secret@cache.example:6380/2', 'cache.example:6380'],
  ])('%s is %s', (url, host) => expect(hostOf(url)).toBe(host))

  it.each(['cache:6379', 'http://cache', 'redis://', 'redis://cache/orders', 'redis://user:se@cret@ca che'])(
    '%s is none, and is not repeated',
    (url) => {
      expect(() => hostOf(url)).toThrow(/^expected REDIS_URL to be an address such as /)
    },
  )
})

it.each([
  ['6.2.0', true],
  ['7.0.15', true],
  ['10.0.0', true],
  ['6.0.16', false],
  ['5.9.9', false],
  ['unknown', false],
])('Redis %s will do: %s', (version, willDo) => {
  if (willDo) expect(() => refuseOldRedis(version, 'cache:6379')).not.toThrow()
  else expect(() => refuseOldRedis(version, 'cache:6379')).toThrow(`Redis at cache:6379 is version ${version}; 6.2`)
})
