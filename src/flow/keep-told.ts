import type { Told } from '../connector/carry.ts'
import { digestBytes } from '../kernel/digest.ts'
import { messageIdOf } from '../kernel/ids.ts'
import type { Inbox, Kept } from '../store/inbox.ts'
import { dueRow } from '../store/work.ts'

export interface KeepToldDeps {
  readonly inbox: Pick<Inbox, 'keep'>
  readonly now: () => Date
}

/** An order, or a part of it, as the channel told it when it was asked. */
export interface ToldOf extends Told {
  readonly connection: string
  readonly topic: string
  /** The external id of the order. */
  readonly order: string
}

/** Keeps what the channel told when it was asked: the same version of the same thing is one message, whether it was read or listed. */
export const keepTold = (
  deps: KeepToldDeps,
  { connection, topic, order, part, rank, mark, observed, body }: ToldOf,
): Promise<Kept> => {
  const now = deps.now()
  const version = mark === undefined ? String(rank) : `${rank}:${mark}`
  const key = part === undefined ? `${order}@${version}` : `${order}/${part}@${version}`
  return deps.inbox.keep({
    _id: messageIdOf(connection, key),
    connection,
    topic,
    key,
    via: 'query',
    headers: {},
    keptAt: now,
    body,
    bodyDigest: digestBytes(body),
    ...(observed === undefined ? {} : { observed }),
    ...dueRow(now),
  })
}
