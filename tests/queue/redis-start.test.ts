import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import type { Log } from '../../src/kernel/log.ts'
import { openBullBell } from '../../src/queue/bullmq.ts'
import { withServers } from '../kit/engines.ts'
import type { TestServer } from '../kit/mongo-server.ts'
import { openRedisServer } from '../kit/redis-server.ts'
import { openTcpProxy } from '../kit/tcp-proxy.ts'
import { until, usual } from './bells.ts'

withServers('redis')('the bell from start to end', () => {
  let redis: TestServer
  let said: string[]
  let log: Log

  beforeEach(async () => {
    redis = await openRedisServer()
    said = []
    const say = (_: unknown, sentence: string) => said.push(sentence)
    log = { debug: say, info: say, warn: say, error: say }
  })
  afterEach(() => redis.close())

  const open = (more: object = {}) =>
    openBullBell({ ...usual, url: redis.url, prefix: 'test', timeoutMs: 200, log, ...more })
  /** What a start is refused with, and after how many ms. */
  const refusal = async (more: object) => {
    const from = performance.now()
    const error: unknown = await open(more).then(
      (bell) => bell.close(),
      (error: unknown) => error,
    )
    return { error, ms: performance.now() - from }
  }

  it('waits for a Redis that comes late', async () => {
    await redis.kill()
    const opening = open()
    await redis.start()
    const bell = await opening
    expect(await bell.look()).toEqual({ away: false, failed: 0 })
    await bell.close()
  })

  it('is refused in time by a Redis that hangs, and by a host that is none', async () => {
    redis.signal('SIGSTOP')
    const hung = await refusal({ url: redis.url.replace('//', '//:sesame@'), waitMs: 300 })
    const none = await refusal({ url: 'redis://:sesame@redis.invalid', waitMs: 300 })
    for (const [{ error, ms }, host] of [
      [hung, `127.0.0.1:${redis.port}`],
      [none, 'redis.invalid:6379'],
    ] as const) {
      expect(error).toMatchObject({
        code: 'BELL_AWAY',
        message: `Redis at ${host} did not answer within 300 ms`,
      })
      expect(JSON.stringify(error)).not.toContain('sesame')
      expect(ms).toBeLessThan(2_000)
    }
  })

  it('is refused at once where the password is wrong, however long it would wait', async () => {
    const { error, ms } = await refusal({ url: redis.url.replace('//', '//someone:sesame@'), waitMs: 60_000 })
    expect(error).toMatchObject({ code: 'BELL_AWAY', message: expect.stringContaining('does not let us in') })
    expect(ms).toBeLessThan(5_000)
  })

  const tell = async (...words: readonly [string, ...string[]]): Promise<void> => {
    const client = new Redis(redis.url)
    await client.call(...words)
    client.disconnect()
  }

  it.each([
    ['has no database of this number', '/4711', '', []],
    ['is a replica', '', '', ['REPLICAOF', '127.0.0.1', '1']],
    [
      'does not let this user do',
      '',
      'ann:sesame@',
      ['ACL', 'SETUSER', 'ann', 'on', '>sesame', '~*', '+@read', '+info', '+select'],
    ],
    ['does not let this user do', '', 'ann:sesame@', ['ACL', 'SETUSER', 'ann', 'on', '>sesame', '~other:*', '+@all']],
  ])('is refused at once where it %s%s%s', async (says, path, user, [first, ...words]) => {
    if (first !== undefined) await tell(first, ...words)
    const { error, ms } = await refusal({ url: `${redis.url.replace('//', `//${user}`)}${path}`, waitMs: 60_000 })
    expect(error).toMatchObject({ code: 'BELL_AWAY', message: expect.stringContaining(says) })
    expect(error).toMatchObject({ message: expect.stringContaining(`127.0.0.1:${redis.port}`) })
    expect(JSON.stringify(error)).not.toContain('sesame')
    expect(ms).toBeLessThan(5_000)
  })

  it('starts, and is away, where Redis is full', async () => {
    await tell('CONFIG', 'SET', 'maxmemory', '1')
    const bell = await open()
    await until(async () => (await bell.look()).away)
    await bell.close()
  })

  it.each([
    ['allkeys-lru', ['Redis drops rings when it is full, and the relay finds what they meant']],
    ['noeviction', []],
  ])('with the policy %s says in the log what comes of it, once, and nothing beside', async (policy, expected) => {
    await tell('CONFIG', 'SET', 'maxmemory-policy', policy)
    const beside = vi.spyOn(console, 'warn')
    onTestFinished(() => beside.mockRestore())
    const bell = await open()
    let wakes = 0
    bell.listen('ingest', () => {
      wakes += 1
    })
    bell.ring('ingest')
    await until(() => wakes > 0)
    await bell.close()
    expect(said).toEqual(expected)
    expect(beside).not.toHaveBeenCalled()
  })

  it.each([
    'redis',
    'redis://ann:%zz@127.0.0.1:6379',
    'redis://ann:%ff@127.0.0.1:6379',
    'http://127.0.0.1:6379',
    'redis://:sesame@',
  ])('is refused by the address %s', async (url) => {
    const { error } = await refusal({ url })
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
    expect(JSON.stringify(error)).not.toContain('sesame')
  })

  it('loses few of the rings that come while Redis hangs: one is under way at a time', async () => {
    const bell = await open({ timeoutMs: 500 })
    redis.signal('SIGSTOP')
    let rung = 0
    await until(() => {
      for (let ring = 0; ring < 1_000; ring += 1) bell.ring('ingest')
      rung += 1_000
      return bell.state().failed > 0
    })
    expect(rung).toBeGreaterThan(10_000)
    expect(bell.state().away).toBe(true)
    expect(bell.state().failed).toBeLessThanOrEqual(2)
    await bell.close()
  })

  it('starts, and is away, where Redis goes while it starts', async () => {
    const road = await openTcpProxy({ to: redis.port, delayMs: 150 })
    road.set('slow')
    const opening = open({ url: `redis://127.0.0.1:${road.port}`, timeoutMs: 1_000, waitMs: 1_000 })
    await until(() => road.opened() > 1)
    road.set('hold')
    const bell = await opening
    expect(bell.ring('ingest')).toBeUndefined()
    await until(async () => (await bell.look()).away)
    await bell.close()
    await road.close()
  })

  it.each(['SIGCONT', 'SIGSTOP', 'SIGKILL'] as const)(
    'ends after %s with rings under way, and says nothing of them',
    async (signal) => {
      const bell = await open()
      let wakes = 0
      bell.listen('ingest', () => {
        wakes += 1
      })
      bell.ring('ingest')
      await until(() => wakes > 0)
      redis.signal(signal)
      if (signal === 'SIGKILL') await until(async () => (await bell.look()).away)
      said.length = 0
      bell.ring('ingest')
      bell.ring('push')
      const looked = bell.look()
      const from = performance.now()
      await bell.close()
      expect(performance.now() - from).toBeLessThan(1_000)
      bell.ring('react')
      await looked
      await bell.look()
      expect(said).toEqual([])
    },
  )
})
