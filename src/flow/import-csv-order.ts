import type { HubError } from '../kernel/errors.ts'
import type { Json } from '../kernel/json.ts'
import { Closed, checkerOf, Type } from '../kernel/schema.ts'
import { columns, type Placed, readCell, readings } from './import-csv-columns.ts'
import type { Row } from './import-csv-rows.ts'

/** Why an order is refused: at which line of the file, where it is one. */
export interface Refusal {
  readonly line?: number
  readonly sentence: string
}

/** The order that its rows make; or why they make none. */
export const orderOf = (
  layout: readonly Placed[],
  rows: readonly Row[],
): { readonly payload: Json } | { readonly refusal: Refusal } => {
  const header: Entries = new Map<string, Json>([['/origin/kind', 'import']])
  const said = new Map<string, { readonly line: number; readonly cell: string }>()
  const lines: Json[] = []
  for (const { line, cells } of rows) {
    if (cells.length !== layout.length)
      return { refusal: { line, sentence: `the row has ${cells.length} cells, the first row has ${layout.length}` } }
    const entries: Entries = new Map<string, Json>([['/id', String(lines.length + 1)]])
    for (const [at, column] of layout.entries()) {
      const cell = (cells[at] ?? '').trim()
      if (cell === '') continue
      const first = said.get(column.name)
      if (column.of === 'order' && first !== undefined && first.cell !== cell)
        return {
          refusal: { line, sentence: `${column.name} is not what it is in line ${first.line} of the same order` },
        }
      if (column.of === 'order') said.set(column.name, { line, cell })
      write(column.of === 'order' ? header : entries, column, cell)
    }
    lines.push(nested([...entries]))
  }
  const order = nested([...header])
  return { payload: typeof order === 'object' && order !== null ? { ...order, lines } : { lines } }
}

type Entries = Map<string, Json>

const write = (entries: Entries, column: Placed, cell: string): void => {
  for (const [path, value] of Object.entries(column.with ?? {})) entries.set(path, value)
  entries.set(column.path, readCell(column, cell))
}

/** Paths and what stands there, as one value: steps that are digits make a list. */
const nested = (entries: readonly (readonly [string, Json])[]): Json => {
  const [only] = entries
  if (only !== undefined && only[0] === '') return only[1]
  const groups = Map.groupBy(entries, ([path]) => /^\/([^/]*)/.exec(path)?.[1] ?? '')
  const members = [...groups].map(
    ([step, held]) =>
      [step, nested(held.map(([path, value]) => [path.slice(step.length + 1), value] as const))] as const,
  )
  return members.every(([step]) => /^\d+$/.test(step)) ? members.map(([, value]) => value) : Object.fromEntries(members)
}

const faultsIn = checkerOf(Type.Array(Closed({ path: Type.String(), expected: Type.String() }), { minItems: 1 }))

/** What the order's door says against it, in the words of the file: the line and the column of each fault. */
export const refusalOf = ({ code, message, detail }: HubError, rows: readonly Row[]): Refusal => {
  if (code === 'VERSION_CONFLICT')
    return {
      sentence:
        'the order stands with other content under this version: raise the column "version" to change it, and keep the rows of one order in one file',
    }
  const faults = detail['faults']
  if (!faultsIn.is(faults)) return { sentence: message }
  const placed = faults.map((fault) => inFile(fault, rows))
  const lines = new Set(placed.map(({ line }) => line))
  const [line] = lines
  return {
    ...(line === undefined ? {} : { line }),
    sentence: placed
      .map((one) => (lines.size > 1 && one.line !== undefined ? `line ${one.line}: ` : '') + one.sentence)
      .join('; '),
  }
}

const inFile = (
  { path, expected }: { readonly path: string; readonly expected: string },
  rows: readonly Row[],
): Refusal => {
  const [, at, within] = /^\/lines\/(\d+)(.*)$/.exec(path) ?? []
  const kind = at === undefined ? 'order' : 'line'
  const missing = /^must have the field "(.*?)"/.exec(expected)?.[1]
  const wanted = `${within ?? path}${missing === undefined ? '' : `/${missing}`}`
  const found = Object.entries(columns).find(
    ([, column]) => column.of === kind && (column.path === wanted || column.path.startsWith(`${wanted}/`)),
  )
  const line = at === undefined ? undefined : rows[Number(at)]?.line
  const where = line === undefined ? {} : { line }
  if (found === undefined) return { ...where, sentence: `${wanted === '' ? 'the order' : wanted} ${expected}` }
  const [name, { reads }] = found
  if (missing !== undefined) return { ...where, sentence: `${name} is empty` }
  const plainly = /^must match pattern|^must be (either )?(integer|boolean)/.test(expected) && reads !== 'text'
  return { ...where, sentence: `${name} ${plainly ? `must be ${readings[reads]}` : expected}` }
}
