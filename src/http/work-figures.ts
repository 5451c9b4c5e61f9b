import type { WorkRow, WorkState } from '../store/rows.ts'
import type { HttpDeps, Looks } from './deps.ts'

/** How much work stands in one state, and when the row was due that has waited longest. */
export interface WorkFigure {
  readonly stage: 'ingest' | 'react' | 'push'
  readonly state: WorkState
  readonly count: number
  readonly oldest?: Date
}

export const shownStates = ['due', 'leased', 'dead', 'parked'] as const

/** The figures of every stage. */
export const workFigures = async ({ repositories, now }: HttpDeps): Promise<readonly WorkFigure[]> => {
  const { inbox, outbox, orders } = repositories
  const isDue = { 'react.dueAt': { $lte: now() } }
  const [reacting, [first], ...rows] = await Promise.all([
    orders.count(isDue),
    orders.list(isDue, { sort: { 'react.dueAt': 1 }, limit: 1 }),
    ...shownStates.flatMap((state) => [figureOf('ingest', inbox, state), figureOf('push', outbox, state)]),
  ])
  const oldest = first?.react?.dueAt
  return [...rows, { stage: 'react', state: 'due', count: reacting, ...(oldest === undefined ? {} : { oldest }) }]
}

const figureOf = async <T extends WorkRow>(
  stage: WorkFigure['stage'],
  rows: Looks<T>,
  state: WorkState,
): Promise<WorkFigure> => {
  const [count, [first]] = await Promise.all([
    rows.countWhere({ state }),
    rows.find({ state }, { sort: { dueAt: 1 }, limit: 1 }),
  ])
  return { stage, state, count, ...(first === undefined ? {} : { oldest: first.dueAt }) }
}
