import { refuse } from '../../kernel/errors.ts'
import { type Fields, isFields } from './values.ts'

/** A dotted path, cut into its steps. */
export type Steps = readonly string[]

/**
 * Cuts a dotted path.
 * @throws HubError QUERY_UNSUPPORTED for empty steps, positional operators and `__proto__`
 */
export const stepsOf = (path: string): Steps => {
  const steps = path.split('.')
  if (steps.some((step) => step === '' || step.startsWith('$') || step === '__proto__')) {
    refuse('QUERY_UNSUPPORTED', `a path is names joined by single dots; "${path}" is not`, { path })
  }
  return steps
}

/** The value of one own key; `undefined` where there is none. */
export const ownOf = (holder: Fields, step: string): unknown => (Object.hasOwn(holder, step) ? holder[step] : undefined)

/** The value at the end of a path through objects and list places, nothing fanned out; `undefined` where it ends early. */
export const valueAt = (holder: unknown, steps: Steps): unknown => {
  let held = holder
  for (const step of steps) {
    if (Array.isArray(held)) held = isPlace(step) ? held[Number(step)] : undefined
    else if (isFields(held)) held = ownOf(held, step)
    else return undefined
  }
  return held
}

/**
 * Tries each value that a path leads to, lists fanned out as MongoDB does; `undefined` stands for an end that is missing.
 * @returns true as soon as `test` says so
 */
export const someAt = (holder: unknown, steps: Steps, test: (held: unknown) => boolean, from = 0): boolean => {
  const step = steps[from]
  if (step === undefined) return test(holder)
  if (isFields(holder)) return someAt(ownOf(holder, step), steps, test, from + 1)
  if (!Array.isArray(holder)) return test(undefined)
  if (isPlace(step) && Number(step) < holder.length && someAt(holder[Number(step)], steps, test, from + 1)) return true
  return holder.some((element) => isFields(element) && someAt(element, steps, test, from))
}

/**
 * Puts a value at a path, making the objects on the way.
 * @throws HubError QUERY_UNSUPPORTED where a value on the way cannot hold a field
 */
export const putAt = (document: Fields, steps: Steps, value: unknown): void => {
  let holder: unknown = document
  steps.forEach((step, at) => {
    const last = at === steps.length - 1
    if (Array.isArray(holder) && isPlace(step)) holder = putPlace(holder, Number(step), last ? { value } : {})
    else if (isFields(holder)) holder = putField(holder, step, last ? { value } : {})
    else refuse('QUERY_UNSUPPORTED', `cannot make "${step}" of "${steps.join('.')}" in a value that is no object`)
  })
}

/** Takes a path away; a place in a list becomes null, as in MongoDB. */
export const dropAt = (document: Fields, steps: Steps): void => {
  const holder = valueAt(document, steps.slice(0, -1))
  const last = steps.at(-1) ?? ''
  if (Array.isArray(holder) && isPlace(last)) holder[Number(last)] = null
  else if (isFields(holder)) delete holder[last]
}

const isPlace = (step: string): boolean => /^(0|[1-9]\d{0,5})$/.test(step)

const putField = (holder: Fields, step: string, put: { readonly value?: unknown }): unknown => {
  if ('value' in put) holder[step] = put.value
  else if (!Object.hasOwn(holder, step)) holder[step] = {}
  return holder[step]
}

const putPlace = (holder: unknown[], place: number, put: { readonly value?: unknown }): unknown => {
  while (holder.length < place) holder.push(null)
  if ('value' in put) holder[place] = put.value
  else if (place === holder.length) holder.push({})
  return holder[place]
}
