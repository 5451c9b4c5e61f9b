import type { Account } from '../src/flow/account.ts'
import { isHeldBack } from '../src/flow/hold-back.ts'
import { planPulls } from '../src/flow/plan-pulls.ts'
import { type PullDeps, pull } from '../src/flow/pull.ts'
import { lostEndingOf } from '../src/flow/remedy.ts'
import { asHubError } from '../src/kernel/errors.ts'
import type { Connections } from '../src/store/connections.ts'
import type { Outbox } from '../src/store/outbox.ts'
import type { Pulls } from '../src/store/pulls.ts'
import type { Pull, PullKind } from '../src/store/rows.ts'
import { orGiveBack } from './stage.ts'

export interface PullWorkerDeps extends PullDeps {
  readonly outbox: Outbox
  readonly pulls: Pulls
  readonly connections: Connections
  /** Names this process on what it claims. */
  readonly holder: string
}

/** What is live goes first; what looks back gives way to it, and to what is to be sent. */
const inTurn: readonly PullKind[] = ['news', 'reconcile', 'backfill']
/** How long looking back gives way at a time. */
const giveWayMs = 1_000

export interface Pulling {
  /** Goes on with each connection that has a pull due. */
  batch(): Promise<number>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
  stop(): Promise<void>
}

/** Pulls by connection, one page at a time each: one that hangs holds up no other. */
export const openPulling = (deps: PullWorkerDeps): Pulling => {
  const plan = planPulls(deps)
  const underWay = new Map<string, Promise<void>>()
  let open = true
  const goOn = async (account: Account): Promise<void> => {
    while (open && (await pullOne(deps, account)));
  }
  return {
    batch: async () => {
      await plan()
      for (const connection of await deps.pulls.connectionsDue(deps.now())) {
        const account = deps.accounts.find(connection)
        if (!open || account?.enabled !== true || underWay.has(connection)) continue
        const way = goOn(account)
          .catch((error: unknown) =>
            deps.log.error(
              { stage: 'pull', connection, code: asHubError(error).code, why: asHubError(error).message },
              'pulling failed',
            ),
          )
          .finally(() => underWay.delete(connection))
        underWay.set(connection, way)
      }
      return 0
    },
    idle: async () => {
      await Promise.all(underWay.values())
    },
    stop: async () => {
      open = false
      await Promise.all(underWay.values())
    },
  }
}

/** @returns false: nothing of it may be done now */
const pullOne = async (deps: PullWorkerDeps, { id: connection }: Account): Promise<boolean> => {
  const now = deps.now()
  const row = await deps.connections.read(connection)
  if (isHeldBack(row, now)) return false
  for (const kind of inTurn) {
    const [claimed] = await deps.pulls.claim({
      now,
      leaseMs: deps.leaseMs,
      limit: 1,
      where: { connection, kind },
      holder: deps.holder,
    })
    if (claimed === undefined) continue
    if (kind !== 'news' && (await mustGiveWay(deps, claimed))) continue
    await orGiveBack(pull(deps, claimed), (error) =>
      deps.pulls.finish(claimed, lostEndingOf(error, claimed, { now: deps.now(), schedule: deps.schedule })),
    )
    return true
  }
  return false
}

const mustGiveWay = async (deps: PullWorkerDeps, claimed: Pull): Promise<boolean> => {
  const now = deps.now()
  const live = await deps.outbox.countWhere({ connection: claimed.connection, dueAt: { $lte: now } })
  if (live === 0) return false
  const at = new Date(now.getTime() + giveWayMs)
  return deps.pulls.finish(claimed, { to: 'due', at, freeAttempt: true })
}
