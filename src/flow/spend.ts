import { type BudgetLimits, type Reservation, reserve } from '../connector/budget.ts'
import type { NamedLane } from '../connector/http.ts'
import { HubError } from '../kernel/errors.ts'
import type { Connections } from '../store/connections.ts'

export interface SpendDeps {
  readonly connections: Pick<Connections, 'read' | 'spend' | 'spendLane'>
  /** What the connection may spend, by its config; `lanes` in place of what its connector says. */
  readonly limitsOf: (connection: string) => BudgetLimits & { readonly lanes?: Readonly<Record<string, BudgetLimits>> }
  readonly now: () => Date
  readonly sleep: (ms: number) => Promise<void>
}

export interface Spending {
  spend(connection: string, lane?: NamedLane): Promise<void>
  /** What the channel says it allows of a lane, in calls a second: it counts from now on, in this process. */
  learn(connection: string, lane: string, requestsPerSecond: number): void
}

/** Calls reserved at once: few enough to share, enough not to write for each. */
const block = 16
/** A longer wait is not slept out: the row goes back and the connection is put off. */
const longestWaitMs = 2_000

interface Block {
  left: number
  readonly since: number
  readonly deadline: number
}

/**
 * Spends one call of a connection's allowance, waiting for it; of its lane's first, where it has one. The allowances lie on the
 * connection's row and are reserved by compare-and-set, so they hold over all processes; what was reserved and not used before its
 * deadline is dropped. Lanes may be so narrow that their calls are reserved one by one.
 * @throws CHANNEL_SLOW_DOWN with `waitSeconds`, and the `lane` that is spent, where there is none for a while
 */
export const openSpend = (deps: SpendDeps): Spending => {
  const blocks = new Map<string, Block>()
  const turns = new Map<string, Promise<void>>()
  const learned = new Map<string, number>()
  const takeCall = async (connection: string): Promise<void> => {
    for (;;) {
      const held = blocks.get(connection)
      const now = deps.now().getTime()
      if (held !== undefined && held.left > 0 && now >= held.since && now < held.deadline) {
        held.left -= 1
        return
      }
      const { granted, deadline, waitMs } = await refill(deps, connection)
      if (granted > 0) blocks.set(connection, { left: granted, since: now, deadline })
      await waitOrRefuse(deps, waitMs, { of: connection })
    }
  }
  /** In the order in which they came: nobody overtakes who waits. */
  const inTurn = (queue: string, take: () => Promise<void>): Promise<void> => {
    const turn = (turns.get(queue) ?? Promise.resolve()).catch(() => undefined).then(take)
    turns.set(queue, turn)
    return turn
  }
  const takeLane = async (connection: string, lane: NamedLane): Promise<void> => {
    for (;;) {
      const { granted, waitMs } = await refillLane(deps, connection, laneAsKnown(deps, { connection, lane, learned }))
      if (granted > 0) return
      await waitOrRefuse(deps, waitMs, { of: connection, lane: lane.name })
    }
  }
  return {
    spend: async (connection, lane) => {
      if (lane !== undefined) await inTurn(`${connection} ${lane.name}`, () => takeLane(connection, lane))
      await inTurn(connection, () => takeCall(connection))
    },
    learn: (connection, lane, requestsPerSecond) => {
      if (requestsPerSecond > 0) learned.set(`${connection} ${lane}`, requestsPerSecond)
    },
  }
}

const waitOrRefuse = async (
  deps: SpendDeps,
  waitMs: number,
  { of, lane }: { readonly of: string; readonly lane?: string },
): Promise<void> => {
  if (waitMs > longestWaitMs)
    throw new HubError('CHANNEL_SLOW_DOWN', `the budget of ${lane === undefined ? of : `${of} for ${lane}`} is spent`, {
      sent: false,
      waitSeconds: waitMs / 1000,
      ...(lane === undefined ? {} : { lane }),
    })
  if (waitMs > 0) await deps.sleep(waitMs)
}

interface LaneOf {
  readonly connection: string
  readonly lane: NamedLane
  readonly learned: ReadonlyMap<string, number>
}

const laneAsKnown = ({ limitsOf }: SpendDeps, { connection, lane, learned }: LaneOf): NamedLane => {
  const configured = limitsOf(connection).lanes?.[lane.name]
  const rate = learned.get(`${connection} ${lane.name}`)
  return { ...lane, ...(rate === undefined ? {} : { requestsPerSecond: rate }), ...configured }
}

type Refilled = Pick<Reservation, 'granted' | 'deadline' | 'waitMs'>
const nothing: Refilled = { granted: 0, deadline: 0, waitMs: 0 }

/** Reserves a block. What another process was first to take leaves nothing, and no wait: it is tried again. */
const refill = async (deps: SpendDeps, connection: string): Promise<Refilled> => {
  const { spentUntil } = await rowOf(deps, connection)
  const { state, ...reserved } = reserve({ spentUntil }, deps.limitsOf(connection), {
    nowMs: deps.now().getTime(),
    want: block,
  })
  if (state.spentUntil === spentUntil) return reserved
  return (await deps.connections.spend(connection, spentUntil, state.spentUntil)) ? reserved : nothing
}

const refillLane = async (deps: SpendDeps, connection: string, lane: NamedLane): Promise<Refilled> => {
  const from = (await rowOf(deps, connection)).lanes?.[lane.name]
  const { state, ...reserved } = reserve({ spentUntil: from ?? 0 }, lane, { nowMs: deps.now().getTime(), want: 1 })
  if (state.spentUntil === (from ?? 0)) return reserved
  const isOurs = await deps.connections.spendLane(connection, lane.name, { from, to: state.spentUntil })
  return isOurs ? reserved : nothing
}

const rowOf = async ({ connections }: SpendDeps, connection: string) => {
  const row = await connections.read(connection)
  if (row === null) throw new HubError('NOT_FOUND', `no connection "${connection}"`)
  return row
}
