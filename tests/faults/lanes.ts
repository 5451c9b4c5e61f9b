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

interface Row {
  readonly fault: Fault
  readonly engine: Engine
}

/** Tries every row. @returns what came out, in the order of the table */
export const runLanes = async ({ faults, engines, tryOut, tell }: Lanes): Promise<readonly Outcome[]> => {
  const rows = faults.flatMap((fault) =>
    engines.filter((engine) => fault.engines.includes(engine)).map((engine): Row => ({ fault, engine })),
  )
  const outcomes = new Map<Row, Outcome>()
  await inLanes(rows, async (row) => {
    const from = performance.now()
    const finding = await tryOut(row.fault, row.engine).catch((error: unknown) => ({
      figures: {},
      differences: [`it could not be tried: ${String(error)}`],
    }))
    const outcome = { ...finding, ...row, seconds: (performance.now() - from) / 1000 }
    outcomes.set(row, outcome)
    tell(outcome)
  })
  return rows.flatMap((row) => outcomes.get(row) ?? [])
}

/**
 * Plays every row: three at once, for much of a row is waiting; then those that do little else, all at once; then, one by one, those
 * that measure a rate, each with the machine for itself.
 */
export const inLanes = async <R extends { readonly fault: Pick<Fault, 'atOnce'> }>(
  rows: readonly R[],
  play: (row: R) => Promise<void>,
): Promise<void> => {
  for (const atOnce of [3, 4, 1]) {
    const waiting = rows.filter(({ fault }) => (fault.atOnce ?? 3) === atOnce).values()
    const lane = async (): Promise<void> => {
      for (const row of waiting) await play(row)
    }
    await Promise.all(Array.from({ length: atOnce }, lane))
  }
}
