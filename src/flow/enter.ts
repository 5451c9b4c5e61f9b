import { randomUUID } from 'node:crypto'
import type { Act } from '../canonical/acts.ts'
import type { EventKind } from '../canonical/events.ts'
import type { OrderDoc } from '../canonical/order.ts'
import { digestValue } from '../kernel/digest.ts'
import { HubError } from '../kernel/errors.ts'
import { actIdOf } from '../kernel/ids.ts'
import { type ActRequest, actOf } from '../orders/enter.ts'
import { fold } from '../orders/fold.ts'
import type { Bell } from '../queue/bell.ts'
import type { Orders } from '../store/orders.ts'

export interface EnterDeps {
  readonly orders: Pick<Orders, 'read' | 'write'>
  readonly bell: Pick<Bell, 'ring'>
  readonly now: () => Date
  readonly listens: (kind: EventKind) => boolean
}

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
  for (;;) {
    const before = await deps.orders.read(id)
    if (before === null) throw new HubError('NOT_FOUND', `no order "${id}"`)
    const known = before.acts.find((act) => act.id === actId)
    if (known !== undefined) return { order: before, act: sameRequest(known, digest), again: true }
    const at = deps.now()
    const act = actOf(before, request, { id: actId, at: at.toISOString(), by, request: digest })
    const { order } = fold(before, before, { heard: [], acts: [act], at, by, listens: deps.listens })
    if (order === undefined) throw new HubError('UNEXPECTED', `order ${id} lost its view`)
    if (await deps.orders.write([{ from: before.revision, order }])) {
      deps.bell.ring('react')
      return { order, act, again: false }
    }
  }
}

const sameRequest = (act: Act, digest: string): Act => {
  if ('request' in act && act.request === digest) return act
  throw new HubError('IDEMPOTENCY_CONFLICT', 'this Idempotency-Key was used for another request')
}
