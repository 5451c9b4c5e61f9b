import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml'
import type { Json } from '../kernel/json.ts'
import { didYouMean } from '../kernel/suggest.ts'
import { argsOf, type Source, type Sources } from './args.ts'
import { type Env, faultAt, type Make } from './env.ts'
import { missed } from './fail.ts'
import { fieldNames } from './fields.ts'
import { type Compiled, isAbsent, type Operator, type Run, type Scope, type Site, type Value } from './grammar.ts'
import { operators } from './operators.ts'
import { climb, reach, readPath, runUp, surroundings, whereUp } from './path.ts'
import { membersOf } from './read.ts'
import { readWord, splitScalar } from './scalar.ts'

const nowhere = () => ''

/** Makes an expression ready; its faults are added to the folder's. */
export const compileNode = (node: Node | undefined, env: Env, kept = false): Compiled => {
  const site = { file: env.file, line: env.lineOf(node) }
  if (isSeq(node))
    return compileList(
      node.items.map((item) => compileNode(asNode(item), env)),
      site,
    )
  if (isMap(node)) return compileMap(node, env, kept)
  const value = isScalar(node) ? node.value : undefined
  if (typeof value === 'string') return compileScalar(value, env, site)
  if (typeof value === 'boolean') return literalOf(value, site)
  if (typeof value === 'number' && isScalar(node))
    return literalOf(Number.isSafeInteger(value) ? value : (node.source ?? String(value)), site)
  return faultAt(env, site, 'expected an expression, got nothing')
}

const asNode = (item: unknown): Node | undefined => (isMap(item) || isSeq(item) || isScalar(item) ? item : undefined)

const literalOf = (literal: Json, site: Site): Compiled => ({ ...site, run: () => literal, where: nowhere, literal })

/** A list as it is written; members that give nothing are left out. */
const compileList = (members: readonly Compiled[], site: Site): Compiled => {
  const runs = members.map(({ run }) => run)
  return {
    ...site,
    run: (scope) => runs.map((run) => run(scope)).filter(isHeld),
    where: members[0]?.where ?? nowhere,
    parts: members,
  }
}

const isHeld = (value: Value): value is Json => !isAbsent(value)

/** `path | operator word | …` */
const compileScalar = (text: string, env: Env, site: Site): Compiled => {
  const { source, steps } = splitScalar(text)
  let piped = compileWord(source, env, site)
  for (const { name, words } of steps) piped = compileStep(piped, { name, words, env, site })
  return piped
}

interface Step extends Standing {
  readonly name: string
  readonly words: readonly string[]
}

const compileStep = (piped: Compiled, { name, words, env, site }: Step): Compiled => {
  const operator = operators.get(name)
  const fault = (sentence: string): Compiled => faultAt(env, site, sentence)
  if (operator === undefined)
    return fault(`there is no operator ${JSON.stringify(name)}${didYouMean(name, operators.keys())}`)
  if (operator.pipe === undefined) return fault(`${name} stands in no pipe: write it as a map`)
  const { of, words: takes = [], rest = false } = operator.pipe
  if (!rest && words.length > takes.length)
    return fault(
      `${name} takes ${takes.length === 0 ? 'no word' : `at most ${takes.length}`} after it, got ${JSON.stringify(words.join(' '))}`,
    )
  const sources: Record<string, Source> = { [of]: { compiled: piped } }
  takes.forEach((take, at) => {
    const given = rest ? words : words.slice(at, at + 1)
    if (given.length > 0) sources[take] = { words: given }
  })
  return compileOperator(operator, sources, { env, site })
}

interface Standing {
  readonly env: Env
  readonly site: Site
}

const compileOperator = (operator: Operator, sources: Sources, { env, site }: Standing): Compiled => {
  const { args, parts, used } = argsOf(operator, sources, { env, site, make })
  const run = operator.compile(args)
  return { ...site, run, where: (scope) => parts[0]?.where(scope) ?? '', parts: [...parts, ...used] }
}

/** A literal or a path. */
const compileWord = (text: string, env: Env, site: Site): Compiled => {
  const word = readWord(text)
  if ('literal' in word) return literalOf(word.literal, site)
  const path = readPath(word.path)
  const fault = (sentence: string): Compiled => faultAt(env, site, sentence)
  if (typeof path === 'string') return fault(path)
  const { start, steps } = path
  if (start === 'root')
    return {
      ...site,
      run: rootRun(steps),
      where: () => steps.reduce((place, step) => (place === '' ? step : `${place}.${step}`), '') || '$',
    }
  if (typeof start === 'number') {
    if (start > env.depth) return fault(`${word.path} goes further up than the mapping's own scope`)
    return { ...site, run: runUp(start, steps), where: whereUp(start, steps) }
  }
  return (
    compileName(start.name, steps, { env, site }) ??
    fault(`there is no $${start.name}${didYouMean(start.name, [...env.names.keys(), ...Object.keys(surroundings)])}`)
  )
}

const rootRun = (steps: readonly string[]): Run => {
  const into = reach(steps)
  return (scope) => into(scope.frame.input.payload)
}

const compileName = (name: string, steps: readonly string[], { env, site }: Standing): Compiled | undefined => {
  const into = reach(steps)
  const around = surroundings[name]
  if (around !== undefined)
    return { ...site, run: (scope) => into(around(scope)), where: () => [`$${name}`, ...steps].join('.') }
  const bound = env.names.get(name)
  if (bound === undefined) return undefined
  const { slot, value } = bound
  const up = env.depth - bound.depth
  const where = (scope: Parameters<typeof value.where>[0]) => value.where(climb(scope, up) ?? scope)
  const parts = steps.length === 0 ? [value] : []
  return { ...site, run: (scope) => into(scope.frame.slots[slot]), where, parts }
}

const compileMap = (map: YAMLMap, env: Env, kept: boolean): Compiled => {
  const site = { file: env.file, line: env.lineOf(map) }
  const members = membersOf(map)
  const operator = members.map(({ name }) => operators.get(name)).find((row) => row !== undefined)
  if (operator === undefined) return compileObject(map, env, kept)
  const sources: Record<string, Source> = {}
  for (const { name, value } of members) sources[name] = { node: value }
  return compileOperator(operator, sources, { env, site })
}

interface Field {
  readonly name: string
  readonly required: boolean
  readonly value: Compiled
}

/** An object: fields that give nothing are left out; `name!` must give something. */
const compileObject = (map: YAMLMap, env: Env, kept: boolean): Compiled => {
  const site = { file: env.file, line: env.lineOf(map) }
  const fields = membersOf(map).map(({ name: written, key, value }): Field => {
    const required = written.endsWith('!')
    const name = required ? written.slice(0, -1) : written
    const line = env.lineOf(key)
    if (!fieldNames.has(name)) {
      faultAt(
        env,
        { file: env.file, line },
        `${JSON.stringify(name)} is neither an operator nor a field of the canonical order${didYouMean(name, [...operators.keys(), ...fieldNames])}`,
      )
    }
    return { name, required, value: { ...compileNode(value, env, required), line } }
  })
  return {
    ...site,
    run: runObject(fields, kept),
    where: nowhere,
    fields: new Map(fields.map(({ name, value }) => [name, value])),
  }
}

/** Plain loops over parallel lists: this is where a mapping spends its time. */
const runObject = (fields: readonly Field[], kept: boolean): Run => {
  const names = fields.map(({ name }) => name)
  const runs = fields.map(({ value }) => value.run)
  const size = fields.length
  return (scope) => {
    const made: Record<string, Json> = {}
    let empty = !kept
    for (let at = 0; at < size; at += 1) {
      const held = runs[at]?.(scope)
      if (held === undefined || held === null || held === '') lacking(fields[at], scope, held)
      else {
        made[names[at] ?? ''] = held
        empty = false
      }
    }
    return empty ? undefined : made
  }
}

const lacking = (field: Field | undefined, scope: Scope, came: Value): void => {
  if (field?.required === true) {
    throw missed(field.value, { scope, of: field.value, came, expected: `something for ${field.name}` })
  }
}

const make: Make = { node: compileNode, word: compileWord }
