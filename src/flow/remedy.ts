import { HubError } from '../kernel/errors.ts'
import type { RowError, WorkRow } from '../store/rows.ts'
import type { Ending } from '../store/work.ts'

/** When a row is tried again: the visible list of seconds, its jitter, and a die in [0, 1). */
export interface Schedule {
  readonly seconds: readonly number[]
  readonly jitterPercent: number
  readonly dice: () => number
}

/** What is kept of a failure on the row: never a payload, never a secret. */
export const rowErrorOf = ({ code, message, remedy, detail }: HubError): RowError => ({ code, message, remedy, detail })

/** Seconds that a channel asked to wait, where it did. */
export const waitOf = (error: HubError): number | undefined => {
  const asked = error.detail['waitSeconds']
  return typeof asked === 'number' && Number.isFinite(asked) && asked >= 0 ? asked : undefined
}

const pauseSeconds = 5
const stoppedSeconds = 60

/**
 * From remedy to state: retry → due by the schedule, after its last entry dead; slow-down → due, the attempt given back;
 * reauthorise → due, the connection being stopped by the caller; reject → dead; fix-code → parked.
 * @param settled attempts before this one whose end is known
 */
export const endingOf = (
  error: HubError,
  settled: number,
  at: { readonly now: Date; readonly schedule: Schedule },
): Ending => {
  const noted = rowErrorOf(error)
  const inSeconds = (seconds: number): Date => new Date(at.now.getTime() + Math.ceil(seconds * 1000))
  if (error.remedy === 'reject') return { to: 'dead', error: noted }
  if (error.remedy === 'fix-code') return { to: 'parked', error: noted }
  if (error.remedy === 'slow-down')
    return { to: 'due', at: inSeconds(waitOf(error) ?? pauseSeconds), error: noted, freeAttempt: true }
  if (error.remedy === 'reauthorise')
    return { to: 'due', at: inSeconds(stoppedSeconds), error: noted, freeAttempt: true }
  const wait = at.schedule.seconds[settled]
  if (wait === undefined) return { to: 'dead', error: noted }
  return { to: 'due', at: inSeconds(Math.max(jittered(wait, at.schedule), waitOf(error) ?? 0)), error: noted }
}

/**
 * How the rows of a batch end that failed as a whole: due by the schedule, where their leases would run out much later. Each
 * counts as lost once more, so that they are taken in halves, and the one at fault is found.
 */
export const lostEndingOf = (
  error: HubError,
  row: Pick<WorkRow, 'attempt' | 'settled'>,
  { now, schedule }: { readonly now: Date; readonly schedule: Schedule },
): Ending => {
  const { seconds } = schedule
  const wait = seconds[Math.max(0, lostOf(row))] ?? seconds.at(-1) ?? pauseSeconds
  const at = new Date(now.getTime() + Math.ceil(jittered(wait, schedule) * 1000))
  return { to: 'due', at, error: rowErrorOf(error), lost: true }
}

/** Attempts whose end nobody recorded, of a row that is claimed: the process that had it died, or its batch failed. */
export const lostOf = ({ attempt, settled }: Pick<WorkRow, 'attempt' | 'settled'>): number => attempt - 1 - settled

/** @throws WORKER_LOST where a claimed row was lost so often with the process that held it that it is most likely the cause */
export const refuseEndless = (row: Pick<WorkRow, 'attempt' | 'settled'>, losses: number): void => {
  const lost = lostOf(row)
  if (lost >= losses)
    throw new HubError(
      'WORKER_LOST',
      `${lost} times in a row the process that had it in hand ended, or its batch failed`,
    )
}

/** The wait, up or down by the jitter: rows that failed together do not come back together. */
export const jittered = (seconds: number, { jitterPercent, dice }: Schedule): number =>
  seconds * (1 + ((dice() * 2 - 1) * jitterPercent) / 100)
