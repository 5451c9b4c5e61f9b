import type { EventKind } from '../canonical/events.ts'
import type { OrderDoc } from '../canonical/order.ts'
import { fold, type Intake } from '../orders/fold.ts'
import type { Bell } from '../queue/bell.ts'
import type { Orders } from '../store/orders.ts'

export interface ChangeDeps {
  readonly orders: Pick<Orders, 'read' | 'write'>
  readonly bell: Pick<Bell, 'ring'>
  readonly now: () => Date
  readonly listens: (kind: EventKind) => boolean
}

type Change = Omit<Intake, 'at' | 'listens'>

export interface Changed {
  readonly order: OrderDoc
  readonly changed: boolean
}

/**
 * Takes into an order what `changeOf` names, given how it stands: one CAS writes it with its events and `react`; where somebody
 * was first, it is read and asked again. Undefined from `changeOf`: nothing is to be done.
 * @returns undefined: there is no such order. @throws what `changeOf` throws; nothing is written then
 */
export const changeOrder = async (
  deps: ChangeDeps,
  id: string,
  changeOf: (before: OrderDoc, at: Date) => Change | undefined | Promise<Change>,
): Promise<Changed | undefined> => {
  for (;;) {
    const before = await deps.orders.read(id)
    if (before === null) return undefined
    const at = deps.now()
    const change = await changeOf(before, at)
    if (change === undefined) return { order: before, changed: false }
    const { order, changed } = fold(before, before, { ...change, at, listens: deps.listens })
    if (order === undefined || !changed) return { order: before, changed: false }
    if (await deps.orders.write([{ from: before.revision, order }])) {
      if (order.react !== undefined) deps.bell.ring('react')
      return { order, changed: true }
    }
  }
}
