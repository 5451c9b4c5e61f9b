import { type PushDeps, push } from '../src/flow/push.ts'
import { asHubError } from '../src/kernel/errors.ts'
import type { Connections } from '../src/store/connections.ts'
import type { Outbox } from '../src/store/outbox.ts'

export interface PushWorkerDeps extends PushDeps {
  readonly outbox: Outbox
  readonly connections: Connections
  readonly leaseMs: number
}

/** Rows that a lane claims at once, for each call it may have under way. */
const claimedPerCall = 4

export interface Lanes {
  /** Opens a lane for each connection that has rows due. */
  batch(): Promise<number>
  /** Resolves when every lane has run dry. */
  idle(): Promise<void>
  /** No new call; what was claimed and not begun is given back. */
  stop(): Promise<void>
}

/** Pushes by connection, each in a lane of its own: one that hangs holds up no other. */
export const openLanes = (deps: PushWorkerDeps): Lanes => {
  let open = true
  const lanes = new Map<string, Promise<void>>()
  const rung = new Set<string>()
  const openLane = (connection: string): void => {
    rung.delete(connection)
    const lane = runLane(deps, connection, () => open)
      .catch((error: unknown) =>
        deps.log.error(
          { stage: 'push', connection, code: asHubError(error).code, why: asHubError(error).message },
          'lane failed',
        ),
      )
      .finally(() => {
        lanes.delete(connection)
        if (open && rung.has(connection)) openLane(connection)
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
      open = false
      await Promise.all(lanes.values())
    },
  }
}

const runLane = async (deps: PushWorkerDeps, connection: string, isOpen: () => boolean): Promise<void> => {
  const width = deps.accounts.find(connection)?.limits.concurrency ?? 1
  while (isOpen()) {
    const now = deps.now()
    const row = await deps.connections.read(connection)
    if (row?.stopped !== undefined || (row?.notBefore !== undefined && row.notBefore > now)) return
    const claimed = await deps.outbox.claim({
      now,
      leaseMs: deps.leaseMs,
      limit: width * claimedPerCall,
      where: { connection },
    })
    if (claimed.length === 0) return
    const queue = claimed.values()
    const worker = async (): Promise<void> => {
      for (const command of queue) {
        if (isOpen()) await push(deps, command)
        else await deps.outbox.finish(command, { to: 'due', at: now, freeAttempt: true })
      }
    }
    await Promise.all(Array.from({ length: width }, worker))
  }
}
