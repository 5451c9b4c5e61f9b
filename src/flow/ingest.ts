import type { EventKind } from '../canonical/events.ts'
import type { Look } from '../canonical/telling.ts'
import { asHubError, HubError } from '../kernel/errors.ts'
import { orderIdOf } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import { rankHeld } from '../orders/registers.ts'
import type { Bell } from '../queue/bell.ts'
import type { Connections } from '../store/connections.ts'
import type { Inbox } from '../store/inbox.ts'
import type { Orders } from '../store/orders.ts'
import type { Outbox } from '../store/outbox.ts'
import type { Message } from '../store/rows.ts'
import type { Ending } from '../store/work.ts'
import type { Account } from './account.ts'
import { foldMessages, type Outcome, type Told } from './fold-messages.ts'
import { readOrder } from './read-order.ts'
import { endingOf, jittered, refuseEndless, rowErrorOf, type Schedule } from './remedy.ts'
import { openTurns } from './turns.ts'
import { type UnderstandDeps, type Understood, understand } from './understand.ts'

export interface IngestDeps extends UnderstandDeps {
  readonly inbox: Pick<Inbox, 'bodyOf' | 'finish' | 'wake'>
  readonly orders: Pick<Orders, 'readMany' | 'write'>
  readonly outbox: Pick<Outbox, 'latest'>
  readonly connections: Pick<Connections, 'stop'>
  readonly bell: Pick<Bell, 'ring'>
  readonly listens: (kind: EventKind) => boolean
  readonly log: Log
  readonly now: () => Date
  readonly schedule: Schedule
  /** How often a row may be lost with its process; see the config. */
  readonly losses: number
  /** How long facts wait for their order, and how often they look for it meanwhile. */
  readonly awaiting: { readonly seconds: readonly number[]; readonly days: number }
}

interface Ended {
  readonly row: Message
  readonly ending: Ending
}

/** How often a batch is read and folded again where somebody else wrote one of its orders meanwhile. */
const triesOnConflict = 8

/** A batch of claimed messages becomes orders: ten messages of one order cost one write. */
export const ingest = async (deps: IngestDeps, claimed: readonly Message[]): Promise<void> => {
  const began = deps.now().getTime()
  const ended: Ended[] = []
  const told: Told[] = []
  const turn = openTurns()
  for (const message of claimed) {
    await turn()
    try {
      refuseEndless(message, deps.losses)
      await sort(deps, { message, understood: await understand(deps, message), told, ended })
    } catch (error) {
      ended.push({ row: message, ending: failureOf(deps, message, error) })
    }
  }
  ended.push(...(await foldAll(deps, told)))
  await deps.inbox.finish(ended)
  const ms = deps.now().getTime() - began
  for (const one of ended) logEnded(deps, one, ms)
}

const logEnded = ({ log }: IngestDeps, { row, ending }: Ended, ms: number): void => {
  const { _id: message, connection, attempt } = row
  const order = 'set' in ending ? ending.set?.['order'] : row.order
  log.debug(
    { stage: 'ingest', connection, ...(order === undefined ? {} : { order }), message, attempt, ms },
    `message ${ending.to}`,
  )
}

interface Sorting {
  readonly message: Message
  readonly understood: Understood
  readonly told: Told[]
  readonly ended: Ended[]
}

const sort = async (deps: IngestDeps, { message, understood, told, ended }: Sorting): Promise<void> => {
  const { account } = understood
  if ('stop' in understood) {
    await deps.connections.stop(account.id, understood.stop, deps.now())
    deps.log.warn(
      { stage: 'ingest', connection: account.id, message: message._id },
      'connection stopped by the channel',
    )
    ended.push({ row: message, ending: { to: 'done' } })
    return
  }
  const { mapped } = understood
  if (mapped.kind === 'snapshot' || mapped.kind === 'facts') {
    told.push({ message, account, telling: mapped })
    return
  }
  if (mapped.kind === 'look') await lookAt(deps, account, mapped)
  ended.push({
    row: message,
    ending: { to: 'done', ...(mapped.kind === 'look' ? { set: { order: orderIdOf(account.id, mapped.order) } } : {}) },
  })
}

const failureOf = (deps: IngestDeps, message: Message, cause: unknown): Ending => {
  const error = asHubError(cause)
  deps.log.warn(
    { stage: 'ingest', connection: message.connection, message: message._id, code: error.code, remedy: error.remedy },
    'message not understood',
  )
  return endingOf(error, message.settled, { now: deps.now(), schedule: deps.schedule })
}

/** Asks the channel for an order, unless that version of it is held. A connector that cannot be asked is not. */
const lookAt = async (deps: IngestDeps, account: Account, look: Look, dueAt = deps.now()): Promise<void> => {
  if (account.connector.queries.order === undefined) return
  const question = readOrder(account.id, look)
  if (look.rank !== undefined) {
    const [held] = await deps.orders.readMany([question.order])
    if (held !== undefined && (rankHeld(held.told) ?? Number.NEGATIVE_INFINITY) >= look.rank) return
  }
  await deps.outbox.latest(question, dueAt)
  deps.bell.ring('push')
}

/** A write holds the event loop as a whole: so many orders go with one. */
const ordersAtOnce = 50

const foldAll = async (deps: IngestDeps, told: readonly Told[]): Promise<readonly Ended[]> => {
  const byOrder = [...Map.groupBy(told, ({ account, telling }) => orderIdOf(account.id, telling.order))]
  const ended: Ended[] = []
  for (let at = 0; at < byOrder.length; at += ordersAtOnce) {
    ended.push(...(await foldSome(deps, byOrder.slice(at, at + ordersAtOnce))))
  }
  return ended
}

const foldSome = async (
  deps: IngestDeps,
  byOrder: readonly (readonly [order: string, heard: readonly Told[]])[],
): Promise<readonly Ended[]> => {
  const turn = openTurns()
  for (let attempt = 0; attempt < triesOnConflict; attempt += 1) {
    const held = new Map((await deps.orders.readMany(byOrder.map(([id]) => id))).map((order) => [order._id, order]))
    const outcomes: Outcome[] = []
    for (const [id, heard] of byOrder) {
      await turn()
      outcomes.push(foldMessages(deps, { id, heard, before: held.get(id) }))
    }
    if (await deps.orders.write(outcomes.flatMap((outcome) => outcome.change))) return settle(deps, outcomes)
  }
  const busy = new HubError('STORE_AWAY', 'these orders are being changed by others at the same time')
  return byOrder.flatMap(([, heard]) =>
    heard.map(({ message }) => ({ row: message, ending: failureOf(deps, message, busy) })),
  )
}

/** Orders are written: facts that waited for a new one are woken, ties are looked at, and each message ends. */
const settle = async (deps: IngestDeps, outcomes: readonly Outcome[]): Promise<readonly Ended[]> => {
  const fresh = outcomes.filter((outcome) => outcome.isNew).map((outcome) => outcome.id)
  if (fresh.length > 0) await deps.inbox.wake(fresh, deps.now())
  for (const { tie, heard, order } of outcomes) {
    const [first] = heard
    if (first === undefined) continue
    if (tie) await lookAt(deps, first.account, { kind: 'look', order: first.telling.order })
    // Nobody has told what the order is: it is read, a little later, for its own message is most often on the way.
    if (order === undefined)
      await lookAt(deps, first.account, { kind: 'look', order: first.telling.order }, later(deps, first.message))
  }
  if (outcomes.some(({ order }) => order?.react !== undefined)) deps.bell.ring('react')
  return outcomes.flatMap(({ id, heard, order, failures }) =>
    heard.map(({ message }): Ended => {
      const failure = failures.get(message._id)
      if (failure !== undefined) return { row: message, ending: failureOf(deps, message, failure) }
      return {
        row: message,
        ending: order === undefined ? awaited(deps, id, message) : { to: 'done', set: { order: id } },
      }
    }),
  )
}

const later = (deps: IngestDeps, message: Message): Date => {
  const [first = 5] = deps.awaiting.seconds
  return new Date(deps.now().getTime() + first * 1000 * Math.max(1, message.attempt))
}

const awaited = (deps: IngestDeps, order: string, message: Message): Ending => {
  const now = deps.now()
  const age = (now.getTime() - message.keptAt.getTime()) / 1000
  const set = { order, awaits: order }
  if (age > deps.awaiting.days * 86_400) {
    const error = new HubError('ORDER_NEVER_CAME', `its order did not come within ${deps.awaiting.days} days`)
    return { to: 'parked', error: rowErrorOf(error), set }
  }
  const wait = deps.awaiting.seconds.find((seconds) => seconds > age) ?? deps.awaiting.seconds.at(-1) ?? 3600
  const error = new HubError('ORDER_AWAITED', 'its order has not come yet')
  return {
    to: 'due',
    at: new Date(now.getTime() + jittered(wait, deps.schedule) * 1000),
    error: rowErrorOf(error),
    freeAttempt: true,
    set,
  }
}
