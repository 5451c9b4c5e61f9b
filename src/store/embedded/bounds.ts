import { compareValues, holdsOperators, isFields } from './values.ts'

/** Between what a filter holds one path; an absent end is open. `equal` where both ends are one value. */
export interface Bounds {
  readonly low?: unknown
  readonly high?: unknown
  readonly equal?: boolean
}

/**
 * The closed interval that every match lies in. For a page that goes on after a key, `$or: [{ at: { $lt: a } }, { at: a, _id: … }]`,
 * it is where to start reading; SQLite would start at the top of the index.
 */
export const boundsOf = (filter: Readonly<Record<string, unknown>>, path: string): Bounds => {
  let bounds: Bounds = {}
  for (const [key, operand] of Object.entries(filter)) bounds = narrower(bounds, clauseBounds(key, operand, path))
  const { low, high } = bounds
  const equal = low !== undefined && high !== undefined && compareValues(low, high) === 0
  return equal ? { low, high, equal } : bounds
}

const clauseBounds = (key: string, operand: unknown, path: string): Bounds => {
  if (key === path) return operandBounds(operand)
  if ((key !== '$and' && key !== '$or') || !Array.isArray(operand)) return {}
  const branches = operand.filter(isFields).map((branch) => boundsOf(branch, path))
  return branches.reduce(key === '$and' ? narrower : wider)
}

const operandBounds = (operand: unknown): Bounds => {
  if (!holdsOperators(operand)) return pointOf(operand)
  let bounds: Bounds = '$eq' in operand ? pointOf(operand['$eq']) : {}
  for (const operator of ['$gt', '$gte']) {
    if (operator in operand) bounds = narrower(bounds, { low: operand[operator] })
  }
  for (const operator of ['$lt', '$lte']) {
    if (operator in operand) bounds = narrower(bounds, { high: operand[operator] })
  }
  return bounds
}

const pointOf = (value: unknown): Bounds =>
  value === null || (typeof value === 'object' && !(value instanceof Date)) ? {} : { low: value, high: value }

const narrower = (a: Bounds, b: Bounds): Bounds => ends(inner(a.low, b.low, 1), inner(a.high, b.high, -1))

const wider = (a: Bounds, b: Bounds): Bounds => ends(outer(a.low, b.low, -1), outer(a.high, b.high, 1))

const inner = (a: unknown, b: unknown, way: 1 | -1): unknown => {
  if (a === undefined || b === undefined) return a ?? b
  return compareValues(a, b) * way >= 0 ? a : b
}

const outer = (a: unknown, b: unknown, way: 1 | -1): unknown => {
  if (a === undefined || b === undefined) return undefined
  return compareValues(a, b) * way >= 0 ? a : b
}

const ends = (low: unknown, high: unknown): Bounds => ({
  ...(low === undefined ? {} : { low }),
  ...(high === undefined ? {} : { high }),
})
