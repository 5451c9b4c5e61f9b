import { asHubError, type Code, HubError } from '../kernel/errors.ts'
import { type Placed as Column, layoutOf } from './import-csv-columns.ts'
import { orderOf, type Refusal, refusalOf } from './import-csv-order.ts'
import { type CsvText, type Row, rowsOf } from './import-csv-rows.ts'
import type { Placed, Placement } from './place.ts'

export type { CsvText }

export interface ImportDeps {
  /** The door of `POST /v1/orders`: `place` with its deps, or the API of a hub that runs. */
  readonly place: (placement: Placement) => Promise<Placed>
}

/** What is imported. The file is read twice: to look it through, then to place its orders. */
export interface Import {
  readonly connection: string
  readonly open: () => CsvText
}

/** What became of a row: its order is kept, was kept before, or is refused, with a sentence. */
export interface RowReport {
  readonly line: number
  readonly order: string
  readonly outcome: Placed['state'] | 'refused'
  readonly sentence?: string
}

export interface ImportListeners {
  /** Every row, in the order of the file. */
  readonly row?: (report: RowReport) => void
  /** Rows done of all there are. */
  readonly progress?: (at: { readonly done: number; readonly total: number }) => void
}

export type Outcomes = Readonly<Record<RowReport['outcome'], number>>
export interface ImportSummary {
  readonly rows: Outcomes
  readonly orders: Outcomes
}

/** Orders under way at a time. */
const width = 16
/** More rows of one order are not held: an order of so many lines is refused anyhow. */
const mostRows = 2001

/**
 * Hands the orders of a CSV file in, one after another, each by itself: a faulty one does not stop the others. One row is one line of an
 * order; the rows of an order stand together. The same file again changes nothing. Memory holds a few orders, and the id of each.
 * @throws REQUEST_INVALID nothing was imported: the file cannot be read, or its columns are not known · whatever makes all orders fail
 *   alike (NOT_FOUND, STORE_AWAY …): what was imported so far stands, and the same file may be imported again
 */
export const importCsv = async (
  deps: ImportDeps,
  file: Import,
  listeners: ImportListeners = {},
): Promise<ImportSummary> => {
  const { total, torn } = await lookThrough(file)
  const counts = { rows: { kept: 0, seen: 0, refused: 0 }, orders: { kept: 0, seen: 0, refused: 0 } }
  let done = 0
  const finish = async (way: Promise<Settled>): Promise<void> => {
    const settled = await way
    if ('failed' in settled) throw settled.failed
    counts.orders[settled.outcome] += 1
    counts.rows[settled.outcome] += settled.group.lines.length
    done += settled.group.lines.length
    if (listeners.row !== undefined) for (const report of reportsOf(settled)) listeners.row(report)
    listeners.progress?.({ done, total })
  }
  const underWay: Promise<Settled>[] = []
  for await (const { layout, group } of groupsOf(file.open())) {
    underWay.push(settle(deps, { connection: file.connection, layout, group, torn: torn.has(group.key) }))
    const first = underWay.length < width ? undefined : underWay.shift()
    if (first !== undefined) await finish(first)
  }
  for (const way of underWay) await finish(way)
  return counts
}

/** Rows of one order in one version, as they stand together. `key` is '' where a row names no order. */
interface Group {
  readonly key: string
  readonly order: string
  readonly rows: Row[]
  readonly lines: number[]
}

interface Cut {
  readonly layout: readonly Column[]
  readonly group: Group
}

const groupsOf = async function* (text: CsvText): AsyncGenerator<Cut> {
  let layout: readonly Column[] | undefined
  let group: Group | undefined
  for await (const row of rowsOf(text)) {
    if (layout === undefined) {
      layout = layoutOf(row)
      continue
    }
    const { key, order } = identityOf(layout, row)
    if (group !== undefined && (group.key !== key || key === '')) {
      yield { layout, group }
      group = undefined
    }
    group ??= { key, order, rows: [], lines: [] }
    group.lines.push(row.line)
    if (group.rows.length < mostRows) group.rows.push(row)
  }
  if (layout === undefined)
    throw new HubError('REQUEST_INVALID', 'expected a first row with the names of columns, got an empty file')
  if (group !== undefined) yield { layout, group }
}

const identityOf = (layout: readonly Column[], { cells }: Row): { readonly key: string; readonly order: string } => {
  const cell = (name: string): string => (cells[layout.findIndex((column) => column.name === name)] ?? '').trim()
  const order = cell('order')
  const version = cell('version')
  return { order, key: order === '' ? '' : `${order}@${version === '' ? '1' : version}` }
}

/** Counts the rows, and finds orders whose rows do not stand together: part of one must not be taken for the whole. */
const lookThrough = async (file: Import): Promise<{ readonly total: number; readonly torn: ReadonlySet<string> }> => {
  const met = new Set<string>()
  const torn = new Set<string>()
  let total = 0
  for await (const { group } of groupsOf(file.open())) {
    total += group.lines.length
    if (met.has(group.key)) torn.add(group.key)
    met.add(group.key)
  }
  return { total, torn }
}

type Settled =
  | { readonly group: Group; readonly outcome: RowReport['outcome']; readonly refusal?: Refusal }
  | { readonly failed: unknown }

interface Order extends Cut {
  readonly connection: string
  readonly torn: boolean
}

/** What is wrong with one order, and not with all. */
const ofOneOrder: readonly Code[] = [
  'REQUEST_INVALID',
  'PAYLOAD_UNREADABLE',
  'MAPPING_FAILED',
  'VERSION_CONFLICT',
  'ORDER_TOO_LARGE',
]

/** Never rejects: several are under way, and one is waited for at a time. */
const settle = async (deps: ImportDeps, { connection, layout, group, torn }: Order): Promise<Settled> => {
  const refused = (refusal: Refusal): Settled => ({ group, outcome: 'refused', refusal })
  if (group.key === '') return refused({ sentence: 'order is empty: the row says of no order that it is a line of it' })
  if (torn)
    return refused({ sentence: 'the rows of this order do not stand together: sort the file by the column "order"' })
  const made = orderOf(layout, group.rows)
  if ('refusal' in made) return refused(made.refusal)
  try {
    const { state } = await deps.place({ connection, payload: made.payload })
    return { group, outcome: state }
  } catch (error) {
    const failure = asHubError(error)
    return ofOneOrder.includes(failure.code) ? refused(refusalOf(failure, group.rows)) : { failed: error }
  }
}

const reportsOf = ({ group, outcome, refusal }: Exclude<Settled, { readonly failed: unknown }>): readonly RowReport[] =>
  group.lines.map((line): RowReport => {
    const report = { line, order: group.order, outcome }
    if (refusal === undefined) return report
    const elsewhere = refusal.line !== undefined && refusal.line !== line
    return { ...report, sentence: elsewhere ? `its order is refused for line ${refusal.line}` : refusal.sentence }
  })
