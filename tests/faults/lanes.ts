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
  tryOut(row: Row): Promise<Finding>
  tell(outcome: Outcome): void
}

/** One fault to be tried on one engine, on the servers of one lane. */
export interface Row {
  readonly fault: Fault
  readonly engine: Engine
  readonly lane: string
}

/**
 * Tries every row: the lanes side by side, one row of each at a time, for most of a row is waiting; then, one by one, the rows that
 * measure a rate, each with the machine for itself. @returns what came out, in the order of the table
 */
export const runLanes = async ({ faults, engines, tryOut, tell }: Lanes): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = []
  const play = async (row: Row): Promise<void> => {
    const { fault, engine } = row
    const from = performance.now()
    const finding = await tryOut(row).catch((error: unknown) => ({
      figures: {},
      differences: [`it could not be tried: ${String(error)}`],
    }))
    const outcome = { ...finding, fault, engine, seconds: (performance.now() - from) / 1000 }
    outcomes.push(outcome)
    tell(outcome)
  }
  const rows = engines.flatMap((engine) =>
    faults
      .filter((fault) => fault.engines.includes(engine))
      .map((fault): Row => ({ fault, engine, lane: fault.beside === true ? `${engine}-beside` : engine })),
  )
  const lanes = Map.groupBy(
    rows.filter(({ fault }) => fault.alone !== true),
    ({ lane }) => lane,
  )
  await Promise.all(
    [...lanes.values()].map(async (lane) => {
      for (const row of lane) await play(row)
    }),
  )
  for (const row of rows) if (row.fault.alone === true) await play(row)
  const place = ({ fault, engine }: Outcome): number => faults.indexOf(fault) * engines.length + engines.indexOf(engine)
  return outcomes.toSorted((a, b) => place(a) - place(b))
}
