/** One row of the bench. What it was measured beside was measured in the same run. */
export interface Row {
  readonly name: string
  /** What the floor is about. */
  readonly value: number
  readonly unit: string
  /** What it was measured beside, in the unit that `detail` names. */
  readonly baseline?: number
  /** Ours divided by the baseline. */
  readonly ratio?: number
  readonly floor?: number
  readonly better: 'more' | 'less'
  /** For a person: the figures that the value was made of. */
  readonly detail?: string
  /** For a person: what makes this figure less worth than it looks. */
  readonly notes?: readonly string[]
}

/** Whether the row reaches its floor; one without a floor cannot miss it. */
export const isMet = ({ value, floor, better }: Row): boolean =>
  floor === undefined || (better === 'more' ? value >= floor : value <= floor)

/** Three digits that count, and thousands apart. */
export const figure = (value: number): string => {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-GB')
  return value === 0 ? '0' : value.toPrecision(3)
}

/** As wide as the longest name. */
const nameWide = 24

const columns = ({ name, value, unit, detail = '', floor, better }: Row): readonly string[] => [
  name.padEnd(nameWide),
  figure(value).padStart(8),
  unit.padEnd(16),
  (floor === undefined ? '' : `${better === 'more' ? '≥' : '≤'} ${figure(floor)}`).padEnd(8),
  detail,
]

/** The heading over all rows: the machine, and what the columns are. */
export const heading = (machine: string): string =>
  `${machine}\n\n${'row'.padEnd(nameWide)} ${'value'.padStart(8)} ${'unit'.padEnd(16)} ${'floor'.padEnd(8)}\n`

/** A row as a person reads it; its notes below it. */
export const lineOf = (row: Row): string => {
  const [name, value, unit, floor, detail] = columns(row)
  const verdict = row.floor === undefined ? '' : isMet(row) ? 'met' : 'MISSED'
  const line = `${name} ${value} ${unit} ${floor} ${verdict.padEnd(6)}  ${detail}`.trimEnd()
  return [line, ...(row.notes ?? []).map((note) => `${''.padEnd(nameWide)} note: ${note}`)].join('\n')
}

/** The same for a program: one line of JSON. */
export const jsonOf = ({ name, value, unit, baseline, ratio }: Row): string =>
  JSON.stringify({ name, value, unit, baseline: baseline ?? null, ratio: ratio ?? null })

/** The last line: how many rows, how many of them missed, and what could not be measured. */
export const summaryOf = (rows: readonly Row[], failed: readonly string[]): string => {
  const missed = rows.filter((row) => !isMet(row))
  const which = missed.length === 0 ? '' : `: ${missed.map(({ name }) => name).join(', ')}`
  const failures = failed.length === 0 ? '' : `; NOT MEASURED: ${failed.join(', ')}`
  return `${rows.length} rows, ${missed.length} missed${which}${failures}`
}

/** The middle one; of an even number, the upper of the two. 0 of none. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** A process that has a core to itself can do no more than this share of it. */
const busy = 0.9

/** A note where a part of the bench itself was at its limit, so that the figure may be its and not the hub's. */
export const busyNotes = (who: string, shares: readonly number[]): readonly string[] => {
  const most = Math.max(0, ...shares)
  return most > busy ? [`${who} used ${Math.round(most * 100)} % of a core and may itself be the limit`] : []
}
