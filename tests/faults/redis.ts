import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { post } from '../../src/cli/demo-api.ts'
import { quiet } from '../../src/cli/demo-audit.ts'
import type { Stage } from '../../src/cli/demo-stage.ts'
import { answeredInTime, type Finding, openHouse, secondsToQuiet, sentBy, type Traffic, underTraffic } from './house.ts'
import type { Fault, Server } from './rows.ts'

interface RedisFault {
  readonly name: string
  readonly what: string
  readonly quick?: true
  /** Breaks Redis, waits, and mends it again; it may end the play. @returns how often it was broken */
  readonly hurt: (redis: Server, house: House) => Promise<number>
}

interface House {
  readonly stage: Stage
  readonly traffic: Traffic
}

const held = 'webhooks 2xx at ≥ 0.8 of their rate without the fault; all work done within 10 s of its end'
const soundMs = 2_500

const faultOf = ({ name, what, quick, hurt }: RedisFault): Fault => ({
  name,
  what,
  holds: held,
  engines: ['mongo'],
  atOnce: 4,
  ...(quick === undefined ? {} : { quick }),
  run: async (trial) => {
    const { redis } = trial
    if (redis === undefined) throw new Error('expected a Redis')
    const stage = await openHouse(trial)
    try {
      return await underTraffic(stage, async (traffic) => {
        const ms = trial.quick ? soundMs / 2 : soundMs
        const sound = { from: Date.now(), to: Date.now() + ms }
        await sleep(ms)
        const from = Date.now()
        const times = await hurt(redis, { stage, traffic })
        const broken = { from, to: Date.now() }
        const seconds = await secondsToQuiet(stage, traffic)
        const sent = await sentBy(stage)
        return verdictOf({
          times,
          share: answeredInTime(sent, broken) / answeredInTime(sent, sound),
          seconds,
        })
      })
    } finally {
      await stage.close()
    }
  },
})

const verdictOf = ({ times, share, seconds }: { times: number; share: number; seconds: number }): Finding => ({
  figures: { times, 'rate ×': share.toFixed(2), 'quiet after s': seconds.toFixed(1) },
  differences: [
    ...(share >= 0.8 ? [] : [`webhooks were answered at ${share.toFixed(2)} of their rate`]),
    ...(seconds <= 10 ? [] : [`it took ${seconds.toFixed(1)} s until all work was done`]),
  ],
})

const tell = async (redis: Server, ...[first, ...words]: readonly [string, ...string[]]): Promise<void> => {
  const client = new Redis(redis.url, { lazyConnect: true, maxRetriesPerRequest: 1 })
  try {
    await client.connect()
    await client.call(first, ...words)
  } finally {
    client.disconnect()
  }
}

const never: Fault = {
  name: 'redis-never',
  what: 'Redis was never there',
  holds: 'the same, by the relay alone',
  engines: ['mongo'],
  run: async (trial) => {
    const { MONGO_URL } = trial.servers
    const stage = await openHouse({ ...trial, servers: MONGO_URL === undefined ? {} : { MONGO_URL } })
    try {
      return await underTraffic(stage, async () => {
        await sleep(3_000)
        return undefined
      })
    } finally {
      await stage.close()
    }
  },
}

/** Redis in every way away. */
export const redisFaults: readonly Fault[] = [
  faultOf({
    name: 'redis-emptied',
    what: 'Redis is emptied ten times (FLUSHALL), the last time of rings that nobody has heard and after which none comes',
    quick: true,
    hurt: async (redis, { stage, traffic }) => {
      for (let time = 0; time < 9; time += 1) {
        await tell(redis, 'FLUSHALL')
        await sleep(200)
      }
      await traffic.stop()
      await quiet(stage)
      const workers = Object.entries(stage.hubs).filter(([name]) => name !== 'api')
      for (const [, worker] of workers) worker.signal('SIGSTOP')
      await Promise.all(stage.sides.map(({ address }) => post(`${address}/-/play`, { steps: 1 })))
      // Rings are gathered before they are sent.
      await sleep(1_000)
      await tell(redis, 'FLUSHALL')
      for (const [, worker] of workers) worker.signal('SIGCONT')
      return 10
    },
  }),
  faultOf({
    name: 'redis-killed',
    what: 'Redis is killed, and comes back after four seconds',
    hurt: async (redis) => {
      await redis.kill()
      await sleep(4_000)
      await redis.start()
      return 1
    },
  }),
  never,
  faultOf({
    name: 'redis-hung',
    what: 'Redis hangs for twenty seconds (SIGSTOP)',
    hurt: async (redis) => {
      redis.signal('SIGSTOP')
      await sleep(20_000)
      redis.signal('SIGCONT')
      return 1
    },
  }),
  faultOf({
    name: 'redis-full',
    what: 'Redis has reached its maxmemory for four seconds',
    hurt: async (redis) => {
      await tell(redis, 'CONFIG', 'SET', 'maxmemory', '1')
      await sleep(4_000)
      await tell(redis, 'CONFIG', 'SET', 'maxmemory', '0')
      return 1
    },
  }),
]
