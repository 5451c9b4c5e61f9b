import type { CommandName, Receipt } from '../canonical/commands.ts'
import type { EventKind } from '../canonical/events.ts'
import { asHubError, HubError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { rankHeld } from '../orders/registers.ts'
import type { Bell } from '../queue/bell.ts'
import type { Connections } from '../store/connections.ts'
import type { Inbox } from '../store/inbox.ts'
import type { Orders } from '../store/orders.ts'
import type { Outbox } from '../store/outbox.ts'
import type { Command } from '../store/rows.ts'
import type { Ending } from '../store/work.ts'
import type { Account, Accounts } from './account.ts'
import type { Carrier } from './carrier.ts'
import { changeOrder } from './change-order.ts'
import { holdBack } from './hold-back.ts'
import { keepTold } from './keep-told.ts'
import { ruleOf } from './react.ts'
import { endingOf, lostOf, refuseEndless, type Schedule } from './remedy.ts'

export interface PushDeps {
  readonly accounts: Accounts
  readonly carrier: Carrier
  readonly orders: Pick<Orders, 'read' | 'write'>
  readonly outbox: Pick<Outbox, 'receive' | 'finish'>
  readonly inbox: Pick<Inbox, 'keep'>
  readonly connections: Pick<Connections, 'putOff' | 'stop'>
  readonly bell: Pick<Bell, 'ring'>
  readonly listens: (kind: EventKind) => boolean
  readonly log: Log
  readonly now: () => Date
  readonly schedule: Schedule
  /** How often a row may be lost with its process; see the config. */
  readonly losses: number
}

/** Carries out one claimed row of the outbox: look at the order, send, receipt onto the row, act on the order, done. */
export const push = async (deps: PushDeps, row: Command): Promise<void> => {
  const account = deps.accounts.find(row.connection)
  const began = deps.now().getTime()
  try {
    if (account === undefined || !account.enabled)
      throw new HubError('CONNECTION_STOPPED', `connection "${row.connection}" is not enabled`)
    // Twice as often as a message: a process that a message ends takes innocent calls with it, and the message goes first.
    refuseEndless(row, 2 * deps.losses)
    const ending =
      row.name === 'read-order'
        ? await read(deps, account, row)
        : await carryOut(deps, { account, row, name: row.name })
    await deps.outbox.finish(row, ending, deps.now())
    logEnded(deps, row, { ending, ms: deps.now().getTime() - began })
  } catch (cause) {
    await failed(deps, row, asHubError(cause))
  }
}

const logEnded = (
  { log }: PushDeps,
  { _id: command, connection, order, name, attempt }: Command,
  { ending, ms }: { readonly ending: Ending; readonly ms: number },
): void => {
  const isWithdrawn = 'set' in ending && ending.set?.['withdrawn'] !== undefined
  const became = isWithdrawn ? 'withdrawn' : ending.to
  log.debug({ stage: 'push', connection, order, command, name, attempt, ms }, `command ${became}`)
}

const failed = async (deps: PushDeps, row: Command, error: HubError): Promise<void> => {
  const now = deps.now()
  const { connection, order, name, attempt } = row
  deps.log.warn(
    { stage: 'push', connection, order, command: row._id, name, attempt, code: error.code, remedy: error.remedy },
    'push put off or given up',
  )
  await holdBack(deps, { connection, error, now })
  const ending = endingOf(error, row.settled, { now, schedule: deps.schedule })
  await deps.outbox.finish(row, mayHaveTold(row, error) ? { ...ending, set: { unsure: true } } : ending, now)
}

/** Whether the channel may know what this attempt, or one that was lost with its process, was to tell it. A refusal is an answer. */
const mayHaveTold = (row: Command, { code, detail }: HubError): boolean =>
  lostOf(row) > 0 ||
  detail['partly'] === true ||
  (detail['sent'] === true && (code === 'CHANNEL_AWAY' || code === 'CHANNEL_UNREADABLE'))

interface Carried {
  readonly account: Account
  readonly row: Command
  readonly name: CommandName
}

const carryOut = async (deps: PushDeps, { account, row, name }: Carried): Promise<Ending> => {
  const rule = ruleOf(name)
  if (row.receipt === undefined) {
    const order = await deps.orders.read(row.order)
    if (order === null || rule === undefined || !rule.stands(order, row.about)) {
      refuseUnsure(row)
      return { to: 'done', set: { withdrawn: 'no rule names it any more', doneAt: deps.now() } }
    }
    refuseUnknownOutcome(account, row, name)
  }
  const receipt = row.receipt ?? (await send(deps, { account, row, name }))
  if (row.receipt === undefined) await keepReceipt(deps, { account, row, name }, receipt)
  if (rule?.leavesAct === true) await leaveAct(deps, row, receipt)
  return { to: 'done', set: { doneAt: deps.now() } }
}

/** "It was not told" is said only where that is known. */
const refuseUnsure = (row: Command): void => {
  if (row.unsure === true || lostOf(row) > 0)
    throw new HubError(
      'OUTCOME_UNKNOWN',
      `${row.name} was taken back here, and a call before that may have reached the channel: look there; "again" withdraws it then, "happened" keeps that it was told`,
    )
}

/** A command that cannot be repeated safely, whose last attempt ended without a word: a person must look. */
const refuseUnknownOutcome = (account: Account, row: Command, name: CommandName): void => {
  if (lostOf(row) <= 0 || repeatOf(account, row, name) !== 'single') return
  throw new HubError('OUTCOME_UNKNOWN', `the last attempt of ${row.name} ended without an answer`)
}

const repeatOf = (account: Account, row: Command, name: CommandName): string => {
  const command = account.connector.commands[name]
  // The wish was made by a rule in this shape; the carrier checks it against its schema before it is sent.
  return command === undefined ? 'single' : command.repeat(row.wish as never)
}

const send = async (deps: PushDeps, { account, row, name }: Carried): Promise<Receipt> => {
  try {
    return await deps.carrier.carry(account, { name, wish: row.wish, command: row._id, now: deps.now() })
  } catch (cause) {
    const error = asHubError(cause)
    const lost = error.code === 'CHANNEL_AWAY' && error.detail['sent'] === true
    if (!lost || repeatOf(account, row, name) !== 'single') throw error
    throw new HubError(
      'OUTCOME_UNKNOWN',
      `${name} was sent and its answer was lost: ${error.message}`,
      error.detail,
      error,
    )
  }
}

/** The channel did it. Where the store does not take the receipt, a command that cannot be repeated safely may not go out again. */
const keepReceipt = async (deps: PushDeps, { account, row, name }: Carried, receipt: Receipt): Promise<void> => {
  try {
    if (await deps.outbox.receive(row, receipt)) return
  } catch (cause) {
    const error = asHubError(cause)
    if (repeatOf(account, row, name) !== 'single') throw error
    throw new HubError('OUTCOME_UNKNOWN', `${name} was done and its receipt is lost: ${error.message}`, {}, error)
  }
  throw new HubError('STORE_AWAY', 'a newer owner has this row')
}

/** The receipt becomes an act on the order; its id is the command's, so that twice is once. */
const leaveAct = async (deps: PushDeps, row: Command, receipt: Receipt): Promise<void> => {
  await changeOrder(deps, row.order, (before, at) => {
    if (before.acts.some((act) => act.id === row._id)) return undefined
    const made = { id: row._id, kind: 'receipt' as const, at: at.toISOString(), by: 'crossdock' }
    return { heard: [], acts: [{ ...made, command: row.name, about: row.about, ...receipt }], by: 'crossdock' }
  })
}

/** Asks the channel for the order and keeps the answer as a message; skipped where that version came by itself meanwhile. */
const read = async (deps: PushDeps, account: Account, row: Command): Promise<Ending> => {
  const now = deps.now()
  const held = await deps.orders.read(row.order)
  const wanted = row.wish['rank']
  if (held !== null && typeof wanted === 'number' && (rankHeld(held.told) ?? Number.NEGATIVE_INFINITY) >= wanted) {
    return { to: 'done', set: { withdrawn: 'that version is held', doneAt: now } }
  }
  const topic = account.connector.queries.order?.topic
  const found = await deps.carrier.ask(account, row.about)
  if (found === 'gone' || topic === undefined)
    return { to: 'done', set: { withdrawn: 'the channel has it no more', doneAt: now } }
  for (const told of found) await keepTold(deps, { order: row.about, ...told, connection: account.id, topic })
  deps.bell.ring('ingest')
  return { to: 'done', set: { doneAt: now } }
}
