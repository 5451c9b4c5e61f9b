import { openMongo } from '../../src/store/mongo/open.ts'
import { storeProgram } from '../../src/wire.ts'
import { openMongoServer } from '../kit/mongo-server.ts'
import { openRedisServer } from '../kit/redis-server.ts'
import { type BenchHub, startHub } from './api.ts'
import { backlogOf } from './backlog.ts'
import { latencyOf } from './bell.ts'
import { benchConfig } from './config.ts'
import { load } from './load-shapes.ts'
import { movedTo } from './moving.ts'
import { startPart } from './processes.ts'
import { figure, type Row } from './rows.ts'
import { atEnd } from './tidy.ts'

const sizes = { quick: 150, full: 1_500 } as const

/** What it is that is measured here, said with each row. */
const standIn = (row: Row): Row => ({
  ...row,
  notes: [
    ...(row.notes ?? []),
    'on a stand-in that speaks the protocol and has no index but the key: not what MongoDB would do',
  ],
})

/** The same rows on the grown-up engine, or what stands for it here: a server of MongoDB's protocol, a real Redis, workers of their own. */
export const grownUp = async (quick: boolean): Promise<readonly Row[]> => {
  const [mongo, redis] = await Promise.all([openMongoServer(), openRedisServer()])
  const ends = [mongo, redis].map((server) => atEnd(() => void server.close()))
  let databases = 0
  const fresh = () => {
    databases += 1
    return { MONGO_URL: `${mongo.url}/bench${databases}`, REDIS_URL: redis.url }
  }
  const count = sizes[quick ? 'quick' : 'full']
  try {
    const rows = [
      await sustainedWith(1, fresh(), count),
      await sustainedWith(2, fresh(), count),
      await onHub('work', fresh(), (hub) => latencyOf(hub, { name: 'bell.latency.mongo', count: quick ? 20 : 200 })),
      await onHub('rest', fresh(), (hub) => backlogOf(hub, { name: 'relay.backlog.mongo', count })),
      await moved(fresh().MONGO_URL, count),
    ]
    return [...rows, scalingOf(rows)].map(standIn)
  } finally {
    for (const end of ends) end()
  }
}

const onHub = async (
  workers: 'work' | 'rest',
  servers: Readonly<Record<string, string>>,
  work: (hub: BenchHub) => Promise<Row>,
): Promise<Row> => {
  const hub = await startHub(workers, benchConfig(undefined, servers))
  try {
    return await work(hub)
  } finally {
    await hub.end()
  }
}

/** An api that only takes in, and so many workers beside it: posted until nothing is due. */
const sustainedWith = async (
  workers: number,
  servers: Readonly<Record<string, string>>,
  count: number,
): Promise<Row> => {
  const api = await startHub('rest', benchConfig(undefined, servers))
  const others = await Promise.all(
    Array.from({ length: workers }, () => startHub('work', benchConfig(undefined, servers))),
  )
  const generator = await startPart('load.ts')
  try {
    const from = performance.now()
    await load(generator, {
      count,
      seed: 61,
      first: 9_000_000,
      port: api.port,
      path: '/webhooks/bench',
      connections: 16,
    })
    const acknowledged = (performance.now() - from) / 1000
    await api.drained()
    const seconds = (performance.now() - from) / 1000
    return {
      name: workers === 1 ? 'orders.sustained.mongo' : `orders.sustained.mongo.${workers}`,
      value: count / seconds,
      unit: 'messages/s',
      better: 'more',
      detail: `${figure(count)} messages by an api and ${workers} worker${workers === 1 ? '' : 's'}: acknowledged in ${figure(acknowledged)} s, folded in ${figure(seconds)} s`,
    }
  } finally {
    await Promise.all([generator.end(), api.end(), ...others.map((other) => other.end())])
  }
}

const scalingOf = ([one, two]: readonly Row[]): Row => ({
  name: 'workers.scaling',
  value: (two?.value ?? 0) / (one?.value ?? 1),
  unit: '× one worker',
  better: 'more',
  detail: 'two worker processes beside one, on two cores that the database, the api and the generator share',
})

const moved = async (url: string, count: number): Promise<Row> => {
  const to = await openMongo({ url, program: storeProgram, poolSize: 10, timeoutMs: 10_000, waitMs: 10_000 })
  try {
    return await movedTo(to, { name: 'move.rate.mongo', count })
  } finally {
    await to.close()
  }
}
