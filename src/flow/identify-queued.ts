import type { Identity } from '../connector/contract.ts'
import { HubError } from '../kernel/errors.ts'
import { readJson } from '../kernel/json.ts'
import type { Account } from './account.ts'

/** The topic of a message out of a queue as long as nobody can say what it is. No connector has such a topic. */
export const unread = '(unread)'

/** Who a message out of a queue is. @throws PAYLOAD_UNREADABLE it is no JSON, or none of this connector's */
export const identifyQueued = ({ connector }: Pick<Account, 'connector'>, body: Uint8Array): Identity => {
  const { id, identify } = connector
  const payload = readJson(body)
  if (identify === undefined) throw new HubError('PAYLOAD_UNREADABLE', `${id} knows no messages`)
  try {
    return identify({ method: 'SQS', path: '', query: {}, headers: {}, body }, payload)
  } catch (cause) {
    if (cause instanceof HubError && cause.code === 'PAYLOAD_UNREADABLE') throw cause
    // What else is thrown may quote the body, which may hold personal data.
    throw new HubError('PAYLOAD_UNREADABLE', `${id} cannot tell what this message is`, {}, cause)
  }
}
