import { Queue, Worker } from 'bullmq'
import { Redis, type RedisOptions } from 'ioredis'
import { HubError, refuse } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { type Bell, type Stage, stages } from './bell.ts'

export interface BullOptions {
  /** `redis://…` or `rediss://…` */
  readonly url: string
  /** Names of queues begin with it. */
  readonly prefix: string
  /** Rings of a stage that are taken up in a second, by all processes together, and at once by one. */
  readonly ringsPerSecond: number
  readonly concurrency: number
  /** ms until a ring counts as lost. */
  readonly timeoutMs: number
  /** ms that the start waits for a server that does not answer. */
  readonly waitMs: number
  readonly log: Log
}

/**
 * The bell over many processes: one BullMQ queue a stage. A queue holds one job at most, which is gone before anybody is woken, so that
 * a ring during the work is a new one, and a Redis that nobody empties does not grow.
 * @throws BELL_AWAY after `waitMs`, naming the host · STORE_OLD · CONFIG_INVALID the address is none
 */
export const openBullBell = async (options: BullOptions): Promise<Bell> => {
  const { url, log } = options
  const host = hostOf(url)
  await greet(options, host)
  const state = { away: false, failed: 0 }
  const turn = (away: boolean): void => {
    if (state.away === away) return
    state.away = away
    if (away) log.warn({ stage: 'bell', host }, 'Redis does not answer: work goes on by the relay')
    else log.info({ stage: 'bell', host }, 'Redis answers again')
  }
  const rings = new Redis(url, {
    ...usual,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: options.timeoutMs,
  })
  rings.on('error', () => turn(true))
  rings.on('ready', () => turn(false))
  const ringers = new Map(stages.map((stage) => [stage, ringerOf(stage, { rings, options, state, turn })]))
  const listeners: { readonly worker: Worker; readonly connection: Redis }[] = []
  return {
    ring: (stage, row) => ringers.get(stage)?.ring(row),
    listen: (stage, wake) => void listeners.push(listenerOf(stage, wake, options)),
    state: () => ({ ...state }),
    close: async () => {
      await Promise.all(listeners.map(({ worker }) => worker.close(true).catch(() => undefined)))
      await Promise.all([...ringers.values()].map(({ close }) => close()))
      for (const client of [rings, ...listeners.map(({ connection }) => connection)]) client.disconnect()
    },
  }
}

/** Comes back by itself, however long Redis is away. */
const usual = {
  connectTimeout: 5_000,
  retryStrategy: (times: number) => Math.min(1_000, 50 * 2 ** Math.min(times, 5)),
} as const satisfies RedisOptions

interface RingerDeps {
  readonly rings: Redis
  readonly options: BullOptions
  readonly state: { failed: number }
  readonly turn: (away: boolean) => void
}

/** One ring is on its way at a time; those that come meanwhile are one more. So a Redis that hangs costs no memory. */
const ringerOf = (stage: Stage, { rings, options: { prefix }, state, turn }: RingerDeps) => {
  const queue = new Queue(stage, { connection: rings, prefix, skipVersionCheck: true, skipMetasUpdate: true })
  queue.on('error', () => turn(true))
  let sending = false
  let again: { readonly row: string | undefined } | undefined
  const send = async (row: string | undefined): Promise<void> => {
    sending = true
    try {
      await queue.add(stage, { stage, row }, { jobId: stage, removeOnComplete: true, removeOnFail: true, attempts: 1 })
      turn(false)
    } catch {
      state.failed += 1
      turn(true)
      // The relay takes up what those would have rung for.
      again = undefined
    }
    sending = false
    const next = again
    again = undefined
    if (next !== undefined) void send(next.row)
  }
  return {
    ring: (row: string | undefined): void => {
      if (sending) again = { row }
      else void send(row)
    },
    close: async () => {
      await queue.close().catch(() => undefined)
    },
  }
}

const listenerOf = (stage: Stage, wake: () => void, { url, prefix, ringsPerSecond, concurrency }: BullOptions) => {
  const connection = new Redis(url, { ...usual, maxRetriesPerRequest: null })
  connection.on('error', () => undefined)
  const worker = new Worker(stage, async () => undefined, {
    connection,
    prefix,
    concurrency,
    limiter: { max: ringsPerSecond, duration: 1_000 },
    // A ring that is lost with its process is the relay's to find.
    skipStalledCheck: true,
  })
  worker.on('completed', () => wake())
  worker.on('error', () => undefined)
  return { worker, connection }
}

const hostOf = (url: string): string => {
  const cure = 'Correct REDIS_URL; signs such as @ : / in a password are written as %40 %3A %2F.'
  const wrong = 'expected REDIS_URL to be an address such as redis://:password@host:6379'
  if (!URL.canParse(url)) return refuse('CONFIG_INVALID', wrong, { cure })
  const { protocol, host } = new URL(url)
  return protocol === 'redis:' || protocol === 'rediss:' ? host : refuse('CONFIG_INVALID', wrong, { cure })
}

/** As of which version the commands are there that the queue is made of: https://docs.bullmq.io, read 28 Nov 2026. */
const oldest = [6, 2] as const

const greet = async ({ url, waitMs, timeoutMs }: BullOptions, host: string): Promise<void> => {
  const until = performance.now() + waitMs
  const client = new Redis(url, {
    ...usual,
    lazyConnect: true,
    maxRetriesPerRequest: null,
    // As long as a start is waited for; an answer that says no is an answer.
    commandTimeout: Math.max(timeoutMs, waitMs),
  })
  let last: unknown
  client.on('error', (error: unknown) => {
    last = error
  })
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(last ?? new Error('no answer')), until - performance.now()).unref()
  })
  late.catch(() => undefined)
  try {
    await Promise.race([
      client.connect().catch((error: unknown) => (isDenied(error) ? Promise.reject(error) : late)),
      late,
    ])
    refuseOldRedis(versionOf(await Promise.race([client.info('server'), late])), host)
  } catch (error) {
    throw error instanceof HubError ? error : awayOf(last !== undefined && isDenied(last) ? last : error, host, waitMs)
  } finally {
    client.disconnect()
  }
}

const versionOf = (info: string): string => /redis_version:(\S+)/.exec(info)?.[1] ?? 'unknown'

/** @throws STORE_OLD */
export const refuseOldRedis = (version: string, host: string): void => {
  const [major = Number.NaN, minor = 0] = version.split('.').map(Number)
  if (!(major > oldest[0] || (major === oldest[0] && minor >= oldest[1])))
    refuse('STORE_OLD', `Redis at ${host} is version ${version}; ${oldest.join('.')} or newer is needed`, {
      host,
      version,
    })
}

const isDenied = (error: unknown): boolean =>
  error instanceof Error && /WRONGPASS|NOAUTH|NOPERM|invalid password/i.test(error.message)

/** The client's own sentence may quote the address: only what we know of it is told. */
const awayOf = (error: unknown, host: string, waitMs: number): HubError =>
  isDenied(error)
    ? new HubError('BELL_AWAY', `Redis at ${host} refuses the user or the password`, { host }, error)
    : new HubError('BELL_AWAY', `Redis at ${host} did not answer within ${waitMs} ms`, { host }, error)
