import { type BudgetLimits, reserve } from '../connector/budget.ts'
import { HubError } from '../kernel/errors.ts'
import type { Connections } from '../store/connections.ts'

export interface SpendDeps {
  readonly connections: Pick<Connections, 'read' | 'spend'>
  readonly limitsOf: (connection: string) => BudgetLimits
  readonly now: () => Date
  readonly sleep: (ms: number) => Promise<void>
}

/** Calls reserved at once: few enough to share, enough not to write for each. */
const block = 16
/** A longer wait is not slept out: the row goes back and the connection is put off. */
const longestWaitMs = 2_000

interface Block {
  left: number
  deadline: number
}

/**
 * Spends one call of a connection's allowance, waiting for it. The allowance lies on the connection's row and is reserved by
 * compare-and-set, so it holds over all processes; what was reserved and not used before its deadline is dropped.
 * @throws CHANNEL_SLOW_DOWN with `waitSeconds` where there is none for a while
 */
export const openSpend = (deps: SpendDeps): ((connection: string) => Promise<void>) => {
  const blocks = new Map<string, Block>()
  const turns = new Map<string, Promise<void>>()
  const takeTurn = async (connection: string): Promise<void> => {
    for (;;) {
      const held = blocks.get(connection)
      if (held !== undefined && held.left > 0 && deps.now().getTime() < held.deadline) {
        held.left -= 1
        return
      }
      const wait = await refill(deps, connection, blocks)
      if (wait > longestWaitMs)
        throw new HubError('CHANNEL_SLOW_DOWN', `the budget of ${connection} is spent`, {
          sent: false,
          waitSeconds: wait / 1000,
        })
      if (wait > 0) await deps.sleep(wait)
    }
  }
  return (connection) => {
    const turn = (turns.get(connection) ?? Promise.resolve()).catch(() => undefined).then(() => takeTurn(connection))
    turns.set(connection, turn)
    return turn
  }
}

/** Reserves a block. @returns ms to wait where nothing was granted */
const refill = async (deps: SpendDeps, connection: string, blocks: Map<string, Block>): Promise<number> => {
  const row = await deps.connections.read(connection)
  if (row === null) throw new HubError('NOT_FOUND', `no connection "${connection}"`)
  const { granted, deadline, state, waitMs } = reserve({ spentUntil: row.spentUntil }, deps.limitsOf(connection), {
    nowMs: deps.now().getTime(),
    want: block,
  })
  if (granted === 0) return waitMs
  if (await deps.connections.spend(connection, row.spentUntil, state.spentUntil))
    blocks.set(connection, { left: granted, deadline })
  return 0
}
