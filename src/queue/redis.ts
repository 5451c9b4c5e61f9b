import { setTimeout as sleep } from 'node:timers/promises'
import { Redis, type RedisOptions as RedisClientOptions } from 'ioredis'
import { HubError } from '../kernel/errors.ts'

/** How a Redis is reached. */
export interface RedisOptions {
  /** `redis://user:password@host:6379/0`, or `rediss://`. */
  readonly url: string
  /** ms until a call counts as unanswered. */
  readonly timeoutMs: number
  /** ms that the start waits for a Redis that does not answer. */
  readonly waitMs: number
}

/** As of which version Redis has all that the queue asks of it. */
const oldest = [6, 2] as const
const longestPauseMs = 1_000

/** Host and port of an address: what may be said of it. @throws CONFIG_INVALID it is none */
export const hostOf = (url: string): string => {
  const read = URL.canParse(url) ? new URL(url) : undefined
  if (read !== undefined && /^rediss?:$/.test(read.protocol) && read.hostname !== '' && /^\/?\d*$/.test(read.pathname))
    return `${read.hostname}:${read.port || '6379'}`
  throw new HubError(
    'CONFIG_INVALID',
    'expected REDIS_URL to be an address such as redis://user:password@host:6379/0',
    { cure: 'Correct REDIS_URL; signs such as @ : / in a password are written as %40 %3A %2F.' },
  )
}

/** It comes back whenever Redis does; a socket that stays silent where an answer is due is given up. */
const lastingOf = (silentMs: number) =>
  ({
    connectTimeout: silentMs,
    socketTimeout: silentMs,
    retryStrategy: (times: number): number => Math.min(50 * 2 ** Math.min(times, 10), longestPauseMs),
  }) as const satisfies RedisClientOptions

/** For calls that nobody waits for: each is answered in time or fails, and none is kept for later. */
export const openCaller = ({ url, timeoutMs }: RedisOptions): Redis =>
  new Redis(url, {
    ...lastingOf(2 * timeoutMs),
    commandTimeout: timeoutMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
  })

/** For whoever waits for news, up to `newsMs` at a time. BullMQ asks that its calls wait for Redis as long as it takes. */
export const openListener = ({ url, timeoutMs }: RedisOptions, newsMs: number): Redis =>
  new Redis(url, { ...lastingOf(newsMs + 2 * timeoutMs), connectTimeout: 2 * timeoutMs, maxRetriesPerRequest: null })

/**
 * Waits for a Redis that is starting; one that refuses us is not waited for.
 * @throws BELL_AWAY after `waitMs`, naming the host · STORE_OLD · CONFIG_INVALID the address is none
 */
export const reachRedis = async ({ url, timeoutMs, waitMs }: RedisOptions): Promise<void> => {
  const host = hostOf(url)
  const until = performance.now() + waitMs
  const client = new Redis(url, {
    ...lastingOf(timeoutMs),
    lazyConnect: true,
    commandTimeout: timeoutMs,
    retryStrategy: () => null,
  })
  // Whoever connects hears of a wrong password only that the connection is closed.
  let denied: unknown
  client.on('error', (error) => {
    if (isDenied(error)) denied = error
  })
  try {
    for (;;) {
      const tried = await tryOnce(client, host)
      if (tried === undefined) return
      const failure = denied ?? tried
      if (isDenied(failure) || performance.now() >= until) throw unreached(failure, host, waitMs)
      await sleep(Math.min(250, Math.max(1, until - performance.now())))
    }
  } finally {
    client.disconnect()
  }
}

/** @returns what it failed with @throws STORE_OLD */
const tryOnce = async (client: Redis, host: string): Promise<unknown> => {
  try {
    if (client.status !== 'ready') await client.connect()
    refuseOldRedis(versionIn(await client.info('server')), host)
    return undefined
  } catch (error) {
    if (error instanceof HubError) throw error
    client.disconnect()
    return error
  }
}

const versionIn = (info: string): string => /^redis_version:(\S+)/m.exec(info)?.[1] ?? 'unknown'

/** @throws STORE_OLD */
export const refuseOldRedis = (version: string, host: string): void => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return
  throw new HubError('STORE_OLD', `Redis at ${host} is version ${version}; ${oldest.join('.')} or newer is needed`, {
    host,
    version,
  })
}

const isDenied = (error: unknown): boolean =>
  error instanceof Error && /\b(WRONGPASS|NOAUTH|NOPERM)\b/.test(error.message)

const unreached = (error: unknown, host: string, waitMs: number): HubError =>
  isDenied(error)
    ? new HubError('BELL_AWAY', `Redis at ${host} does not let us in`, {
        host,
        cure: 'Correct user and password in REDIS_URL.',
      })
    : new HubError('BELL_AWAY', `Redis at ${host} did not answer within ${waitMs} ms`, { host })
