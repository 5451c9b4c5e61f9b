import { setTimeout as sleep } from 'node:timers/promises'
import type { OpenMailbox } from '../src/connector/mailbox.ts'
import type { Account, Accounts } from '../src/flow/account.ts'
import { type Emptied, type EmptyMailboxDeps, emptyMailbox } from '../src/flow/empty-mailbox.ts'
import { jittered, type Schedule } from '../src/flow/remedy.ts'

export interface MailboxWorkerDeps extends EmptyMailboxDeps {
  readonly accounts: Accounts
  readonly openMailbox: (account: Account) => OpenMailbox
  readonly schedule: Schedule
  /** ms between two looks at which connections there are; 2,000 where absent. */
  readonly lookMs?: number
}

/** A queue that cannot be read is asked again at least so often. */
const longestPauseSeconds = 60
/** ms from one call that brings nothing to the next, where the other side does not wait with its answer. */
const quietMs = 1_000

interface Loop {
  readonly account: Account
  readonly leaving: AbortController
  readonly ended: Promise<void>
}

/**
 * Empties the queue of each enabled connection that has one, each in a loop of its own; connections that come, go or change are
 * followed. Several processes may do so: each message is kept once. `stop`: ends the waiting at once, and what was begun.
 */
export const startMailboxes = (deps: MailboxWorkerDeps): { stop(): Promise<void> } => {
  const { lookMs = 2_000 } = deps
  const loops = new Map<string, Loop>()
  let open = true
  const look = (): void => {
    const wanted = new Map(
      deps.accounts.all().flatMap((account) => (hasMailbox(account) ? [[account.id, account]] : [])),
    )
    for (const [id, { account, leaving }] of loops) if (wanted.get(id) !== account) leaving.abort()
    // One that changed is begun when the loop of what it was has ended.
    for (const [id, account] of wanted) if (!loops.has(id)) begin(account)
  }
  const begin = (account: Account): void => {
    const leaving = new AbortController()
    const ended = emptyOn(deps, account, leaving.signal).finally(() => {
      loops.delete(account.id)
      if (open) look()
    })
    loops.set(account.id, { account, leaving, ended })
  }
  look()
  const timer = setInterval(look, lookMs)
  return {
    stop: async () => {
      open = false
      clearInterval(timer)
      const left = [...loops.values()]
      for (const { leaving } of left) leaving.abort()
      await Promise.all(left.map(({ ended }) => ended))
    },
  }
}

const hasMailbox = ({ enabled, connector, settings }: Account): boolean =>
  enabled && connector.mailbox?.of(settings) !== undefined

const emptyOn = async (deps: MailboxWorkerDeps, account: Account, signal: AbortSignal): Promise<void> => {
  const mailbox = deps.openMailbox(account)
  let failures = 0
  while (!signal.aborted) {
    const began = performance.now()
    const emptied = await emptyMailbox(deps, { account, mailbox, signal })
    failures = emptied === 'failed' ? failures + 1 : 0
    const ms = pauseOf(deps, emptied, failures) - (emptied === 'quiet' ? performance.now() - began : 0)
    if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined)
  }
}

const pauseOf = ({ schedule, lookMs = 2_000 }: MailboxWorkerDeps, emptied: Emptied, failures: number): number => {
  if (emptied === 'taken') return 0
  if (emptied === 'quiet') return quietMs
  if (emptied === 'held') return lookMs
  const seconds = schedule.seconds[failures - 1] ?? longestPauseSeconds
  return Math.min(jittered(seconds, schedule), longestPauseSeconds) * 1_000
}
