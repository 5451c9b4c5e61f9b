import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbedded } from '../../src/store/embedded/open.ts'
import { openMongo } from '../../src/store/mongo/open.ts'
import { storeProgram } from '../../src/wire.ts'
import { openMongoServer, type TestServer } from '../kit/mongo-server.ts'
import { openRedisServer } from '../kit/redis-server.ts'
import { dataFileOf, type Engine, openHouse } from './house.ts'
import type { Trial } from './rows.ts'
import { openSides } from './sides.ts'

/** What the rows stand on: the servers of the grown-up engine, started when the first row asks for them. */
export interface Ground {
  trial(wanted: Wanted): Promise<Trial>
  close(): Promise<void>
}

type Wanted = Omit<Trial, 'look' | 'servers' | 'host'>

interface Pair {
  readonly mongo: TestServer
  readonly redis: TestServer
}

export const openGround = (): Ground => {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-ground-'))
  // A hub that need not compile anything starts in half the time, and there are some two hundred starts.
  process.env['NODE_COMPILE_CACHE'] ??= join(folder, 'compiled')
  let opened: Promise<Pair> | undefined
  let tried = 0
  const onPair = async (wanted: Wanted): Promise<Omit<Trial, 'host'>> => {
    opened ??= openPair(join(folder, 'mongo'))
    tried += 1
    return onServers(wanted, await opened, `crossdock_${tried}`)
  }
  const sides = openSides()
  const warm = new Map<Engine, Promise<void>>()
  return {
    trial: async (wanted) => {
      const make = async (): Promise<Trial> => {
        const made = wanted.engine === 'embedded' ? onFile(wanted) : await onPair(wanted)
        return { ...made, host: sides.host }
      }
      const warmed = warm.get(wanted.engine) ?? make().then(warmUp)
      warm.set(wanted.engine, warmed)
      await warmed
      return make()
    },
    close: async () => {
      sides.close()
      const pair = await opened?.catch(() => undefined)
      await Promise.all([pair?.mongo.close(), pair?.redis.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What a process compiled is kept when it ends by itself, not when it is killed. */
const warmUp = async (trial: Trial): Promise<void> => (await openHouse(trial)).close()

const openPair = async (file: string): Promise<Pair> => {
  const [mongo, redis] = await Promise.all([openMongoServer(file), openRedisServer()])
  return { mongo, redis }
}

const onFile = (wanted: Wanted): Omit<Trial, 'host'> => ({
  ...wanted,
  servers: {},
  look: async (stage) => openEmbedded({ file: dataFileOf(stage), program: storeProgram, readOnly: true }),
})

/** Each trial has a database of its own. */
const onServers = (wanted: Wanted, { mongo, redis }: Pair, database: string): Omit<Trial, 'host'> => {
  const url = `${mongo.url}/${database}`
  return {
    ...wanted,
    mongo,
    redis,
    servers: { MONGO_URL: url, REDIS_URL: redis.url },
    look: () => openMongo({ url, program: storeProgram, poolSize: 2, timeoutMs: 5_000, waitMs: 5_000 }),
  }
}
