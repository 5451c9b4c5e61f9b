import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silentLog } from '../../src/kernel/log.ts'
import type { Bell } from '../../src/queue/bell.ts'
import { openBullBell } from '../../src/queue/bullmq.ts'
import { withServers } from '../kit/engines.ts'
import type { TestServer } from '../kit/mongo-server.ts'
import { openRedisServer } from '../kit/redis-server.ts'
import { until, usual } from './bells.ts'

withServers('redis')('rings as they lie in Redis', () => {
  let redis: TestServer
  let client: Redis
  let bells: Bell[]

  beforeEach(async () => {
    redis = await openRedisServer()
    client = new Redis(redis.url)
    bells = []
  })
  afterEach(async () => {
    await Promise.all(bells.map((bell) => bell.close()))
    client.disconnect()
    await redis.close()
  })

  const open = async (prefix = 'test'): Promise<Bell> => {
    const bell = await openBullBell({ ...usual, url: redis.url, prefix, log: silentLog })
    bells.push(bell)
    return bell
  }
  const counted = (bell: Bell): (() => number) => {
    let wakes = 0
    bell.listen('ingest', () => {
      wakes += 1
    })
    return () => wakes
  }
  const jobs = async (): Promise<readonly string[]> =>
    (await client.keys('test:*')).filter((name) => /:\d+(:|$)/.test(name))

  it('a job says which stage, and nothing else; it wakes whoever comes to listen', async () => {
    const [ringer, listener] = [await open(), await open()]
    ringer.ring('ingest')
    await until(async () => (await jobs()).length > 0)
    const [job = ''] = await jobs()
    expect(JSON.parse((await client.hget(job, 'data')) ?? '')).toEqual({ stage: 'ingest' })
    const wakes = counted(listener)
    await until(() => wakes() > 0)
  })

  it('a job is gone when it has woken, and a Redis that nobody empties does not grow', async () => {
    const [ringer, listener] = [await open(), await open()]
    const wakes = counted(listener)
    const ringOnce = async (): Promise<void> => {
      const before = wakes()
      ringer.ring('ingest')
      await until(() => wakes() > before)
      await until(async () => (await jobs()).length === 0)
    }
    await ringOnce()
    const names = new Set(await client.keys('test:*'))
    for (let ring = 0; ring < 60; ring += 1) await ringOnce()
    const standing =
      /^test:((react|push|pull):meta|ingest:(id|meta|events|marker|limiter|stalled|stalled-check|de:ingest|dn:ingest))$/
    const lying = await client.keys('test:*')
    expect(lying.filter((name) => !standing.test(name))).toEqual([])
    expect(lying.length).toBeLessThanOrEqual(names.size + 2)
    for (const name of ['completed', 'failed']) expect(await client.exists(`test:ingest:${name}`)).toBe(0)
    // It is trimmed by whole nodes: https://redis.io/docs/latest/commands/xtrim/, read 28 Nov 2026.
    expect(await client.xlen('test:ingest:events')).toBeLessThanOrEqual(100)
  })

  it('one of those who listen is woken, not all of them', async () => {
    const ringer = await open()
    const counts = [await open(), await open(), await open()].map(counted)
    const all = (): number => counts.reduce((sum, wakes) => sum + wakes(), 0)
    for (let times = 1; times <= 10; times += 1) {
      ringer.ring('ingest')
      await until(() => all() >= times)
      await until(async () => (await jobs()).length === 0)
    }
    expect(all()).toBe(10)
  })

  it('installations that differ in their prefix do not hear each other', async () => {
    const [ours, theirs] = [await open(), await open('test-else')]
    const heard = counted(await open())
    const heardElse = counted(await open('test-else'))
    ours.ring('ingest')
    await until(() => heard() === 1)
    theirs.ring('ingest')
    await until(() => heardElse() === 1)
    expect(heard()).toBe(1)
  })
})
