import { refuse } from '../../kernel/errors.ts'
import type { Filter, Sort } from '../port.ts'
import { type Bounds, boundsOf } from './bounds.ts'
import { holdsBytes } from './codec.ts'
import { cellOf, idCell, idOf } from './columns.ts'
import { filterOf } from './filter.ts'
import { tablesOf, wordsPath } from './layout.ts'
import { allOf, type Ground, type Narrowed, narrow } from './narrow.ts'
import type { Test } from './operators.ts'
import { stepsOf, valueAt } from './paths.ts'
import type { Loaded, Table } from './table.ts'
import { compareValues, type Fields, isFields } from './values.ts'

/** What is looked for; refused at once where it holds an unknown operator. */
export interface Query {
  readonly filter: Filter
  readonly test: Test
  readonly sort: Sort
  readonly limit: number
  /** Whether neither it nor its caller looks at bytes: rows then come without them. Asked for rows that have some. */
  readonly isBlind: () => boolean
}

/** How a query is to be answered. */
export interface QueryOptions {
  readonly sort?: Sort
  readonly limit?: number
  /** Whether the caller looks at no bytes; it does where this is absent. */
  readonly isBlind?: () => boolean
}

/** @throws HubError QUERY_UNSUPPORTED */
export const queryOf = (filter: Filter, { sort = {}, limit, isBlind }: QueryOptions = {}): Query => ({
  filter,
  test: filterOf(filter),
  sort,
  isBlind: once(() => isBlind?.() === true && !holdsBytes(filter)),
  // MongoDB reads 0 as "no limit".
  limit: limit === undefined || limit === 0 ? Number.POSITIVE_INFINITY : limit,
})

const once = (ask: () => boolean): (() => boolean) => {
  let answer: boolean | undefined
  return () => {
    answer ??= ask()
    return answer
  }
}

/** The rows that match, in order, no more than asked for; read only as far as the loop goes where an index has the order. */
export const rowsOf = function* (table: Table, query: Query): Generator<Loaded> {
  const { rids, isSorted } = candidates(table, query)
  let left = query.limit
  for (const row of isSorted ? matching(table, query, rids) : sorted(table, query, rids)) {
    if (left === 0) return
    left -= 1
    yield row
    if (left === 0) return
  }
}

/** How many match; counted by SQLite alone where it can judge the whole filter. */
export const countOf = (table: Table, query: Query): number => {
  const { where } = whereOf(table, query)
  if (idsOf(query.filter) === undefined && where.exact) {
    const rows = `SELECT 1 FROM ${tablesOf(table.name).rows}${textOf(where)}${limitOf(query)}`
    return Number(table.db.one(`SELECT count(*) AS n FROM (${rows})`, ...where.cells)?.['n'])
  }
  let count = 0
  for (const _row of rowsOf(table, query)) count += 1
  return count
}

/** The ids of the rows that match, in order; undefined where SQL alone cannot tell them. */
export const idsBy = (table: Table, query: Query): readonly string[] | undefined => {
  const { where, order } = whereOf(table, query)
  const isSorted = order !== undefined || Object.keys(query.sort).length === 0
  if (idsOf(query.filter) !== undefined || !where.exact || !isSorted) return undefined
  const text = `SELECT id FROM ${tablesOf(table.name).rows}${textOf(where)}${order ?? ''}${limitOf(query)}`
  return table.db.all(text, ...where.cells).map((row) => idOf(row['id']))
}

/** Orders documents as MongoDB does; a list at a sort path is refused, for engines differ there. */
export const byOrder = (sort: Sort): ((a: Fields, b: Fields) => number) => {
  const ways = Object.entries(sort).map(([path, way]) => ({ steps: stepsOf(path), way }))
  return (a, b) => {
    for (const { steps, way } of ways) {
      const difference = compareValues(sortValue(a, steps), sortValue(b, steps))
      if (difference !== 0) return difference * way
    }
    return 0
  }
}

const matching = function* (table: Table, { test, isBlind }: Query, rids: Iterable<number>): Generator<Loaded> {
  for (const rid of rids) {
    const row = table.load(rid, isBlind)
    if (row !== undefined && test(row.document)) yield row
  }
}

// Here bytes may be what is sorted by.
const sorted = (table: Table, query: Query, rids: Iterable<number>): readonly Loaded[] => {
  const order = byOrder(query.sort)
  const rows = [...matching(table, { ...query, isBlind: () => false }, rids)]
  return rows.sort((a, b) => order(a.document, b.document))
}

const candidates = (table: Table, query: Query): { readonly rids: Iterable<number>; readonly isSorted: boolean } => {
  const ids = idsOf(query.filter)
  const isUnsorted = Object.keys(query.sort).length === 0
  if (ids !== undefined) {
    const rids = [...new Set(ids)].map((id) => table.keys.rowOf(id)).filter((rid) => rid !== undefined)
    return { rids, isSorted: isUnsorted || rids.length < 2 }
  }
  const { where, order } = whereOf(table, query)
  const text = `SELECT rid FROM ${tablesOf(table.name).rows}${textOf(where)}${order ?? ''}`
  const isSorted = isUnsorted || order !== undefined
  // Where SQL judges all, it may stop by itself; else rows are stepped through until enough have passed.
  const rows =
    where.exact || !isSorted
      ? table.db.all(`${text}${isSorted ? limitOf(query) : ''}`, ...where.cells)
      : table.db.each(text, ...where.cells)
  return { rids: ridsOf(rows), isSorted }
}

const ridsOf = function* (rows: Iterable<Readonly<Record<string, unknown>>>): Generator<number> {
  for (const row of rows) yield Number(row['rid'])
}

/** What SQL can judge of a query, and the order where columns have it. */
export const whereOf = (
  table: Table,
  { filter, sort }: Query,
): { readonly where: Narrowed; readonly order: string | undefined } => {
  const ground = groundOf(table, filter)
  const paths = Object.keys(sort)
  const columns = paths.map((path) => (path === '_id' && table.isMixed() ? undefined : ground.columnOf(path)))
  if (paths.length === 0 || columns.includes(undefined)) return { where: narrow(filter, ground), order: undefined }
  const lead = paths.find((path) => boundsOf(filter, path).equal !== true)
  const order = paths.map((path, at) => `${columns[at]} ${sort[path] === 1 ? 'ASC' : 'DESC'}`)
  return { where: leading(filter, ground, lead), order: ` ORDER BY ${order.join(', ')}` }
}

// Only the tightest ends on the leading sort column are shown to SQLite's planner; all else on it is a check of each row.
const leading = (filter: Filter, ground: Ground, lead: string | undefined): Narrowed => {
  const column = lead === undefined ? undefined : ground.columnOf(lead)
  if (lead === undefined || column === undefined) return narrow(filter, ground)
  const rest = narrow(filter, { ...ground, columnOf: (path) => (path === lead ? `+${column}` : ground.columnOf(path)) })
  const { low, high }: Bounds = boundsOf(filter, lead)
  const ends = [endOf({ lead, column, ground }, '>=', low), endOf({ lead, column, ground }, '<=', high)]
  return allOf([...ends.filter((end) => end !== undefined), rest])
}

interface Lead {
  readonly lead: string
  readonly column: string
  readonly ground: Ground
}

const endOf = ({ lead, column, ground }: Lead, sign: string, value: unknown): Narrowed | undefined => {
  if (lead === '_id' && !(typeof value === 'string' && ground.isIdForm(value))) return undefined
  const cell = lead === '_id' ? idCell(String(value)) : cellOf(value)
  return cell === undefined || cell === null ? undefined : { sql: `${column} ${sign} ?`, cells: [cell], exact: true }
}

const groundOf = (table: Table, filter: Filter): Ground => {
  // Few rows have a word, so it leads; the unary plus keeps SQLite from walking another index instead.
  const plus = table.layout.words && wordsPath in filter ? '+' : ''
  const columns = new Map(table.layout.columns.map(({ path, quoted }) => [path, `${plus}${quoted}`]))
  columns.set('_id', `${plus}id`)
  const idType = table.idType()
  return {
    columnOf: (path) => columns.get(path),
    isIdForm: (id) => !table.isMixed() && typeof idCell(id) === idType,
    wordsTable: table.layout.words ? tablesOf(table.name).words : undefined,
  }
}

/** The ids that a filter states outright. */
const idsOf = (filter: Filter): readonly string[] | undefined => {
  const asked = filter['_id']
  if (typeof asked === 'string') return [asked]
  if (!isFields(asked)) return undefined
  const listed = '$eq' in asked ? [asked['$eq']] : asked['$in']
  return Array.isArray(listed) ? listed.filter((id) => typeof id === 'string') : undefined
}

const textOf = ({ sql }: Narrowed): string => (sql === '' ? '' : ` WHERE ${sql}`)

const limitOf = ({ limit }: Query): string => (Number.isFinite(limit) ? ` LIMIT ${Math.trunc(limit)}` : '')

const sortValue = (document: Fields, steps: readonly string[]): unknown => {
  const value = valueAt(document, steps)
  return Array.isArray(value)
    ? refuse('QUERY_UNSUPPORTED', `cannot sort by "${steps.join('.')}": it holds a list`)
    : value
}
