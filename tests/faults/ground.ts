import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbedded } from '../../src/store/embedded/open.ts'
import { openMongo } from '../../src/store/mongo/open.ts'
import { storeProgram } from '../../src/wire.ts'
import { openMongoServer, type TestServer } from '../kit/mongo-server.ts'
import { openRedisServer } from '../kit/redis-server.ts'
import { dataFileOf } from './house.ts'
import type { Trial } from './rows.ts'

/** What the rows stand on: the servers of the grown-up engine, started when the first row asks for them. */
export interface Ground {
  trial(wanted: Omit<Trial, 'look' | 'servers'>): Promise<Trial>
  close(): Promise<void>
}

interface Pair {
  readonly mongo: TestServer
  readonly redis: TestServer
}

export const openGround = (): Ground => {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-ground-'))
  let opened: Promise<Pair> | undefined
  let tried = 0
  return {
    trial: async (wanted) => {
      if (wanted.engine === 'embedded') return onFile(wanted)
      opened ??= openPair(join(folder, 'mongo'))
      tried += 1
      return onServers(wanted, await opened, `crossdock_${tried}`)
    },
    close: async () => {
      const pair = await opened?.catch(() => undefined)
      await Promise.all([pair?.mongo.close(), pair?.redis.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const openPair = async (file: string): Promise<Pair> => {
  const [mongo, redis] = await Promise.all([openMongoServer(file), openRedisServer()])
  return { mongo, redis }
}

const onFile = (wanted: Omit<Trial, 'look' | 'servers'>): Trial => ({
  ...wanted,
  servers: {},
  look: async (stage) => openEmbedded({ file: dataFileOf(stage), program: storeProgram, readOnly: true }),
})

/** Each trial has a database of its own. */
const onServers = (wanted: Omit<Trial, 'look' | 'servers'>, { mongo, redis }: Pair, database: string): Trial => {
  const url = `${mongo.url}/${database}`
  return {
    ...wanted,
    mongo,
    redis,
    servers: { MONGO_URL: url, REDIS_URL: redis.url },
    look: () => openMongo({ url, program: storeProgram, poolSize: 2, timeoutMs: 5_000, waitMs: 5_000 }),
  }
}
