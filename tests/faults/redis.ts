import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { answeredInTime, type Finding, openHouse, secondsToQuiet, sentBy, underTraffic } from './house.ts'
import type { Fault, Server, Trial } from './rows.ts'

interface RedisFault {
  readonly name: string
  readonly what: string
  readonly quick?: true
  /** Breaks Redis, waits, and mends it again. @returns how often it was broken */
  readonly hurt: (redis: Server, trial: Trial) => Promise<number>
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
        const times = await hurt(redis, trial)
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
    what: 'Redis is emptied ten times (FLUSHALL)',
    quick: true,
    hurt: async (redis) => {
      for (let time = 0; time < 10; time += 1) {
        await tell(redis, 'FLUSHALL')
        await sleep(200)
      }
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
