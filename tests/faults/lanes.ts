import type { Engine, Finding } from './house.ts'
import type { Fault } from './rows.ts'

/** One row of the table as it came out. */
export interface Outcome extends Finding {
  readonly fault: Fault
  readonly engine: Engine
  readonly seconds: number
}

export interface Lanes {
  readonly faults: readonly Fault[]
  readonly engines: readonly Engine[]
  tryOut(fault: Fault, engine: Engine): Promise<Finding>
  tell(outcome: Outcome): void
}

/**
 * Tries every row: the engines side by side, one row of each at a time, for most of a row is waiting; then, one by one, the rows that
 * measure a rate, each with the machine for itself. @returns what came out, in the order of the table
 */
export const runLanes = async ({ faults, engines, tryOut, tell }: Lanes): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = []
  const row = async (fault: Fault, engine: Engine): Promise<void> => {
    const from = performance.now()
    const finding = await tryOut(fault, engine).catch((error: unknown) => ({
      figures: {},
      differences: [`it could not be tried: ${String(error)}`],
    }))
    const outcome = { ...finding, fault, engine, seconds: (performance.now() - from) / 1000 }
    outcomes.push(outcome)
    tell(outcome)
  }
  const on = (engine: Engine): readonly Fault[] => faults.filter((fault) => fault.engines.includes(engine))
  await Promise.all(
    engines.map(async (engine) => {
      for (const fault of on(engine)) if (fault.alone !== true) await row(fault, engine)
    }),
  )
  for (const engine of engines) for (const fault of on(engine)) if (fault.alone === true) await row(fault, engine)
  const place = ({ fault, engine }: Outcome): number => faults.indexOf(fault) * engines.length + engines.indexOf(engine)
  return outcomes.toSorted((a, b) => place(a) - place(b))
}
