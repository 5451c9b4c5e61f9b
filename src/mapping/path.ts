import { joined, placeOf } from './fail.ts'
import { isKeyed, isList, type Run, type Scope, type Value, type Where } from './grammar.ts'

/** A path taken apart. */
export interface Path {
  /** how many scopes up it starts; 'root' is the payload, a name is a `let` or one of `surroundings` */
  readonly start: number | 'root' | { readonly name: string }
  readonly steps: readonly string[]
}

const shape = /^(\$[A-Za-z][\w-]*|\$|\^+|\.)?(.*)$/s
const step = /"([^"]+)"|([\w:@#/+-]+)/y

/** Reads `a.b.0`, `$.a`, `^.a`, `.`, `$name.a`; a sentence where it is none. Odd names stand in double quotes: `meta."a b"`. */
export const readPath = (text: string): Path | string => {
  const [, start = '', rest = ''] = shape.exec(text) ?? []
  if (text === '.') return { start: 0, steps: [] }
  if (start === '.' || text === '') return `${JSON.stringify(text)} is no path`
  if (rest === '' && start !== '') return { start: startOf(start), steps: [] }
  if (start !== '' && !rest.startsWith('.'))
    return `${JSON.stringify(text)} is no path: a dot is missing after ${start}`
  const steps = stepsOf(start === '' ? rest : rest.slice(1))
  if (steps === undefined) return `${JSON.stringify(text)} is no path; literal text begins with =`
  const inherited = steps.find((name) => name in Object.prototype)
  if (inherited !== undefined) return `${JSON.stringify(inherited)} may not stand in a path`
  return { start: startOf(start), steps }
}

const startOf = (start: string): Path['start'] => {
  if (start === '$') return 'root'
  return start.startsWith('$') ? { name: start.slice(1) } : start.length
}

const stepsOf = (text: string): readonly string[] | undefined => {
  const steps: string[] = []
  step.lastIndex = 0
  for (;;) {
    const found = step.exec(text)
    if (found === null) return undefined
    steps.push(found[1] ?? found[2] ?? '')
    const end = found.index + found[0].length
    if (end === text.length) return steps
    if (text[end] !== '.') return undefined
    step.lastIndex = end + 1
  }
}

/** Goes down the steps; whatever is missing on the way is nothing. */
export const reach = (steps: readonly string[]): ((value: Value) => Value) => {
  const [a = '', b = '', c = ''] = steps
  if (steps.includes('-1') || steps.length > 3) return (value) => reachAny(value, steps)
  if (steps.length === 0) return (value) => value
  if (steps.length === 1) return (value) => (isKeyed(value) ? value[a] : undefined)
  const two = (value: Value): Value => {
    if (!isKeyed(value)) return undefined
    const held = value[a]
    return isKeyed(held) ? held[b] : undefined
  }
  if (steps.length === 2) return two
  return (value) => {
    const held = two(value)
    return isKeyed(held) ? held[c] : undefined
  }
}

const reachAny = (value: Value, steps: readonly string[]): Value => {
  let held = value
  for (const name of steps) {
    if (!isKeyed(held)) return undefined
    held = name === '-1' && isList(held) ? held.at(-1) : held[name]
  }
  return held
}

/** The evaluator of a path that starts so many scopes up. */
export const runUp = (up: number, steps: readonly string[]): Run => {
  const into = reach(steps)
  if (up === 0) return (scope) => into(scope.here)
  return (scope) => into(climb(scope, up)?.here)
}

export const whereUp =
  (up: number, steps: readonly string[]): Where =>
  (scope) => {
    const from = climb(scope, up)
    return steps.reduce(joined, from === undefined ? '' : placeOf(from))
  }

export const climb = (scope: Scope, up: number): Scope | undefined => {
  let at: Scope | undefined = scope
  for (let left = up; left > 0; left -= 1) at = at?.up
  return at
}

/** What stands around a payload, as `$name`. */
export const surroundings: Readonly<Record<string, (scope: Scope) => Value>> = {
  index: (scope) => (typeof scope.index === 'number' ? scope.index : undefined),
  key: (scope) => (typeof scope.index === 'string' ? scope.index : undefined),
  headers: (scope) => scope.frame.input.headers,
  settings: (scope) => plainSettings(scope),
  timezone: (scope) => scope.frame.input.timezone,
  observed: (scope) => scope.frame.input.observed,
}

/** Only plain values of the settings are seen; lists and objects are the connector's business. */
const plainSettings = (scope: Scope): Value => {
  const plain: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(scope.frame.input.settings ?? {})) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') plain[name] = value
  }
  return plain
}
