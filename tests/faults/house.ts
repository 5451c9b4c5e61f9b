import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { get, post } from '../../src/cli/demo-api.ts'
import { audit, quiet } from '../../src/cli/demo-audit.ts'
import { shipHalf, shipHalfOfNewest, stopParcels } from '../../src/cli/demo-ship.ts'
import { type HubSpec, type Side, type Stage, type StageOptions, setStage } from '../../src/cli/demo-stage.ts'
import type { Sent } from '../../src/cli/sandbox-send.ts'
import type { Connector } from '../../src/connector/contract.ts'

export const engines = ['embedded', 'mongo'] as const
export type Engine = (typeof engines)[number]

/** Where the engine's servers are; the embedded one has none. */
export type Servers = Readonly<Partial<Record<'MONGO_URL' | 'REDIS_URL', string>>>

export interface HouseOptions extends Pick<StageOptions, 'before' | 'config' | 'connectors' | 'host' | 'limits'> {
  readonly seed: number
  /** `bin/crossdock.js` of the checkout that is tried. */
  readonly program: string
  readonly servers: Servers
  /** More of the environment of the hub's processes. */
  readonly env?: Readonly<Record<string, string>>
  /** Worker processes beside the api, where there are servers. */
  readonly workers?: number
}

/** The channels of a house: a shop, a till, and a merchant's own shop. Any more would prove the same. */
const sides = ['direct', 'shopify', 'square-pos']

export const sidesOf = (connectors: readonly Connector[]): readonly Connector[] =>
  connectors.filter(({ id }) => sides.includes(id))

/** What a process had in hand that was killed, or could not give it back, or was not told that it had it, is free when its lease ends. */
export const shortLeases = { lease: { seconds: 5 }, outbound: { timeoutMs: 2_000 } }

/** One hub as merchants run it on that engine, with its sandboxes. */
export const openHouse = (options: HouseOptions): Promise<Stage> => setStage({ ...options, hubs: hubsOf(options) })

/** Embedded: one process that does everything. With MongoDB: an api, and workers beside it. */
const hubsOf = ({ servers, env = {}, workers = 1 }: HouseOptions): Readonly<Record<string, HubSpec>> => {
  const spec = (...words: readonly string[]): HubSpec => ({
    args: ['start', '--sandbox', ...words],
    env: { ...servers, ...env },
  })
  if (servers.MONGO_URL === undefined) return { hub: spec() }
  const names = Array.from({ length: workers }, (_, at) => `worker${at + 1}`)
  return { api: spec('--role', 'api'), ...Object.fromEntries(names.map((name) => [name, spec('--role', 'worker')])) }
}

/** Traffic that goes on whatever becomes of the hub; an operator who finds it away tries again later. */
export interface Traffic {
  /** Ends the play and waits until everything sent was answered. */
  stop(): Promise<void>
}

/** The stand-in for MongoDB scans where MongoDB has an index: it is asked for less. */
const paceOf = ({ hubs }: Stage) =>
  Object.keys(hubs).length > 1 ? { perSecond: 3, lookMs: 500 } : { perSecond: 8, lookMs: 500 }

/** More of a side's happenings are not on the way at once: what waits for a hub that is away must not bury it when it is back. */
const mostUnderWay = 16

/** Plays at a steady pace whatever the hub answers: `perSecond` happenings at each side. */
export const startTraffic = (stage: Stage, perSecond = paceOf(stage).perSecond): Traffic => {
  let open = true
  const failures: unknown[] = []
  const play = async (side: Side): Promise<void> => {
    const under = new Set<Promise<unknown>>()
    for (; open; await sleep(1000 / perSecond)) {
      if (under.size >= mostUnderWay) continue
      const step = post(`${side.address}/-/play`, { steps: 1 })
        .catch((error: unknown) => failures.push(error))
        .finally(() => under.delete(step))
      under.add(step)
    }
    await Promise.all(under)
  }
  const ship = async (): Promise<void> => {
    while (open) {
      await shipHalfOfNewest(stage).catch(() => undefined)
      await sleep(paceOf(stage).lookMs)
    }
  }
  const all = Promise.all([...stage.sides.map(play), ship()])
  return {
    stop: async () => {
      open = false
      await all
      if (failures.length > 0) throw failures[0]
    },
  }
}

/** What was found after a fault: figures for the table, and every difference, a sentence each. */
export interface Finding {
  readonly figures: Readonly<Record<string, number | string>>
  readonly differences: readonly string[]
}

/** Lets everything come to its end, then holds the books against the hub: answered, stored, orders, told. */
export const judge = async (stage: Stage): Promise<Finding> => {
  // What does not come to its end is told by the audit; there is no use in asking more of it.
  for (const more of [shipHalf, stopParcels, async () => undefined]) {
    if (!(await quiet(stage))) break
    await more(stage)
  }
  const { accounts, differences } = await audit(stage)
  const sum = (of: (account: (typeof accounts)[number]) => number): number =>
    accounts.reduce((total, account) => total + of(account), 0)
  const figures = {
    answered: sum(({ sent }) => sent.filter(({ status }) => status === 200).length),
    stored: sum(({ messages }) => messages.size),
    orders: sum(({ orders }) => orders.length),
    told: sum(({ books }) => books.told.length),
  }
  // A row that played nothing would prove nothing.
  const idle = Object.entries(figures).filter(([, count]) => count === 0)
  return { figures, differences: [...differences, ...idle.map(([what]) => `nothing was ${what}: no proof`)] }
}

/** Everything the sides sent, with how and when it was answered. */
export const sentBy = async ({ sides }: Pick<Stage, 'sides'>): Promise<readonly Sent[]> =>
  (await Promise.all(sides.map((side) => get<readonly Sent[]>(`${side.address}/-/sent`)))).flat()

/** Share of what was sent in a window that was answered 200 within a second. */
export const answeredInTime = (sent: readonly Sent[], { from, to }: { from: number; to: number }): number => {
  const within = sent.filter(({ at, forged }) => !forged && at >= from && at < to)
  return within.filter(({ status, ms }) => status === 200 && ms < 1000).length / Math.max(1, within.length)
}

/** Plays, lets `fault` happen under it, and judges. The fault may end the play before. */
export const underTraffic = async (
  stage: Stage,
  fault: (traffic: Traffic) => Promise<Finding | undefined>,
  perSecond?: number,
): Promise<Finding> => {
  const traffic = startTraffic(stage, perSecond)
  let of: Finding | undefined
  try {
    of = await fault(traffic)
  } finally {
    await traffic.stop()
  }
  const verdict = await judge(stage)
  return {
    figures: { ...of?.figures, ...verdict.figures },
    differences: [...(of?.differences ?? []), ...verdict.differences],
  }
}

/** Ends the play. @returns seconds until nothing is left to do */
export const secondsToQuiet = async (stage: Stage, traffic: Traffic): Promise<number> => {
  const from = performance.now()
  await traffic.stop()
  await quiet(stage)
  return (performance.now() - from) / 1000
}

/** The data file of an embedded hub. */
export const dataFileOf = ({ folder }: Stage): string => join(folder, 'data', 'crossdock.db')
