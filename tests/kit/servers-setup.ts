import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openMongoServer } from './mongo-server.ts'
import { openMotoServer } from './moto-server.ts'
import { openRedisServer } from './redis-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Addresses of the servers that this run tests against; absent where there is none. */
    readonly servers: {
      readonly mongo?: string
      readonly redis?: string
      readonly moto?: string
      readonly isStandIn: boolean
    }
  }
}

interface Opened {
  readonly url?: string
  readonly missing?: string
  close(): Promise<void>
}

/** The server that the environment names, else one of our own; why there is none, where there is none. */
const openOne = async (
  named: string | undefined,
  open: () => Promise<{ url: string; close(): Promise<void> }>,
): Promise<Opened> => {
  if (named !== undefined && named !== '') return { url: named, close: async () => {} }
  try {
    return await open()
  } catch (error) {
    return {
      missing: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      close: async () => {},
    }
  }
}

/**
 * Starts what the tests of the grown-up engine need, once for the run: a stand-in for MongoDB, a Redis, and
 * moto for the clouds' queues, unless MONGO_URL, REDIS_URL and MOTO_URL name some. Without them those suites are left out, and the end of the run says so; CROSSDOCK_TEST_SERVERS=required refuses.
 */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const { MONGO_URL, REDIS_URL, MOTO_URL, CROSSDOCK_TEST_SERVERS } = process.env
  const [mongo, redis, moto] = await Promise.all([
    openOne(MONGO_URL, openMongoServer),
    openOne(REDIS_URL, openRedisServer),
    openOne(MOTO_URL, openMotoServer),
  ])
  const gone = [
    ...(mongo.missing === undefined ? [] : [`everything on MongoDB (no MONGO_URL, and no stand-in: ${mongo.missing})`]),
    ...(redis.missing === undefined
      ? []
      : [`everything on Redis (no REDIS_URL, and none could be started: ${redis.missing})`]),
    ...(moto.missing === undefined
      ? []
      : [`the queues against moto (no MOTO_URL, and none could be started: ${moto.missing})`]),
  ]
  const close = () => Promise.all([mongo.close(), redis.close(), moto.close()])
  if (gone.length > 0 && CROSSDOCK_TEST_SERVERS === 'required') {
    await close()
    throw new Error(`did not run: ${gone.join('; ')}`)
  }
  // Whatever the tests leave lying about lies here, and goes when they are over.
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-tests-'))
  process.env['TMPDIR'] = folder
  project.provide('servers', {
    isStandIn: MONGO_URL === undefined || MONGO_URL === '',
    ...(mongo.url === undefined ? {} : { mongo: mongo.url }),
    ...(redis.url === undefined ? {} : { redis: redis.url }),
    ...(moto.url === undefined ? {} : { moto: moto.url }),
  })
  return async () => {
    await close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    for (const what of gone) process.stderr.write(`\n!! DID NOT RUN: ${what}\n`)
  }
}
