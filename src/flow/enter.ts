import { randomUUID } from 'node:crypto'
import type { Act } from '../canonical/acts.ts'
import type { OrderDoc } from '../canonical/order.ts'
import { digestValue } from '../kernel/digest.ts'
import { HubError } from '../kernel/errors.ts'
import { actIdOf } from '../kernel/ids.ts'
import { type ActRequest, actOf } from '../orders/enter.ts'
import { type ChangeDeps, changeOrder } from './change-order.ts'

export type EnterDeps = ChangeDeps

export interface Entry {
  readonly order: string
  readonly request: ActRequest
  /** Who enters it: an API key's id, `cli`. */
  readonly by: string
  /** The caller's Idempotency-Key; without one each call is a new act. */
  readonly key?: string
}

export interface EnterAnswer {
  readonly order: OrderDoc
  readonly act: Act
  /** The same request under the same key was entered before: this is its first answer. */
  readonly again: boolean
}

/**
 * Enters what a person did: one CAS writes act, event and react. All acts go this way.
 * @throws NOT_FOUND · IDEMPOTENCY_CONFLICT the key was used for another request · what `actOf` refuses
 */
export const enter = async (deps: EnterDeps, { order: id, request, by, key }: Entry): Promise<EnterAnswer> => {
  const actId = actIdOf(id, by, key ?? randomUUID())
  const digest = digestValue(request)
  const result = await changeOrder(deps, id, (before, at) => {
    if (before.acts.some((act) => act.id === actId)) return undefined
    return { heard: [], acts: [actOf(before, request, { id: actId, at: at.toISOString(), by, request: digest })], by }
  })
  const act = result?.order.acts.find((one) => one.id === actId)
  if (result === undefined || act === undefined) throw new HubError('NOT_FOUND', `no order "${id}"`)
  return { order: result.order, act: sameRequest(act, digest), again: !result.changed }
}

const sameRequest = (act: Act, digest: string): Act => {
  if ('request' in act && act.request === digest) return act
  throw new HubError('IDEMPOTENCY_CONFLICT', 'this Idempotency-Key was used for another request')
}
