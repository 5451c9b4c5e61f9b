import { refuse } from '../../kernel/errors.ts'
import { compareValues, isFields, rankOf, sameValue } from './values.ts'

/** Says of one held value (`undefined`: absent) whether a condition is met. */
export type Test = (held: unknown) => boolean

/** Makes the new value of one path from the held one; `undefined` stands for "absent", before and after. */
export type Change = (held: unknown) => unknown

/** What a filter may ask of the values at one path. Each is met where the value, or one element of the list there, meets it. */
export const comparisons = {
  $eq: (operand: unknown): Test => {
    if (operand !== null && typeof operand !== 'object') return (held) => held === operand
    return (held) => sameValue(held, operand)
  },
  $in: (operand: unknown): Test => {
    const wanted = listOf(operand, '$in')
    const plain = new Set(wanted.filter((each) => typeof each !== 'object'))
    const others = wanted.filter((each) => typeof each === 'object')
    return (held) => plain.has(held) || others.some((each) => sameValue(held, each))
  },
  $gt: (operand: unknown): Test => within(operand, (difference) => difference > 0),
  $gte: (operand: unknown): Test => within(operand, (difference) => difference >= 0),
  $lt: (operand: unknown): Test => within(operand, (difference) => difference < 0),
  $lte: (operand: unknown): Test => within(operand, (difference) => difference <= 0),
} as const satisfies Record<string, (operand: unknown) => Test>

/** The negations: met where the positive form is not met by anything at the path. */
export const negations = { $ne: '$eq', $nin: '$in' } as const satisfies Record<string, keyof typeof comparisons>

/** What an update may do to one path. */
export const changes = {
  $set:
    (operand: unknown): Change =>
    () =>
      operand,
  $setOnInsert:
    (operand: unknown): Change =>
    () =>
      operand,
  $unset: (): Change => () => undefined,
  $inc: (operand: unknown): Change => {
    const step = typeof operand === 'number' ? operand : refuse('QUERY_UNSUPPORTED', '$inc takes a number')
    return (held) => (held === undefined ? step : numberOf(held) + step)
  },
  $min:
    (operand: unknown): Change =>
    (held) =>
      held === undefined || compareValues(operand, held) < 0 ? operand : held,
  $max:
    (operand: unknown): Change =>
    (held) =>
      held === undefined || compareValues(operand, held) > 0 ? operand : held,
  $push: (operand: unknown): Change => {
    const added = eachOf(operand, '$push')
    return (held) => [...listOf(held ?? absentAsEmpty(held), '$push'), ...added]
  },
  $addToSet: (operand: unknown): Change => {
    const added = eachOf(operand, '$addToSet')
    return (held) => added.reduce(withElement, listOf(held ?? absentAsEmpty(held), '$addToSet'))
  },
} as const satisfies Record<string, (operand: unknown) => Change>

/** `$pull` once its operand has become a test of one element. */
export const pull =
  (unwanted: Test): Change =>
  (held) => {
    if (held === undefined) return undefined
    const list = listOf(held, '$pull')
    const kept = list.filter((element) => !unwanted(element))
    return kept.length === list.length ? held : kept
  }

const within = (operand: unknown, holds: (difference: number) => boolean): Test => {
  const rank = rankOf(operand)
  if (rank !== 2 && rank !== 3 && rank < 8) {
    refuse('QUERY_UNSUPPORTED', 'a range is of numbers, text, booleans or dates; null, lists and objects have none')
  }
  return (held) => rankOf(held) === rank && holds(compareValues(held, operand))
}

const withElement = (list: readonly unknown[], added: unknown): readonly unknown[] =>
  list.some((held) => sameValue(held, added)) ? list : [...list, added]

const eachOf = (operand: unknown, operator: string): readonly unknown[] => {
  if (!isFields(operand) || !('$each' in operand)) return [operand]
  const others = Object.keys(operand).filter((key) => key !== '$each')
  return others.length === 0
    ? listOf(operand['$each'], `${operator} with $each`)
    : refuse('QUERY_UNSUPPORTED', `${operator} takes $each and nothing beside it; it came with ${others.join(', ')}`)
}

const listOf = (value: unknown, operator: string): readonly unknown[] =>
  Array.isArray(value) ? value : refuse('QUERY_UNSUPPORTED', `${operator} works on a list, and this is none`)

const absentAsEmpty = (held: unknown): unknown => (held === undefined ? [] : held)

const numberOf = (held: unknown): number =>
  typeof held === 'number' ? held : refuse('QUERY_UNSUPPORTED', '$inc works on a number, and the value held is none')
