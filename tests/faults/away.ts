import { setTimeout as sleep } from 'node:timers/promises'
import { call, items } from '../../src/cli/demo-api.ts'
import type { Stage } from '../../src/cli/demo-stage.ts'
import { openTcpProxy, type TcpProxy } from '../kit/tcp-proxy.ts'
import { postFromShop } from './by-hand.ts'
import { type Finding, openHouse, secondsToQuiet, sentBy, shortLeases, underTraffic } from './house.ts'
import type { Fault, Server, Trial } from './rows.ts'

interface StoreFault {
  readonly name: string
  readonly what: string
  readonly quick?: true
  readonly hurtsStore?: true
  /** Whether the store answers nothing meanwhile, so that a webhook must be refused; else it must be taken. */
  readonly isAway: boolean
  readonly hurt: (mongo: Server, road: TcpProxy) => Promise<void>
  readonly mend: (mongo: Server, road: TcpProxy) => Promise<void>
}

const awayMs = 4_000
const slowMs = 200

const faultOf = ({ name, what, quick, hurtsStore, isAway, hurt, mend }: StoreFault): Fault => ({
  name,
  what,
  holds: 'never a 2xx not stored; 503 and Retry-After; catches up',
  engines: ['mongo'],
  ...(quick === undefined ? {} : { quick }),
  ...(hurtsStore === undefined ? {} : { hurtsStore }),
  run: (trial) =>
    onRoad({ ...trial, ...(isAway ? { config: shortLeases } : {}) }, async (mongo, road, options) => {
      const stage = await openHouse(options)
      try {
        return await underTraffic(stage, async (traffic) => {
          await sleep(trial.quick ? 1_000 : 2_000)
          await hurt(mongo, road)
          const posted = postFromShop(stage, '{"id":1}', probe)
          await sleep(trial.quick ? awayMs / 2 : awayMs)
          const { status, retryAfter } = await posted
          await mend(mongo, road)
          const seconds = await secondsToQuiet(stage, traffic)
          await settleProbe(stage)
          const sent = await sentBy(stage)
          const wrong = sent.flatMap(({ note, answers }) =>
            answers
              .filter((status) => status >= 500 && status !== 503)
              .map((status) => `${note} was answered ${status}`),
          )
          const isRight = isAway ? status === 503 && Number(retryAfter) > 0 : status === 200
          return {
            figures: { status, 'Retry-After': retryAfter ?? 'none', 'quiet after s': seconds.toFixed(1) },
            differences: [
              ...wrong,
              ...(isRight ? [] : [`meanwhile it answered ${status}, Retry-After ${retryAfter}: ${lastWordsOf(stage)}`]),
            ],
          }
        })
      } finally {
        await stage.close()
      }
    }),
})

const lastWordsOf = ({ hubs }: Stage): string => Object.values(hubs)[0]?.lastWords() ?? ''

const probe = 'while-it-is-away'

/** A write that was not answered may have come about all the same; ours is no order, and is parked then. */
const settleProbe = async (stage: Stage): Promise<void> => {
  const parked = await items<{ readonly id: string; readonly key: string }>(
    stage,
    '/v1/messages?state=parked&limit=200',
  )
  for (const { id, key } of parked) if (key === probe) await call(stage, `/v1/messages/${id}/settle`, {})
}

/** The same trial with its store at the end of a road that can be broken. */
const onRoad = async (
  trial: Trial,
  play: (mongo: Server, road: TcpProxy, options: Trial) => Promise<Finding>,
): Promise<Finding> => {
  const { mongo, servers } = trial
  if (mongo === undefined || servers.MONGO_URL === undefined) throw new Error('expected a MongoDB')
  const road = await openTcpProxy({ to: mongo.port, delayMs: slowMs / 2 })
  try {
    const MONGO_URL = servers.MONGO_URL.replace(`:${mongo.port}`, `:${road.port}`)
    return await play(mongo, road, { ...trial, servers: { ...servers, MONGO_URL } })
  } finally {
    await road.close()
  }
}

/** The database in every way away. */
export const awayFaults: readonly Fault[] = [
  faultOf({
    name: 'store-hung',
    what: 'the database hangs for four seconds (SIGSTOP)',
    hurtsStore: true,
    isAway: true,
    // On a machine under load it goes on for a moment.
    hurt: async (mongo) => {
      mongo.signal('SIGSTOP')
      await sleep(300)
    },
    mend: async (mongo) => mongo.signal('SIGCONT'),
  }),
  faultOf({
    name: 'store-killed',
    what: 'the database is killed, and started again on its file',
    hurtsStore: true,
    isAway: true,
    hurt: (mongo) => mongo.kill(),
    mend: (mongo) => mongo.start(),
  }),
  faultOf({
    name: 'store-cut',
    what: 'every connection to the database is cut in the middle of an answer',
    quick: true,
    isAway: true,
    hurt: async (_, road) => road.set('cut'),
    mend: async (_, road) => road.set('open'),
  }),
  faultOf({
    name: 'store-slow',
    what: `the database answers ${slowMs} ms later`,
    isAway: false,
    hurt: async (_, road) => road.set('slow'),
    mend: async (_, road) => road.set('open'),
  }),
]
