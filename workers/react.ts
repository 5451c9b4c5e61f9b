import { putOffReactions, type ReactDeps, react } from '../src/flow/react.ts'
import type { Orders } from '../src/store/orders.ts'
import { tokenOf } from '../src/store/work.ts'
import { orGiveBack } from './stage.ts'

export interface ReactWorkerDeps extends ReactDeps {
  readonly orders: Orders
  readonly leaseMs: number
  /** Names this process on what it claims. */
  readonly holder: string
  readonly batch: number
}

/** One batch of orders to react to. */
export const reactBatch = async (deps: ReactWorkerDeps): Promise<number> => {
  const claimed = await deps.orders.claimReact({
    now: deps.now(),
    leaseMs: deps.leaseMs,
    limit: deps.batch,
    owner: tokenOf(deps.holder),
  })
  if (claimed.length > 0) await orGiveBack(react(deps, claimed), () => putOffReactions(deps, claimed))
  return claimed.length
}
