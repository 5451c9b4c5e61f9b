import { refuse } from '../../kernel/errors.ts'
import type { Filter } from '../port.ts'
import { comparisons, negations, type Test } from './operators.ts'
import { someAt, stepsOf } from './paths.ts'
import { holdsOperators, isFields } from './values.ts'

/**
 * A filter as one function of a document.
 * @throws HubError QUERY_UNSUPPORTED naming the operator that is not of the frozen list
 */
export const filterOf = (filter: Filter): Test => {
  const tests = Object.entries(filter).map(([key, operand]) => clauseOf(key, operand))
  const [only] = tests
  return tests.length === 1 && only !== undefined ? only : (document) => tests.every((test) => test(document))
}

/** `$pull`'s operand, or what `$elemMatch` holds, as a test of one element. */
export const elementTestOf = (operand: unknown): Test => {
  if (holdsOperators(operand) && !('$and' in operand) && !('$or' in operand)) {
    return everyOf(Object.entries(operand).map(([operator, value]) => elementClauseOf(operator, value)))
  }
  if (!isFields(operand)) return comparisons.$eq(operand)
  const test = filterOf(operand)
  return (element) => isFields(element) && test(element)
}

const clauseOf = (key: string, operand: unknown): Test => {
  if (key === '$and') return everyOf(branchesOf(key, operand))
  if (key === '$or') {
    const branches = branchesOf(key, operand)
    return (document) => branches.some((branch) => branch(document))
  }
  if (key.startsWith('$')) return unknownOperator(key)
  if (operand === undefined)
    refuse('QUERY_UNSUPPORTED', `"${key}" is compared with undefined; leave it out, or say null`)
  const steps = stepsOf(key)
  const tests = holdsOperators(operand)
    ? Object.entries(operand).map(([operator, value]) => conditionOf(operator, value))
    : [conditionOf('$eq', operand)]
  return everyOf(tests.map((test) => (document: unknown) => test(document, steps)))
}

type Condition = (document: unknown, steps: readonly string[]) => boolean

const conditionOf = (operator: string, operand: unknown): Condition => {
  if (operator === '$exists') {
    const wanted = Boolean(operand)
    return (document, steps) => someAt(document, steps, isPresent) === wanted
  }
  if (operator === '$elemMatch') {
    if (!isFields(operand)) return refuse('QUERY_UNSUPPORTED', '$elemMatch takes an object')
    const element = elementTestOf(operand)
    return (document, steps) => someAt(document, steps, (held) => Array.isArray(held) && held.some(element))
  }
  if (isNegation(operator)) {
    const positive = anyOf(comparisons[negations[operator]](operand))
    return (document, steps) => !someAt(document, steps, positive)
  }
  const test = anyOf(comparisonOf(operator, operand))
  return (document, steps) => someAt(document, steps, test)
}

const elementClauseOf = (operator: string, operand: unknown): Test => {
  if (operator === '$exists') return (held) => isPresent(held) === Boolean(operand)
  if (operator === '$elemMatch') return unknownOperator('$elemMatch within $elemMatch')
  if (!isNegation(operator)) return anyOf(comparisonOf(operator, operand))
  const positive = anyOf(comparisons[negations[operator]](operand))
  return (held) => !positive(held)
}

const comparisonOf = (operator: string, operand: unknown): Test =>
  isComparison(operator) ? comparisons[operator](operand) : unknownOperator(operator)

const anyOf =
  (test: Test): Test =>
  (held) =>
    test(held) || (Array.isArray(held) && held.some((element) => test(element)))

const everyOf = (tests: readonly Test[]): Test => {
  const [first, second] = tests
  if (first !== undefined && second === undefined) return first
  return (held) => tests.every((test) => test(held))
}

const branchesOf = (key: string, operand: unknown): readonly Test[] => {
  if (!Array.isArray(operand) || operand.length === 0)
    return refuse('QUERY_UNSUPPORTED', `${key} takes a list of filters`)
  return operand.map((branch: unknown) =>
    isFields(branch) ? filterOf(branch) : refuse('QUERY_UNSUPPORTED', `${key} takes a list of filters`),
  )
}

const isPresent: Test = (held) => held !== undefined
const isComparison = (operator: string): operator is keyof typeof comparisons => Object.hasOwn(comparisons, operator)
const isNegation = (operator: string): operator is keyof typeof negations => Object.hasOwn(negations, operator)

const unknownOperator = (operator: string): never =>
  refuse('QUERY_UNSUPPORTED', `the operator ${operator} is not among those that both engines do alike`, { operator })
