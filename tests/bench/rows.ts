/** One row of the bench. `baseline` was measured beside it in the same run; `ratio` is what the floor is about where there is one. */
export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly baseline?: number
  readonly ratio?: number
  readonly floor?: number
  readonly better: 'more' | 'less'
}

/** What the floor is compared with. */
const judged = ({ ratio, value }: Row): number => ratio ?? value

export const isMet = (row: Row): boolean =>
  row.floor === undefined || (row.better === 'more' ? judged(row) >= row.floor : judged(row) <= row.floor)

const figure = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3))

/** A row as a person reads it. */
export const lineOf = (row: Row): string => {
  const base = row.baseline === undefined ? '' : `  beside ${figure(row.baseline)}`
  const floor =
    row.floor === undefined
      ? ''
      : `  floor ${row.better === 'more' ? '≥' : '≤'} ${row.floor} ${isMet(row) ? 'met' : 'MISSED'}`
  return `${row.name.padEnd(20)} ${figure(row.value).padStart(9)} ${row.unit.padEnd(18)}${base}${floor}`
}

/** The same for a program. */
export const jsonOf = ({ name, value, unit, baseline, ratio }: Row): string =>
  JSON.stringify({ name, value, unit, baseline: baseline ?? null, ratio: ratio ?? null })
