import { brackets, type Cell, cellOf, idCell, kindOf } from './columns.ts'
import { wordsPath } from './layout.ts'
import { holdsOperators, isFields } from './values.ts'

/** A condition in SQL that every match meets; `exact` where nothing else meets it either. Empty text lets everything through. */
export interface Narrowed {
  readonly sql: string
  readonly cells: readonly Cell[]
  readonly exact: boolean
}

/** What there is to narrow by. */
export interface Ground {
  /** The column of a path; `undefined` where it is not indexed. */
  columnOf(path: string): string | undefined
  /** The form in which all ids are kept; `undefined` where there are two. */
  isIdForm(id: string): boolean
  readonly wordsTable: string | undefined
}

/** The part of a filter that SQL can judge. */
export const narrow = (filter: Readonly<Record<string, unknown>>, ground: Ground): Narrowed =>
  allOf(Object.entries(filter).map(([key, operand]) => clause(key, operand, ground)))

/** Joins conditions that must all hold. */
export const allOf = (parts: readonly Narrowed[]): Narrowed =>
  joined(
    parts.filter(({ sql }) => sql !== ''),
    parts,
    ' AND ',
  )

const everything: Narrowed = { sql: '', cells: [], exact: true }
const unknown: Narrowed = { sql: '', cells: [], exact: false }

const clause = (key: string, operand: unknown, ground: Ground): Narrowed => {
  if (key === '$and' && Array.isArray(operand))
    return allOf(operand.filter(isFields).map((each) => narrow(each, ground)))
  if (key === '$or' && Array.isArray(operand))
    return anyOf(operand.filter(isFields).map((each) => narrow(each, ground)))
  const conditions = holdsOperators(operand) ? Object.entries(operand) : [['$eq', operand] as const]
  if (key === wordsPath && ground.wordsTable !== undefined) return wordClause(conditions, ground.wordsTable)
  const column = ground.columnOf(key)
  if (column === undefined) return unknown
  const cellFor = key === '_id' ? idCellIn(ground) : cellOf
  const isId = key === '_id'
  return allOf(conditions.map(([operator, value]) => condition({ column, operator, value, cellFor, isId })))
}

interface Asked {
  readonly column: string
  readonly operator: string
  readonly value: unknown
  readonly cellFor: (value: unknown) => Cell | undefined
  readonly isId?: boolean
}

const condition = ({ column, operator, value, cellFor, isId }: Asked): Narrowed => {
  if (operator === '$exists') return value ? unknown : { sql: `${column} IS NULL`, cells: [], exact: false }
  if (operator === '$in' || operator === '$nin') return listed({ column, operator, value, cellFor })
  const cell = cellFor(value)
  if (cell === undefined) return unknown
  if (operator === '$eq') return cell === null ? sure(`${column} IS NULL`) : sure(`${column} = ?`, cell)
  if (operator === '$ne') return cell === null ? sure(`${column} IS NOT NULL`) : sure(`${column} IS NOT ?`, cell)
  const kind = kindOf(value)
  const sign = signs[operator]
  if (kind === undefined || sign === undefined) return unknown
  // All ids have one form here, so they need no ends.
  if (isId === true) return sure(`${column} ${sign} ?`, cell)
  // The unary plus keeps SQLite from using the outer end of the kind as the end of an index range.
  const { from, below } = brackets[kind]
  return sign.startsWith('>')
    ? sure(`(${column} ${sign} ? AND +${column} < ?)`, cell, below)
    : sure(`(${column} ${sign} ? AND +${column} >= ?)`, cell, from)
}

const signs: Readonly<Record<string, string>> = { $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' }

const listed = ({ column, operator, value, cellFor }: Asked): Narrowed => {
  if (!Array.isArray(value)) return unknown
  const cells = value.map(cellFor).filter((cell) => cell !== undefined)
  if (cells.length < value.length || cells.length > 500) return unknown
  const present = cells.filter((cell) => cell !== null)
  const hasNull = present.length < cells.length
  const marks = present.map(() => '?').join(', ')
  if (operator === '$in')
    return sure(hasNull ? `(${column} IN (${marks}) OR ${column} IS NULL)` : `${column} IN (${marks})`, ...present)
  return sure(
    `(${column} NOT IN (${marks}) ${hasNull ? 'AND' : 'OR'} ${column} IS ${hasNull ? 'NOT ' : ''}NULL)`,
    ...present,
  )
}

const wordClause = (conditions: readonly (readonly [string, unknown])[], table: string): Narrowed =>
  allOf(
    conditions.map(([operator, value]) => {
      const within = operator === '$elemMatch' && isFields(value) ? Object.entries(value) : [[operator, value] as const]
      const asked = within.map(([name, operand]) => wordCondition(name, operand))
      if (asked.includes(undefined)) return unknown
      const parts = allOf(asked.filter((part) => part !== undefined))
      return { ...parts, sql: `rid IN (SELECT rid FROM ${table} WHERE ${parts.sql})` }
    }),
  )

const wordCondition = (operator: string, operand: unknown): Narrowed | undefined => {
  if (operator === '$in' && Array.isArray(operand) && operand.every((each) => typeof each === 'string')) {
    return listed({ column: 'word', operator, value: operand, cellFor: cellOf })
  }
  const sign = operator === '$eq' ? '=' : signs[operator]
  return sign === undefined || typeof operand !== 'string' ? undefined : sure(`word ${sign} ?`, operand)
}

const idCellIn =
  (ground: Ground) =>
  (value: unknown): Cell | undefined =>
    typeof value === 'string' && ground.isIdForm(value) ? idCell(value) : undefined

const anyOf = (parts: readonly Narrowed[]): Narrowed => {
  const open = parts.find(({ sql }) => sql === '')
  if (open !== undefined) return parts.some(({ sql, exact }) => sql === '' && exact) ? everything : unknown
  return joined(parts, parts, ' OR ')
}

const joined = (shown: readonly Narrowed[], parts: readonly Narrowed[], by: string): Narrowed => ({
  sql: shown.length > 1 ? `(${shown.map(({ sql }) => sql).join(by)})` : (shown[0]?.sql ?? ''),
  cells: shown.flatMap(({ cells }) => cells),
  exact: parts.every(({ exact }) => exact),
})

const sure = (sql: string, ...cells: readonly Cell[]): Narrowed => ({ sql, cells, exact: true })
