import type { Identity } from '../connector/contract.ts'
import type { OpenMailbox, QueuedMessage } from '../connector/mailbox.ts'
import { digestBytes } from '../kernel/digest.ts'
import { asHubError, type Code, type HubError } from '../kernel/errors.ts'
import { messageIdOf } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { Bell } from '../queue/bell.ts'
import type { Connections } from '../store/connections.ts'
import type { Inbox, Kept } from '../store/inbox.ts'
import { dueRow, parkedRow } from '../store/work.ts'
import type { Account } from './account.ts'
import { isHeldBack, putOff } from './hold-back.ts'
import { identifyQueued, unread } from './identify-queued.ts'
import { rowErrorOf } from './remedy.ts'

export interface EmptyMailboxDeps {
  readonly inbox: Pick<Inbox, 'keep'>
  readonly connections: Pick<Connections, 'read' | 'putOff' | 'stop'>
  readonly bell: Pick<Bell, 'ring'>
  readonly log: Log
  readonly now: () => Date
}

export interface Emptying {
  readonly account: Account
  readonly mailbox: OpenMailbox
  /** Ends the waiting. What was received and is not removed by then comes again. */
  readonly signal: AbortSignal
}

/** taken: something came. quiet: nothing did. held: the connection is stopped or put off, and nothing was asked for. */
export type Emptied = 'taken' | 'quiet' | 'held' | 'failed'

/** With these a person must act: until then nobody asks any more. */
const stopping: readonly Code[] = ['CHANNEL_DENIED', 'CONNECTION_STOPPED', 'HOST_REFUSED']

/**
 * One batch out of a connection's queue: received, kept, and only then removed. The connection is read first, so that a store that is
 * away does not make messages come and go until the queue gives them up. Never throws.
 */
export const emptyMailbox = async (
  deps: EmptyMailboxDeps,
  { account, mailbox, signal }: Emptying,
): Promise<Emptied> => {
  try {
    const row = await deps.connections.read(account.id)
    if (isHeldBack(row, deps.now())) return 'held'
    const received = await mailbox.receive(signal)
    if (received.length === 0) return 'quiet'
    await take(deps, { account, mailbox, signal }, received)
    return 'taken'
  } catch (cause) {
    if (signal.aborted) return 'quiet'
    await failed(deps, account, asHubError(cause)).catch(() => undefined)
    return 'failed'
  }
}

/** Each by itself: what one of them meets does not hold back those that are kept. */
const take = async (
  deps: EmptyMailboxDeps,
  { account, mailbox, signal }: Emptying,
  received: readonly QueuedMessage[],
): Promise<void> => {
  const ends = await Promise.allSettled(received.map((one) => keep(deps, account, one)))
  const kept = received.filter((_, place) => ends[place]?.status === 'fulfilled')
  if (ends.some((end) => end.status === 'fulfilled' && end.value.state === 'kept')) deps.bell.ring('ingest')
  if (kept.length > 0) {
    const left = await mailbox.remove(kept, signal)
    if (left.length > 0)
      deps.log.debug({ stage: 'pull', connection: account.id, count: left.length }, 'not removed from the queue')
  }
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

const keep = async (deps: EmptyMailboxDeps, account: Account, { id, body }: QueuedMessage): Promise<Kept> => {
  const now = deps.now()
  const bodyDigest = digestBytes(body)
  const named = nameOf(account, body)
  const { topic, key, observed, ref } = 'error' in named ? { topic: unread, key: bodyDigest, ref: id } : named
  const kept = await deps.inbox.keep({
    _id: messageIdOf(account.id, key),
    connection: account.id,
    topic,
    key,
    via: 'queue',
    headers: {},
    keptAt: now,
    body,
    bodyDigest,
    ...(observed === undefined ? {} : { observed }),
    ...(ref === undefined ? {} : { ref }),
    ...('error' in named ? parkedRow(rowErrorOf(named.error)) : dueRow(now)),
  })
  logKept(deps, account, { kept, ...('error' in named ? { error: named.error } : {}) })
  return kept
}

const nameOf = (account: Account, body: Uint8Array): Identity | { readonly error: HubError } => {
  try {
    return identifyQueued(account, body)
  } catch (cause) {
    return { error: asHubError(cause) }
  }
}

const logKept = (
  { log }: EmptyMailboxDeps,
  { id: connection }: Account,
  { kept, error }: { readonly kept: Kept; readonly error?: HubError },
): void => {
  const fields = { stage: 'pull', connection, message: kept.id }
  if (error !== undefined && kept.state === 'kept')
    log.warn({ ...fields, code: error.code, remedy: error.remedy }, 'message not understood')
  else log.debug(fields, `message ${kept.state}`)
}

const failed = async (
  { connections, log, now }: EmptyMailboxDeps,
  { id: connection }: Account,
  error: HubError,
): Promise<void> => {
  const { code, remedy, message } = error
  if (stopping.includes(code)) {
    log.warn({ stage: 'pull', connection, code, remedy }, 'connection stopped: its queue cannot be read')
    await connections.stop(connection, message, now())
    return
  }
  log.warn({ stage: 'pull', connection, code, remedy }, 'queue put off')
  await putOff({ connections }, { connection, error, now: now() })
}
