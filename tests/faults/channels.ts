import { setTimeout as sleep } from 'node:timers/promises'
import { get, items } from '../../src/cli/demo-api.ts'
import type { Stage } from '../../src/cli/demo-stage.ts'
import type { Connector } from '../../src/connector/contract.ts'
import type { Books } from '../../src/connector/sandbox.ts'
import { aboveBudget, type FaultyChannel, type Manner, openFaultyChannel } from './faulty-channel.ts'
import { type Finding, type HouseOptions, openHouse, underTraffic } from './house.ts'
import type { Fault, Trial } from './rows.ts'

/** Where a connection names no burst, a channel takes the calls of one second at once. */
const allowance = { perSecond: 10, burst: 10 }
const config = {
  outbound: { timeoutMs: 1_000 },
  retry: { seconds: [1, 1, 1, 1, 1, 2, 2, 5] },
}

/** A house whose every channel may be told to misbehave. */
export const withChannels = async (
  trial: Trial & Pick<HouseOptions, 'limits' | 'workers'>,
  play: (stage: Stage, channels: ReadonlyMap<string, FaultyChannel>) => Promise<Finding>,
): Promise<Finding> => {
  const channels = new Map<string, FaultyChannel>()
  let stage: Stage | undefined
  try {
    stage = await openHouse({
      limits: { requestsPerSecond: allowance.perSecond, concurrency: 4 },
      ...trial,
      config: { ...config, ...trial.config },
      before: async ({ connection, address }) => {
        const channel = await openFaultyChannel(address)
        channels.set(connection, channel)
        return channel.address
      },
    })
    return await play(stage, channels)
  } finally {
    await stage?.close()
    await Promise.all([...channels.values()].map((channel) => channel.close()))
  }
}

const stormOf = (manner: Manner, what: string): Fault => ({
  name: manner,
  what,
  holds: "exactly one effect; never above the budget by the channel's clock",
  engines: ['embedded', 'mongo'],
  run: (trial) =>
    withChannels(trial, async (stage, channels) => {
      const all = [...channels.values()]
      const found = await underTraffic(stage, async () => {
        await sleep(1_200)
        for (const channel of all) channel.behave(manner)
        await sleep(3_500)
        for (const channel of all) channel.behave('well')
        await sleep(300)
        return undefined
      })
      const above = all.map(({ calls }) => aboveBudget(calls, allowance))
      return {
        figures: { ...found.figures, calls: all.reduce((sum, { calls }) => sum + calls.length, 0) },
        differences: [
          ...found.differences,
          ...above.filter((calls) => calls >= 1).map((calls) => `${calls.toFixed(1)} calls above the budget`),
        ],
      }
    }),
})

const told = async (stage: Stage, connections: (connection: string) => boolean): Promise<number> => {
  const sides = stage.sides.filter(({ connection }) => connections(connection))
  const books = await Promise.all(sides.map(({ address }) => get<Books>(`${address}/-/books`)))
  return books.reduce((sum, one) => sum + one.told.length, 0)
}

interface Command {
  readonly name: string
  readonly connection: string
  readonly madeAt: string
  readonly doneAt?: string
}

const inTimeMs = 2_000

/** Share of what was to be told in a window that was told in time: its rate, whatever the play happened to ask for. */
const rateIn = (commands: readonly Command[], { from, to }: { readonly from: number; readonly to: number }): number => {
  const made = commands.filter(({ madeAt }) => Date.parse(madeAt) >= from && Date.parse(madeAt) < to)
  const inTime = made.filter(
    ({ madeAt, doneAt }) => doneAt !== undefined && Date.parse(doneAt) - Date.parse(madeAt) < inTimeMs,
  )
  return inTime.length / Math.max(made.length, 1)
}

/** Lets a window of the play go by. */
const windowOf = async (seconds: number): Promise<{ readonly from: number; readonly to: number }> => {
  const from = Date.now()
  await sleep(seconds * 1000)
  return { from, to: Date.now() }
}

const one = (connectors: readonly Connector[], id: string): readonly Connector[] =>
  connectors.filter((connector) => connector.id === id)

const oneHangs: Fault = {
  name: 'one-hangs',
  what: 'one channel of ten hangs',
  holds: 'the other nine keep ≥ 0.95 of their rate',
  atOnce: 1,
  engines: ['embedded', 'mongo'],
  run: (trial) => {
    const seconds = trial.engine === 'mongo' ? 8 : 5
    const connectors = Array.from({ length: 10 }, () => one(trial.connectors, 'shopify')).flat()
    return withChannels({ ...trial, connectors }, async (stage, channels) => {
      const hangs = stage.sides[0]?.connection ?? ''
      const others = (connection: string): boolean => connection !== hangs
      return underTraffic(
        stage,
        async () => {
          await sleep(3_000)
          const before = await windowOf(seconds)
          channels.get(hangs)?.behave('hang')
          await sleep(1_000)
          const during = await windowOf(seconds)
          await sleep(inTimeMs)
          const commands = (await items<Command>(stage, '/v1/commands?limit=200')).filter(
            ({ name, connection }) => name === 'mark-shipped' && others(connection),
          )
          const after = await told(stage, (connection) => connection === hangs)
          channels.get(hangs)?.behave('well')
          const [usual, meanwhile] = [rateIn(commands, before), rateIn(commands, during)]
          const ratio = meanwhile / usual
          return {
            figures: {
              'told in time before': usual.toFixed(2),
              'told in time meanwhile': meanwhile.toFixed(2),
              ratio: ratio.toFixed(2),
              'told by it': after,
            },
            differences: ratio >= 0.95 ? [] : [`the other nine kept ${ratio.toFixed(2)} of their rate`],
          }
        },
        // Ten channels: the stand-in for MongoDB is asked for less, as ever.
        trial.engine === 'mongo' ? 0.7 : 2,
      )
    })
  },
}

/** A channel that does not do as it should. */
export const channels: readonly Fault[] = [
  stormOf('lose', 'the answer is lost after the channel did it'),
  stormOf('late', 'the answer comes after the hub gave up waiting'),
  stormOf('slow-down', 'a storm of 429'),
  stormOf('broken', 'a storm of 500'),
  oneHangs,
]
