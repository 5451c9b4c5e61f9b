import type { Incoming, RefusalReason } from '../connector/contract.ts'
import { digestBytes } from '../kernel/digest.ts'
import { HubError } from '../kernel/errors.ts'
import { messageIdOf } from '../kernel/ids.ts'
import { readJson } from '../kernel/json.ts'
import type { Bell } from '../queue/bell.ts'
import type { Inbox, Kept } from '../store/inbox.ts'
import { dueRow } from '../store/work.ts'
import type { Accounts } from './account.ts'

export interface ReceiveDeps {
  readonly accounts: Accounts
  readonly inbox: Pick<Inbox, 'keep'>
  readonly bell: Pick<Bell, 'ring'>
  readonly now: () => Date
}

/** `greeted`: a hello that says nothing, and of which nothing is kept. */
export type Received = { readonly kept: Kept } | { readonly refused: RefusalReason } | { readonly greeted: true }

/** Headers that are kept with a message: what a mapping or a person may ask for, never a credential. */
const notKept =
  /^(authorization|cookie|proxy-authorization|connection|content-length|host|accept.*|user-agent)$|signature|hmac|token|secret|key$/

/**
 * A posted message: genuine? readable? who is it? then one durable insert, and only then the answer.
 * @throws NOT_FOUND unknown or disabled connection · PAYLOAD_UNREADABLE · STORE_AWAY, STORE_FULL: nothing was kept
 */
export const receive = async (deps: ReceiveDeps, connection: string, incoming: Incoming): Promise<Received> => {
  const account = deps.accounts.find(connection)
  const { verify, identify } = account?.connector ?? {}
  if (account === undefined || !account.enabled || verify === undefined || identify === undefined) {
    throw new HubError('NOT_FOUND', `no enabled connection "${connection}" takes messages here`)
  }
  if (account.connector.ping?.(incoming) === true) return { greeted: true }
  const now = deps.now()
  const verdict = verify(incoming, { secrets: account.secrets, settings: account.settings, now })
  if (!verdict.genuine) return { refused: verdict.because }
  const { topic, key, observed, ref } = identify(incoming, readJson(incoming.body))
  const kept = await deps.inbox.keep({
    _id: messageIdOf(connection, key),
    connection,
    topic,
    key,
    via: 'post',
    keptAt: now,
    headers: Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !notKept.test(name))),
    body: incoming.body,
    bodyDigest: digestBytes(incoming.body),
    ...(observed === undefined ? {} : { observed }),
    ...(ref === undefined ? {} : { ref }),
    ...dueRow(now),
  })
  if (kept.state === 'kept') deps.bell.ring('ingest')
  return { kept }
}
