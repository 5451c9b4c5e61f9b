import { refuse } from '../../kernel/errors.ts'
import type { Filter, Update } from '../port.ts'
import { elementTestOf } from './filter.ts'
import { type Change, changes, pull } from './operators.ts'
import { dropAt, putAt, type Steps, stepsOf, valueAt } from './paths.ts'
import { copyOf, type Fields, holdsOperators, isFields, sameValue } from './values.ts'

interface Step {
  readonly steps: Steps
  readonly change: Change
  readonly onlyOnInsert: boolean
}

/** An update, ready to be applied: it changes the document it is handed. */
export type Apply = (document: Fields, how: { readonly inserting: boolean }) => void

/**
 * An update as one function. Operands are copied at once, so what the caller does to them later changes nothing.
 * @throws HubError QUERY_UNSUPPORTED for an operator outside the frozen list, or two operators on one path
 */
export const updateOf = (update: Update): Apply => {
  const steps = Object.entries(update).flatMap(([operator, paths]) => stepsUnder(operator, paths))
  refuseConflicts(steps.map(({ steps: path }) => path.join('.')))
  return (document, { inserting }) => {
    for (const step of steps) if (inserting || !step.onlyOnInsert) applyStep(document, step, inserting)
  }
}

/** The document that an upsert starts from: what the filter states as equal. */
export const seedOf = (filter: Filter): Fields => {
  const seed: Fields = {}
  for (const [key, operand] of Object.entries(filter)) {
    if (key === '$and' && Array.isArray(operand)) {
      for (const branch of operand) if (isFields(branch)) Object.assign(seed, seedOf(branch))
    } else if (!key.startsWith('$') && !holdsOperators(operand)) putAt(seed, stepsOf(key), copyOf(operand))
    else if (isFields(operand) && '$eq' in operand) putAt(seed, stepsOf(key), copyOf(operand['$eq']))
  }
  return seed
}

const stepsUnder = (operator: string, paths: unknown): readonly Step[] => {
  if (!isFields(paths)) {
    return refuse(
      'QUERY_UNSUPPORTED',
      `an update is operators with paths, such as { $set: { … } }; "${operator}" is not`,
    )
  }
  return Object.entries(paths).map(([path, operand]) => ({
    steps: stepsOf(path),
    change: changeOf(operator, operand),
    onlyOnInsert: operator === '$setOnInsert',
  }))
}

const changeOf = (operator: string, operand: unknown): Change => {
  if (operand === undefined)
    refuse('QUERY_UNSUPPORTED', `${operator} came with undefined; leave the path out, or $unset it`)
  if (operator === '$pull') return pull(elementTestOf(copyOf(operand)))
  if (!Object.hasOwn(changes, operator)) {
    refuse('QUERY_UNSUPPORTED', `the operator ${operator} is not among those that both engines do alike`, { operator })
  }
  const made: unknown = copyOf(operand)
  return isChange(operator) ? changes[operator](made) : () => made
}

const isChange = (operator: string): operator is keyof typeof changes => Object.hasOwn(changes, operator)

const applyStep = (document: Fields, { steps, change }: Step, inserting: boolean): void => {
  const held = valueAt(document, steps)
  const next = change(held)
  if (next === held) return
  if (steps[0] === '_id' && !(inserting && held === undefined) && !sameValue(held, next)) {
    refuse('QUERY_UNSUPPORTED', 'the _id of a document never changes')
  }
  if (next === undefined) dropAt(document, steps)
  else putAt(document, steps, next)
}

const refuseConflicts = (paths: readonly string[]): void => {
  const all = new Set<string>()
  for (const path of paths) {
    if (all.has(path)) refuseTwice(path)
    all.add(path)
  }
  for (const path of paths) {
    for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
      if (all.has(path.slice(0, dot))) refuseTwice(path.slice(0, dot))
    }
  }
}

const refuseTwice = (path: string): never =>
  refuse('QUERY_UNSUPPORTED', `"${path}" is changed twice in one update`, { path })
