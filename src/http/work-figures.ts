import type { Filter } from '../store/port.ts'
import type { WorkRow } from '../store/rows.ts'
import type { HttpDeps, Looks } from './deps.ts'

/** How many rows wait, or are being worked, and how many have failed. */
export interface Tally {
  due: number
  dead: number
  parked: number
}

/** Figures of which there may be more than was counted. */
export type AtLeast = readonly (keyof Tally)[]

/** How one stage fares. `due` is exact; of what has failed, and of each connection, at most `lookedAt` rows are counted. */
export interface StageFigures extends Readonly<Tally> {
  readonly stage: 'ingest' | 'push'
  readonly oldestDue?: Date
  /** Of the stage's own figures. */
  readonly atLeast: AtLeast
  readonly of: ReadonlyMap<string, Readonly<Tally>>
  /** Of those of each connection. */
  readonly ofAtLeast: AtLeast
}

/** Figures are asked for often; they may not cost more where much has gone wrong. */
export const lookedAt = 1_000

const isDue: Filter = { dueAt: { $gte: new Date(0) } }
const hasFailed: Filter = { 'error.code': { $gte: '' }, dueAt: null }

export const stageFigures = async <T extends WorkRow>(
  stage: StageFigures['stage'],
  rows: Looks<T>,
): Promise<StageFigures> => {
  const [due, waiting, found] = await Promise.all([
    rows.countWhere(isDue),
    rows.find(isDue, { sort: { dueAt: 1, _id: 1 }, limit: lookedAt }),
    rows.find(hasFailed, { sort: { 'error.code': 1, _id: 1 }, limit: lookedAt + 1 }),
  ])
  const failed = found.slice(0, lookedAt)
  const of = new Map<string, Tally>()
  for (const { connection } of waiting) tallyIn(of, connection).due += 1
  for (const { connection, state } of failed)
    if (state !== 'done') tallyIn(of, connection)[state === 'dead' ? 'dead' : 'parked'] += 1
  const dead = failed.filter(({ state }) => state === 'dead').length
  const atLeast: AtLeast = found.length > lookedAt ? ['dead', 'parked'] : []
  const ofAtLeast: AtLeast = due > lookedAt ? ['due', ...atLeast] : atLeast
  return { stage, due, dead, parked: failed.length - dead, atLeast, of, ofAtLeast, ...oldestOf(waiting[0]?.dueAt) }
}

const oldestOf = (oldestDue: Date | undefined) => (oldestDue === undefined ? {} : { oldestDue })

const tallyIn = (tallies: Map<string, Tally>, connection: string): Tally => {
  const held = tallies.get(connection) ?? { due: 0, dead: 0, parked: 0 }
  tallies.set(connection, held)
  return held
}

/** How the orders fare that rules have still to look at. */
export const reactFigures = async ({ repositories: { orders } }: HttpDeps) => {
  const due: Filter = { 'react.dueAt': { $gte: new Date(0) } }
  const [count, [first]] = await Promise.all([
    orders.count(due),
    orders.list(due, { sort: { 'react.dueAt': 1 }, limit: 1 }),
  ])
  const none: AtLeast = []
  return { stage: 'react', due: count, dead: 0, parked: 0, atLeast: none, ...oldestOf(first?.react?.dueAt) } as const
}

/** The figures of every stage. */
export const workFigures = async (deps: HttpDeps) => {
  const { inbox, outbox } = deps.repositories
  return Promise.all([stageFigures('ingest', inbox), reactFigures(deps), stageFigures('push', outbox)])
}
