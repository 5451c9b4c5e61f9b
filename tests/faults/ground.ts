import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbedded } from '../../src/store/embedded/open.ts'
import { openMongo } from '../../src/store/mongo/open.ts'
import { storeProgram } from '../../src/wire.ts'
import { openMongoServer, type TestServer } from '../kit/mongo-server.ts'
import { openRedisServer } from '../kit/redis-server.ts'
import { dataFileOf, type Engine, type Finding, openHouse } from './house.ts'
import type { Fault, Trial } from './rows.ts'
import { openSides } from './sides.ts'

/** What the rows stand on: the servers of the grown-up engine, started when a row asks for them. */
export interface Ground {
  /** Tries a row in a house of its own. */
  tryOut(fault: Tried, wanted: Wanted): Promise<Finding>
  close(): Promise<void>
}

type Tried = Pick<Fault, 'run' | 'hurtsStore'>
type Wanted = Omit<Trial, 'look' | 'servers' | 'host'>

export const openGround = (): Ground => {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-ground-'))
  // A hub that need not compile anything starts in half the time, and there are some two hundred starts.
  process.env['NODE_COMPILE_CACHE'] ??= join(folder, 'compiled')
  const { host, close } = openSides()
  const warm = new Map<Engine, Promise<unknown>>()
  let shared: Promise<TestServer> | undefined
  let tried = 0
  const onServers = async ({ run, hurtsStore }: Tried, wanted: Wanted): Promise<Finding> => {
    tried += 1
    const database = `crossdock_${tried}`
    const own = hurtsStore === true ? openMongoServer(join(folder, database)) : undefined
    shared ??= openMongoServer(join(folder, 'shared'))
    const [mongo, redis] = await Promise.all([own ?? shared, openRedisServer()])
    try {
      return await run(onPair({ ...wanted, host, mongo, redis }, database))
    } finally {
      await Promise.all([redis.close(), own === undefined ? undefined : mongo.close()])
    }
  }
  const onEngine = (fault: Tried, wanted: Wanted): Promise<Finding> =>
    wanted.engine === 'embedded' ? fault.run(onFile({ ...wanted, host })) : onServers(fault, wanted)
  return {
    tryOut: async (fault, wanted) => {
      const warmed = warm.get(wanted.engine) ?? onEngine(warmUp, wanted)
      warm.set(wanted.engine, warmed)
      await warmed
      return onEngine(fault, wanted)
    },
    close: async () => {
      close()
      await (await shared?.catch(() => undefined))?.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What a process compiled is kept when it ends by itself, not when it is killed. */
const warmUp: Tried = {
  run: async (trial) => {
    await (await openHouse(trial)).close()
    return { figures: {}, differences: [] }
  },
}

const onFile = (wanted: Wanted & Pick<Trial, 'host'>): Trial => ({
  ...wanted,
  servers: {},
  look: async (stage) => openEmbedded({ file: dataFileOf(stage), program: storeProgram, readOnly: true }),
})

/** Each trial has a database of its own. */
const onPair = (wanted: Wanted & Required<Pick<Trial, 'host' | 'mongo' | 'redis'>>, database: string): Trial => {
  const url = `${wanted.mongo.url}/${database}`
  return {
    ...wanted,
    servers: { MONGO_URL: url, REDIS_URL: wanted.redis.url },
    look: () => openMongo({ url, program: storeProgram, poolSize: 2, timeoutMs: 5_000, waitMs: 5_000 }),
  }
}
