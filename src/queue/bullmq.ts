import { setTimeout as sleep } from 'node:timers/promises'
import { Queue, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Log } from '../kernel/log.ts'
import { type Bell, type BellState, type Stage, stages } from './bell.ts'
import { openGathered } from './gather.ts'
import { openInProcessBell } from './in-process.ts'
import { hostOf, openCaller, openListener, type RedisOptions, reachRedis } from './redis.ts'

export interface BullOptions extends RedisOptions {
  /** Names of queues begin with it. */
  readonly prefix: string
  /** Rings of a stage that are taken up in a second, by all processes together. */
  readonly ringsPerSecond: number
  readonly log: Log
}

/** A listener asks anew so often. */
const newsMs = 5_000
/** A listener that died with a ring in its hands holds the next ones up for so long, twice at most; the relay does not wait for it. */
const stalledMs = 5_000
const closingMs = 500

/**
 * The bell of many processes: one BullMQ queue a stage. A job says that the stage has something due and no more: what that is, the database
 * knows. One ring waits in Redis and one is being heard at most, whoever rings how often. Who listens hears its own rings without Redis.
 * @throws BELL_AWAY naming the host · STORE_OLD · CONFIG_INVALID the address is none
 */
export const openBullBell = async (options: BullOptions): Promise<Bell> => {
  const { host, eviction } = await reachRedis(options)
  if (eviction !== 'noeviction')
    options.log.warn({ host, eviction }, 'Redis drops rings when it is full, and the relay finds what they meant')
  const here = openInProcessBell()
  const rings = await openRings(options)
  const listeners = openListeners(options)
  return {
    ring: (stage) => {
      here.ring(stage)
      rings.ring(stage)
    },
    listen: (stage, wake) => {
      here.listen(stage, wake)
      listeners.listen(stage, wake)
    },
    state: rings.state,
    look: rings.look,
    close: async () => {
      await Promise.all([here.close(), rings.close(), listeners.close()])
    },
  }
}

/** Sends rings, and knows how that goes. */
const openRings = async (options: BullOptions) => {
  const { prefix, ringsPerSecond } = options
  const client = openCaller(options)
  const ready = new Promise<void>((resolve) => {
    client.once('ready', resolve)
  })
  // A failure that matters is that of a call, and is told there.
  client.on('error', () => undefined)
  // A Redis that went since it was reached is not waited for: it is away, as it may be at any time.
  await Promise.race([ready, sleep(options.timeoutMs, undefined, { ref: false })])
  const state = { away: false, failed: 0, closed: false }
  const turn = openTurn(state, options)
  const ringers = new Map(
    stages.map((stage) => {
      const queue = queueOf(stage, client, prefix)
      const send = (): Promise<void> =>
        queue.add('ring', { stage }, { deduplication: { id: stage, keepLastIfActive: true } }).then(
          () => turn(undefined),
          (error: unknown) => {
            state.failed += 1
            turn(error)
          },
        )
      return [stage, openGathered(send, 1000 / ringsPerSecond)] as const
    }),
  )
  const shown = (): BellState => ({ away: state.away, failed: state.failed })
  return {
    ring: (stage: Stage): void => ringers.get(stage)?.ring(),
    state: shown,
    // A write, as a ring is: a Redis that is full answers every question.
    look: async (): Promise<BellState> => {
      await client.set(`${prefix}:look`, '', 'PX', 1000).then(() => turn(undefined), turn)
      return shown()
    },
    close: async () => {
      state.closed = true
      for (const each of ringers.values()) each.close()
      client.disconnect()
    },
  }
}

/** Tells once that Redis went, and once that it came back; of a bell that is closed, nothing. */
const openTurn = (
  state: { away: boolean; readonly closed: boolean },
  { log, url }: Pick<BullOptions, 'log' | 'url'>,
): ((failure: unknown) => void) => {
  const host = hostOf(url)
  return (failure) => {
    const away = failure !== undefined
    if (state.closed || away === state.away) return
    state.away = away
    if (away) log.warn({ host, because: String(failure) }, 'Redis takes no rings: work goes on by the relay')
    else log.info({ host }, 'Redis takes rings again')
  }
}

/** The start looked at version and settings, and told of them in the log; BullMQ would on the console. */
const asReached = { skipVersionCheck: true } as const

/** Nothing of a ring is kept once it was heard, and nobody reads BullMQ's own events. */
const queueOf = (stage: Stage, client: Redis, prefix: string): Queue => {
  const queue = new Queue(stage, {
    connection: client,
    prefix,
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1 },
    streams: { events: { maxLen: 0 } },
    ...asReached,
  })
  queue.on('error', () => undefined)
  return queue
}

/** Hears rings, each by one process of all that listen. */
const openListeners = (options: BullOptions) => {
  const { prefix, ringsPerSecond } = options
  let client: Redis | undefined
  const workers: Worker[] = []
  const open = (): Redis => {
    const opened = openListener(options, newsMs)
    opened.on('error', () => undefined)
    return opened
  }
  return {
    listen: (stage: Stage, wake: () => void): void => {
      client ??= open()
      const worker = new Worker(stage, async () => wake(), {
        connection: client,
        prefix,
        ...asReached,
        limiter: { max: ringsPerSecond, duration: 1_000 },
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
        lockDuration: stalledMs,
        stalledInterval: stalledMs,
        maxStalledCount: 0,
        runRetryDelay: 1_000,
        drainDelay: newsMs / 1000,
      })
      worker.on('error', () => undefined)
      workers.push(worker)
    },
    // A Redis that hangs is not waited for: what it is not told, it finds out.
    close: async () => {
      const closed = Promise.allSettled(workers.map((worker) => worker.close(true)))
      await Promise.race([closed, sleep(closingMs, undefined, { ref: false })])
      client?.disconnect()
    },
  }
}
