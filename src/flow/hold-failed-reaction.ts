import type { HubError } from '../kernel/errors.ts'
import { actIdOf } from '../kernel/ids.ts'
import { fold } from '../orders/fold.ts'
import type { Orders } from '../store/orders.ts'

interface Deps {
  readonly orders: Pick<Orders, 'read' | 'write'>
  readonly now: () => Date
}

/** Stops an order whose reaction failed to the last try: a hold that rings no rule; its release does. */
export const holdFailedReaction = async (deps: Deps, id: string, error: HubError): Promise<void> => {
  for (;;) {
    const before = await deps.orders.read(id)
    if (before === null) return
    const at = deps.now()
    const act = {
      id: actIdOf(id, 'crossdock', `reaction-failed:${before.seq}`),
      kind: 'hold' as const,
      at: at.toISOString(),
      by: 'crossdock',
      hold: 'reaction-failed' as const,
      reason: error.message,
    }
    const { order } = fold(before, before, { heard: [], acts: [act], at, by: 'crossdock', listens: () => false })
    if (order === undefined) return
    const { react: _, ...held } = order
    if (await deps.orders.write([{ from: before.revision, order: held }])) return
  }
}
