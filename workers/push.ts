import { isHeldBack } from '../src/flow/hold-back.ts'
import { type PushDeps, push } from '../src/flow/push.ts'
import { lostEndingOf } from '../src/flow/remedy.ts'
import { asHubError } from '../src/kernel/errors.ts'
import type { Connections } from '../src/store/connections.ts'
import type { Outbox } from '../src/store/outbox.ts'
import type { Command } from '../src/store/rows.ts'
import { orGiveBack } from './stage.ts'

export interface PushWorkerDeps extends PushDeps {
  readonly outbox: Outbox
  readonly connections: Connections
  readonly leaseMs: number
  /** Names this process on what it claims. */
  readonly holder: string
}

/** Rows that a lane claims at once, for each call it may have under way. */
const claimedPerCall = 4

export interface Lanes {
  /** Opens a lane for each connection that has rows due. */
  batch(): Promise<number>
  /** Resolves when every lane has run dry. */
  idle(): Promise<void>
  /** No new call; what was claimed and not begun is given back at once, also behind a call that hangs. */
  stop(): Promise<void>
}

/** Pushes by connection, each in a lane of its own: one that hangs holds up no other. */
export const openLanes = (deps: PushWorkerDeps): Lanes => {
  const stopping = new AbortController()
  const lanes = new Map<string, Promise<void>>()
  const rung = new Set<string>()
  const openLane = (connection: string): void => {
    rung.delete(connection)
    const lane = runLane(deps, connection, stopping.signal)
      .catch((error: unknown) =>
        deps.log.error(
          { stage: 'push', connection, code: asHubError(error).code, why: asHubError(error).message },
          'lane failed',
        ),
      )
      .finally(() => {
        lanes.delete(connection)
        if (!stopping.signal.aborted && rung.has(connection)) openLane(connection)
      })
    lanes.set(connection, lane)
  }
  return {
    batch: async () => {
      for (const connection of await deps.outbox.connectionsDue(deps.now())) {
        if (lanes.has(connection)) rung.add(connection)
        else openLane(connection)
      }
      return 0
    },
    idle: async () => {
      rung.clear()
      await Promise.all(lanes.values())
    },
    stop: async () => {
      stopping.abort()
      await Promise.all(lanes.values())
    },
  }
}

const runLane = async (deps: PushWorkerDeps, connection: string, stop: AbortSignal): Promise<void> => {
  const width = deps.accounts.find(connection)?.limits.concurrency ?? 1
  while (!stop.aborted) {
    const now = deps.now()
    const row = await deps.connections.read(connection)
    if (isHeldBack(row, now)) return
    const claimed = await deps.outbox.claim({
      now,
      leaseMs: deps.leaseMs,
      limit: width * claimedPerCall,
      where: { connection },
      holder: deps.holder,
    })
    if (claimed.length === 0) return
    await pushAll(deps, claimed, { width, stop })
  }
}

interface Width {
  readonly width: number
  readonly stop: AbortSignal
}

/** Pushes what was claimed, some at a time, until the stop, or the first that the store refused; what was not begun then is given back. */
const pushAll = async (deps: PushWorkerDeps, claimed: readonly Command[], { width, stop }: Width): Promise<void> => {
  const queue = claimed.values()
  const failures: unknown[] = []
  const given: Promise<void>[] = []
  const giveRestBack = (): void => {
    for (const command of queue) given.push(giveBack(deps, command))
  }
  const worker = async (): Promise<void> => {
    for (const command of queue)
      await pushOrGiveBack(deps, command).catch((error: unknown) => {
        failures.push(error)
        giveRestBack()
      })
  }
  if (stop.aborted) giveRestBack()
  stop.addEventListener('abort', giveRestBack)
  await Promise.all(Array.from({ length: width }, worker))
  stop.removeEventListener('abort', giveRestBack)
  await Promise.all(given)
  if (failures.length > 0) throw failures[0]
}

const pushOrGiveBack = (deps: PushWorkerDeps, command: Command): Promise<void> =>
  orGiveBack(push(deps, command), (error) => {
    const at = { now: deps.now(), schedule: deps.schedule }
    return deps.outbox.finish(command, lostEndingOf(error, command, at), at.now)
  })

/** It was not begun: due at once, at no cost. A store that refuses this leaves it to its lease. */
const giveBack = async (deps: PushWorkerDeps, command: Command): Promise<void> => {
  const now = deps.now()
  await deps.outbox.finish(command, { to: 'due', at: now, freeAttempt: true }, now).catch(() => undefined)
}
