import type { Page } from '../connector/carry.ts'
import { asHubError, HubError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Connections } from '../store/connections.ts'
import type { Pulls } from '../store/pulls.ts'
import type { Pull, Reading } from '../store/rows.ts'
import type { Ending } from '../store/work.ts'
import type { Account, Accounts } from './account.ts'
import { holdBack } from './hold-back.ts'
import { keepAll, type ListDeps, readPage, skewOf } from './list-orders.ts'
import { nextReading } from './pull-reading.ts'
import { reconcile } from './reconcile.ts'
import { endingOf, jittered, refuseEndless, rowErrorOf, type Schedule } from './remedy.ts'

export interface PullDeps extends ListDeps {
  readonly accounts: Accounts
  readonly pulls: Pick<Pulls, 'finish' | 'extend'>
  readonly connections: Pick<Connections, 'putOff' | 'stop'>
  readonly log: Log
  readonly schedule: Schedule
  /** How often a row may be lost with its process; see the config. */
  readonly losses: number
}

/** Carries a claimed pull one page further: read it, keep each order of it, then note how far it has come. */
export const pull = async (deps: PullDeps, row: Pull): Promise<void> => {
  const account = deps.accounts.find(row.connection)
  try {
    if (account === undefined || !account.enabled)
      throw new HubError('CONNECTION_STOPPED', `connection "${row.connection}" is not enabled`)
    refuseEndless(row, deps.losses)
    const ending = row.kind === 'reconcile' ? await reconcile(deps, account, row) : await readOn(deps, account, row)
    await deps.pulls.finish(row, ending)
    const { connection, kind } = row
    deps.log.debug({ stage: 'pull', connection, pull: row._id, kind }, `pull ${ending.to}`)
  } catch (cause) {
    await failed(deps, row, asHubError(cause))
  }
}

const readOn = async (deps: PullDeps, account: Account, row: Pull): Promise<Ending> => {
  const now = deps.now()
  const reading = row.reading ?? nextReading(account, row, now)
  if (reading === undefined) return restUntilNext(deps, account, row)
  const read = await readPage(deps, account, { reading, by: row.kind === 'news' ? 'changed' : 'placed' })
  const kept = await keepAll(deps, account, { list: reading.list, items: read.items })
  return progressOf(deps, account, { row, reading, read, kept })
}

interface Read {
  readonly row: Pull
  readonly reading: Reading
  readonly read: Page
  readonly kept: number
}

/** What is noted of a page: counts, the next page; where there is none, that the stretch is read. */
const progressOf = (deps: PullDeps, account: Account, { row, reading, read, kept }: Read): Ending => {
  const now = deps.now()
  const set = {
    pages: row.pages + 1,
    listed: row.listed + read.items.length,
    kept: row.kept + kept,
    ...skewOf(read, now),
  }
  if (read.next !== undefined) {
    return {
      to: 'due',
      at: now,
      freeAttempt: true,
      set: { ...set, reading: { ...reading, page: read.next } },
      unset: ['error'],
    }
  }
  const upTo = reachedBy(row, reading, read)
  const next = nextReading(account, { ...row, upTo, reading }, now)
  if (next !== undefined)
    return { to: 'due', at: now, freeAttempt: true, set: { ...set, upTo, reading: next }, unset: ['error'] }
  if (row.kind === 'backfill') return { to: 'done', set: { ...set, upTo, doneAt: now }, unset: ['reading'] }
  const at = nextTime(deps, account)
  return { to: 'due', at, freeAttempt: true, set: { ...set, upTo }, unset: ['reading', 'error'] }
}

/** Nothing lies between what is read and what may be read yet. */
const restUntilNext = (deps: PullDeps, account: Account, row: Pull): Ending =>
  row.kind === 'backfill'
    ? { to: 'done', set: { doneAt: deps.now() }, unset: ['reading'] }
    : { to: 'due', at: nextTime(deps, account), freeAttempt: true, unset: ['reading', 'error'] }

const nextTime = ({ now, schedule }: PullDeps, { pull: { everySeconds } }: Account): Date =>
  new Date(now().getTime() + Math.ceil(jittered(everySeconds, schedule) * 1000))

/** Never beyond the channel's own time: what it had not seen yet it could not list. */
const reachedBy = ({ kind }: Pull, { to }: Reading, { at }: Page): Date =>
  kind === 'news' && at !== undefined && at < to.getTime() ? new Date(at) : to

const failed = async (deps: PullDeps, row: Pull, error: HubError): Promise<void> => {
  const now = deps.now()
  const { connection, kind, attempt, reading } = row
  const expired = error.code === 'PAGE_EXPIRED'
  const quiet = expired || error.code === 'CHANNEL_SLOW_DOWN'
  deps.log[quiet ? 'debug' : 'warn'](
    { stage: 'pull', connection, pull: row._id, kind, attempt, code: error.code, remedy: error.remedy },
    'pull put off or given up',
  )
  if (expired && reading !== undefined) {
    const { page: _, ...anew } = reading
    const set = { reading: { ...anew, restarts: reading.restarts + 1 } }
    await deps.pulls.finish(row, { to: 'due', at: now, freeAttempt: true, set })
    return
  }
  await holdBack(deps, { connection, error, now })
  const ending = endingOf(error, row.settled, { now, schedule: deps.schedule })
  await deps.pulls.finish(row, kind === 'news' && ending.to !== 'due' ? onForEver(deps, error, now) : ending)
}

/** News are never given up: what is wrong is shown, and they are asked for again at the slowest beat there is, an hour at most. */
const onForEver = ({ schedule }: PullDeps, error: HubError, now: Date): Ending => {
  const seconds = Math.min(3600, schedule.seconds.at(-1) ?? 3600)
  return { to: 'due', at: new Date(now.getTime() + seconds * 1000), error: rowErrorOf(error), freeAttempt: true }
}
