import { asHubError, HubError } from '../kernel/errors.ts'
import type { Heard } from '../orders/fold.ts'
import type { Inbox } from '../store/inbox.ts'
import { type ChangeDeps, changeOrder } from './change-order.ts'
import { type UnderstandDeps, understand } from './understand.ts'

export interface RebuildDeps extends UnderstandDeps, ChangeDeps {
  readonly inbox: Pick<Inbox, 'bodyOf' | 'ofOrder'>
}

/**
 * Makes an order's registers anew from all messages kept of it, as the mappings are today; acts stay.
 * @throws MAPPING_FAILED naming the message that today's mapping cannot read: nothing is changed then
 */
export const rebuild = async (
  deps: RebuildDeps,
  id: string,
): Promise<{ readonly changed: boolean; readonly messages: number }> => {
  let messages = 0
  const result = await changeOrder(deps, id, async () => {
    const heard = await heardOf(deps, id)
    messages = heard.length
    return { heard, acts: [], by: 'replay', rebuilt: true }
  })
  if (result === undefined) throw new HubError('NOT_FOUND', `no order "${id}"`)
  return { changed: result.changed, messages }
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
