import { refuse } from '../../kernel/errors.ts'
import { coveredBy } from './covered.ts'
import { filterOf } from './filter.ts'
import { stepsOf, valueAt } from './paths.ts'
import { byOrder, type Query, queryOf, rowsOf } from './scan.ts'
import type { Table } from './table.ts'
import { compareValues, copyOf, type Fields, holdsOperators, isFields } from './values.ts'

/**
 * Runs a pipeline of the frozen stages over a table; what a first `$match` states is looked up, not walked through.
 * @throws HubError QUERY_UNSUPPORTED naming the stage or accumulator that is not of the list
 */
export const aggregated = (table: Table, stages: readonly Readonly<Fields>[]): Fields[] => {
  const first = stages[0]?.['$match']
  const query = queryOf(isFields(first) ? first : {})
  const grouped = stages[isFields(first) ? 1 : 0]?.['$group']
  const documents = (grouped === undefined ? undefined : coveredBy(table, query, grouped)) ?? documentsOf(table, query)
  return [...stagesOf(isFields(first) ? stages.slice(1) : stages).reduce((flow, stage) => stage(flow), documents)]
}

const documentsOf = (table: Table, query: Query): Iterable<Fields> =>
  rowsOf(table, query).map(({ document }) => document)

/** One stage, made from its operand. */
type Stage = (documents: Iterable<Fields>) => Iterable<Fields>

const stagesOf = (stages: readonly Readonly<Fields>[]): readonly Stage[] =>
  stages.map((stage) => {
    const [name, ...others] = Object.keys(stage)
    const make = makers[name ?? '']
    const operand = stage[name ?? '']
    if (make === undefined || others.length > 0) {
      return refuse(
        'QUERY_UNSUPPORTED',
        `aggregate knows $match, $group, $sort, $limit, one a stage; not ${Object.keys(stage)}`,
      )
    }
    return make(operand)
  })

const makers: Readonly<Record<string, (operand: unknown) => Stage>> = {
  $match: (operand) => {
    const test = filterOf(fieldsOf('$match', operand))
    return (documents) => Iterator.from(documents).filter(test)
  },
  $sort: (operand) => {
    const order = byOrder(sortOf(operand))
    return (documents) => [...documents].sort(order)
  },
  $limit: (operand) => {
    const limit =
      typeof operand === 'number' && operand > 0 ? operand : refuse('QUERY_UNSUPPORTED', '$limit is a positive number')
    return (documents) => Iterator.from(documents).take(limit)
  },
  $group: (operand) => groupStage(fieldsOf('$group', operand)),
}

type Reader = (document: Fields) => unknown

/** How one field of a group grows; `undefined` before the first document. */
type Accumulate = (sum: unknown, value: unknown) => unknown

const accumulators: Readonly<Record<string, Accumulate>> = {
  $sum: (sum, value) => Number(sum ?? 0) + (typeof value === 'number' ? value : 0),
  $min: (least, value) => better(least, value, -1),
  $max: (most, value) => better(most, value, 1),
  $first: (first, value) => (first === undefined ? (value ?? null) : first),
}

const groupStage = ({ _id: key, ...fields }: Fields): Stage => {
  const keyOf = readerOf(key)
  const gathered = Object.entries(fields).map(([name, operand]) => gatherOf(name, operand))
  return (documents) => {
    const groups = new Map<string, Fields>()
    for (const document of documents) {
      const id = keyOf(document) ?? null
      const name = nameOf(id)
      const group = groups.get(name) ?? { _id: copyOf(id) }
      groups.set(name, group)
      for (const { field, grow, read } of gathered) group[field] = grow(group[field], copyOf(read(document)))
    }
    return groups.values()
  }
}

const gatherOf = (field: string, operand: unknown) => {
  const [operator, ...others] = Object.keys(fieldsOf(field, operand))
  const grow = accumulators[operator ?? '']
  if (grow === undefined || others.length > 0) {
    return refuse('QUERY_UNSUPPORTED', `$group gathers by $sum, $min, $max or $first; "${field}" asks for ${operator}`)
  }
  return { field, grow, read: readerOf(fieldsOf(field, operand)[operator ?? '']) }
}

const readerOf = (expression: unknown): Reader => {
  if (typeof expression === 'string' && expression.startsWith('$')) {
    const steps = stepsOf(expression.slice(1))
    return (document) => valueAt(document, steps)
  }
  if (holdsOperators(expression))
    return refuse('QUERY_UNSUPPORTED', `an aggregate reads paths and constants, not ${Object.keys(expression)}`)
  if (!isFields(expression)) return () => expression
  const parts = Object.entries(expression).map(([name, part]) => [name, readerOf(part)] as const)
  return (document) =>
    Object.fromEntries(parts.map(([name, read]) => [name, read(document)]).filter(([, value]) => value !== undefined))
}

// Dates and text that reads alike are different keys.
const nameOf = (id: unknown): string =>
  JSON.stringify(
    isFields(id) ? Object.entries(id).map(([name, value]) => [name, nameOf(value)]) : [id instanceof Date, id],
  )

const better = (held: unknown, value: unknown, way: 1 | -1): unknown => {
  if (value === undefined || value === null) return held ?? null
  return held === undefined || held === null || compareValues(value, held) * way > 0 ? value : held
}

const fieldsOf = (name: string, operand: unknown): Fields =>
  isFields(operand) ? operand : refuse('QUERY_UNSUPPORTED', `${name} takes an object`)

const sortOf = (operand: unknown): Record<string, 1 | -1> =>
  Object.fromEntries(
    Object.entries(fieldsOf('$sort', operand)).map(([path, way]) =>
      way === 1 || way === -1 ? [path, way] : refuse('QUERY_UNSUPPORTED', `$sort takes 1 or -1; "${path}" has another`),
    ),
  )
