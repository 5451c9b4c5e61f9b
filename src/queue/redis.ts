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
  const isRead =
    read !== undefined && /^rediss?:$/.test(read.protocol) && read.hostname !== '' && /^\/?\d*$/.test(read.pathname)
  if (isRead && isEncoded(read.username) && isEncoded(read.password)) return `${read.hostname}:${read.port || '6379'}`
  throw new HubError(
    'CONFIG_INVALID',
    'expected REDIS_URL to be an address such as redis://user:password@host:6379/0',
    { cure: 'Correct REDIS_URL; signs such as @ : / in a password are written as %40 %3A %2F.' },
  )
}

const isEncoded = (text: string): boolean => !/%(?![0-9a-f]{2})/i.test(text) && canDecode(text)

const canDecode = (text: string): boolean => {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
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

/** What a start learns of the Redis it reached. */
export interface Reached {
  readonly host: string
  /** What it does when it is full. */
  readonly eviction: string
}

/**
 * Waits for a Redis that is starting; one that refuses us, or what a ring needs of it, is not waited for.
 * @throws BELL_AWAY naming the host, after `waitMs` where it does not answer · STORE_OLD · CONFIG_INVALID the address is none
 */
export const reachRedis = async ({ url, timeoutMs, waitMs, prefix }: RedisOptions & Prefixed): Promise<Reached> => {
  const host = hostOf(url)
  const until = performance.now() + waitMs
  const client = new Redis(url, {
    ...lastingOf(timeoutMs),
    lazyConnect: true,
    commandTimeout: timeoutMs,
    retryStrategy: () => null,
  })
  // Whoever connects hears of what Redis refuses only that the connection is closed.
  let refused: unknown
  client.on('error', (error) => {
    if (refusalIn(error) !== undefined) refused = error
  })
  try {
    for (;;) {
      const tried = await tryOnce(client, { host, key: `${prefix}:look` })
      if ('eviction' in tried) return { host, eviction: tried.eviction }
      const failure = refused ?? tried.failure
      if (refusalIn(failure) !== undefined || performance.now() >= until) throw unreached(failure, host, waitMs)
      await sleep(Math.min(250, Math.max(1, until - performance.now())))
    }
  } finally {
    client.disconnect()
  }
}

/** Names of keys begin with it. */
interface Prefixed {
  readonly prefix: string
}

/** @throws STORE_OLD */
const tryOnce = async (
  client: Redis,
  { host, key }: { readonly host: string; readonly key: string },
): Promise<{ readonly eviction: string } | { readonly failure: unknown }> => {
  try {
    if (client.status !== 'ready') await client.connect()
    refuseOldRedis(fieldIn(await client.info('server'), 'redis_version'), host)
    // Who connects to a database that is not there goes on in the first.
    await client.select(client.options.db ?? 0)
    // As a ring does it: a script that writes. A Redis that is full takes none either, and is merely away.
    await client.eval("return redis.call('SET', KEYS[1], '', 'PX', 1)", 1, key).catch((error: unknown) => {
      if (!isFull(error)) throw error
    })
    return { eviction: fieldIn(await client.info('memory'), 'maxmemory_policy') }
  } catch (error) {
    if (error instanceof HubError) throw error
    client.disconnect()
    return { failure: error }
  }
}

const isFull = (error: unknown): boolean => error instanceof Error && /\bOOM\b/.test(error.message)

const fieldIn = (info: string, name: string): string => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1] ?? 'unknown'

/** @throws STORE_OLD */
export const refuseOldRedis = (version: string, host: string): void => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return
  throw new HubError('STORE_OLD', `Redis at ${host} is version ${version}; ${oldest.join('.')} or newer is needed`, {
    host,
    version,
  })
}

const refusals: readonly { readonly says: RegExp; readonly sentence: string; readonly cure: string }[] = [
  {
    says: /\b(WRONGPASS|NOAUTH)\b/,
    sentence: 'does not let us in',
    cure: 'Correct user and password in REDIS_URL.',
  },
  {
    says: /\bNOPERM\b/,
    sentence: 'does not let this user do what a ring needs',
    cure: 'Give the user of REDIS_URL every command on the keys that begin with bell.prefix, or name another user.',
  },
  {
    says: /\bREADONLY\b/,
    sentence: 'may be read only: it is a replica',
    cure: 'Name the one that it follows in REDIS_URL.',
  },
  {
    says: /DB index is out of range|invalid DB index/i,
    sentence: 'has no database of this number',
    cure: 'Correct the number at the end of REDIS_URL; a Redis has 16 unless told otherwise, from 0.',
  },
]

/** What Redis will not do for us, however long it is waited for. */
const refusalIn = (error: unknown): (typeof refusals)[number] | undefined =>
  error instanceof Error ? refusals.find(({ says }) => says.test(error.message)) : undefined

const unreached = (error: unknown, host: string, waitMs: number): HubError => {
  const refusal = refusalIn(error)
  return refusal === undefined
    ? new HubError('BELL_AWAY', `Redis at ${host} did not answer within ${waitMs} ms`, { host })
    : new HubError('BELL_AWAY', `Redis at ${host} ${refusal.sentence}`, { host, cure: refusal.cure })
}
