import { HubError } from '../kernel/errors.ts'

export interface BudgetLimits {
  /** Calls a second in the long run. */
  readonly requestsPerSecond: number
  /** Calls that the other side takes at once, at least 2; the calls of one second (and 2 at least) where absent. */
  readonly burst?: number
}

/** What is kept of a budget. */
export interface BudgetState {
  /** ms since 1970 at which everything reserved so far is paid for. */
  readonly spentUntil: number
}

export interface Reservation {
  /** Calls allowed: from 0 to what was wanted. */
  readonly granted: number
  /** ms: each call granted is made before this, or not at all. */
  readonly deadline: number
  /** To be written by compare-and-set in place of the state handed in; granted calls count only then. */
  readonly state: BudgetState
  /** ms until there is one again; 0 where something was granted. */
  readonly waitMs: number
}

/** Longest time in ms that a reserved call may be held. */
const longestHold = 1_000

/** What was reserved so many ms further ahead than a whole budget reaches was reserved by a clock that has gone back since. */
const skewMs = 60_000

/**
 * Reserves calls of a connection's allowance (GCRA). Whoever reserves, and whenever within the deadline the calls are made, no
 * window of t seconds sees more than burst + t × requestsPerSecond of them: as calls may be held, the hold is paid for out of the burst.
 * After the clock went back the whole budget counts as spent.
 * @throws CONFIG_INVALID where a limit is none
 */
export const reserve = (
  state: BudgetState | undefined,
  limits: BudgetLimits,
  at: { readonly nowMs: number; readonly want: number },
): Reservation => {
  const { requestsPerSecond, burst = Math.max(2, requestsPerSecond) } = limits
  if (!(requestsPerSecond > 0 && burst >= 2)) {
    throw new HubError(
      'CONFIG_INVALID',
      `expected requestsPerSecond above 0 and a burst of 2 or more, got ${requestsPerSecond} and ${burst}`,
    )
  }
  const interval = 1_000 / requestsPerSecond
  const holdMs = Math.min(longestHold, ((burst - 1) / 2) * interval)
  const room = burst * interval - holdMs
  const spentUntil = state?.spentUntil ?? 0
  const from = spentUntil > at.nowMs + room + skewMs ? at.nowMs + room : Math.max(spentUntil, at.nowMs)
  const backlog = from - at.nowMs
  const granted = Math.max(0, Math.min(at.want, Math.floor((room - backlog) / interval)))
  return {
    granted,
    deadline: at.nowMs + holdMs,
    state: { spentUntil: granted === 0 ? Math.min(spentUntil, from) : from + granted * interval },
    waitMs: granted === 0 && at.want > 0 ? Math.ceil(backlog + interval - room) : 0,
  }
}
