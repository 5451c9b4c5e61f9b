import type { EventKind } from '../canonical/events.ts'
import { asHubError, HubError } from '../kernel/errors.ts'
import { fold, type Heard } from '../orders/fold.ts'
import type { Bell } from '../queue/bell.ts'
import type { Inbox } from '../store/inbox.ts'
import type { Orders } from '../store/orders.ts'
import { type UnderstandDeps, understand } from './understand.ts'

export interface RebuildDeps extends UnderstandDeps {
  readonly inbox: Pick<Inbox, 'bodyOf' | 'ofOrder'>
  readonly orders: Pick<Orders, 'read' | 'write'>
  readonly bell: Pick<Bell, 'ring'>
  readonly listens: (kind: EventKind) => boolean
  readonly now: () => Date
}

/**
 * Makes an order's registers anew from all messages kept of it, as the mappings are today; acts stay.
 * @throws MAPPING_FAILED naming the message that today's mapping cannot read: nothing is changed then
 */
export const rebuild = async (
  deps: RebuildDeps,
  id: string,
): Promise<{ readonly changed: boolean; readonly messages: number }> => {
  for (;;) {
    const before = await deps.orders.read(id)
    if (before === null) throw new HubError('NOT_FOUND', `no order "${id}"`)
    const heard = await heardOf(deps, id)
    const { order, changed } = fold(before, before, {
      heard,
      acts: [],
      at: deps.now(),
      by: 'replay',
      rebuilt: true,
      listens: deps.listens,
    })
    if (order === undefined || !changed) return { changed: false, messages: heard.length }
    if (await deps.orders.write([{ from: before.revision, order }])) {
      deps.bell.ring('react')
      return { changed: true, messages: heard.length }
    }
  }
}

const heardOf = async (deps: RebuildDeps, id: string): Promise<readonly Heard[]> => {
  const heard: Heard[] = []
  for (const message of await deps.inbox.ofOrder(id)) {
    if (message.state !== 'done') continue
    const understood = await understand(deps, message).catch((cause: unknown) => {
      const error = asHubError(cause)
      throw new HubError(error.code, `message ${message._id}: ${error.message}`, error.detail, error)
    })
    if (!('mapped' in understood)) continue
    const { mapped } = understood
    if (mapped.kind === 'snapshot' || mapped.kind === 'facts')
      heard.push({ telling: mapped, message: message._id, posted: message.via !== 'query' })
  }
  return heard
}
