import { bytesOf, type Page } from '../connector/carry.ts'
import type { Listed } from '../connector/contract.ts'
import { asHubError, HubError } from '../kernel/errors.ts'
import type { Bell } from '../queue/bell.ts'
import type { Inbox } from '../store/inbox.ts'
import type { Orders } from '../store/orders.ts'
import type { Outbox } from '../store/outbox.ts'
import type { Pulls } from '../store/pulls.ts'
import type { Reading } from '../store/rows.ts'
import type { Account } from './account.ts'
import type { Carrier } from './carrier.ts'
import { keepTold } from './keep-told.ts'
import { readOrder } from './read-order.ts'

/** What reading a channel's lists takes. */
export interface ListDeps {
  readonly carrier: Pick<Carrier, 'list' | 'ask'>
  readonly inbox: Pick<Inbox, 'keep'>
  readonly orders: Pick<Orders, 'readMany' | 'list'>
  readonly outbox: Pick<Outbox, 'latest'>
  readonly pulls: Pick<Pulls, 'extend'>
  readonly bell: Pick<Bell, 'ring'>
  readonly now: () => Date
  readonly leaseMs: number
}

/** How often a stretch is begun anew because the channel does not take its pages any more, before that counts as a failure. */
const mostRestarts = 5

interface PageOf {
  readonly reading: Reading
  readonly by: 'changed' | 'placed'
}

/** One page. @throws PAGE_EXPIRED where the channel does not take the page's name any more */
export const readPage = async (deps: ListDeps, account: Account, { reading, by }: PageOf): Promise<Page> => {
  const { list, page, from, to } = reading
  try {
    const read = await deps.carrier.list(account, {
      list,
      window: { from, to, by },
      now: deps.now(),
      ...(page === undefined ? {} : { page }),
    })
    if (read.next !== undefined && read.next === page)
      throw new HubError(
        'CHANNEL_UNREADABLE',
        `the list ${list} of ${account.connector.id} names the same page as its next`,
      )
    return read
  } catch (cause) {
    const error = asHubError(cause)
    if (page === undefined || error.code !== 'CHANNEL_REFUSED' || reading.restarts >= mostRestarts) throw error
    throw new HubError('PAGE_EXPIRED', `the next page of ${list} was refused: ${error.message}`, {}, error)
  }
}

interface Items {
  readonly list: string
  readonly items: readonly Listed[]
}

/** Keeps each as a message; what a list only names is read by itself. @returns how many were not kept before */
export const keepAll = async (deps: ListDeps, account: Account, { list, items }: Items): Promise<number> => {
  const topic = account.connector.lists?.[list]?.topic
  if (topic === undefined) throw new HubError('COMMAND_UNKNOWN', `${account.connector.id} has no list "${list}"`)
  const kept = await Promise.all(
    items.map(async ({ payload, ...item }): Promise<number> => {
      if (payload === undefined) {
        await deps.outbox.latest(readOrder(account.id, item), deps.now())
        return 0
      }
      const { state } = await keepTold(deps, { ...item, connection: account.id, topic, body: bytesOf(payload) })
      return state === 'kept' ? 1 : 0
    }),
  )
  if (items.some(({ payload }) => payload === undefined)) deps.bell.ring('push')
  const fresh = kept.reduce((sum, one) => sum + one, 0)
  if (fresh > 0) deps.bell.ring('ingest')
  return fresh
}

/** By how much the channel's clock is ahead of ours, where its answer bears a time. */
export const skewOf = ({ at }: Page, now: Date): { readonly skewSeconds?: number } =>
  at === undefined ? {} : { skewSeconds: Math.round((at - now.getTime()) / 1000) }
