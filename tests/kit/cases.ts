import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Json, readJson } from '../../src/kernel/json.ts'
import { Closed, checkerOf, type Static, Type } from '../../src/kernel/schema.ts'

const Headers = Type.Record(Type.String(), Type.String())

/** An example of a mapping, with its reason: one file of tests/cases/<connector>/. */
export const Case = Closed({
  why: Type.String({ minLength: 10, description: 'What this example shows, in a sentence.' }),
  topic: Type.String({ description: "One of the connector's topics." }),
  given: Type.Unknown({ description: 'The payload, as the channel sends it.' }),
  headers: Type.Optional(Headers),
  settings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  timezone: Type.Optional(Type.String()),
  observed: Type.Optional(Type.Integer({ description: 'ms' })),
  expect: Type.Unknown({
    description:
      'What must be in the result: named fields only, lists whole, null for what must be absent. Or { fails: { says, path? } }.',
  }),
})
export type Case = Static<typeof Case>

/** A case as it was read: `name` is its file's stem; `given` is exact, as a message's body would be. */
export interface NamedCase extends Omit<Case, 'given'> {
  readonly name: string
  readonly given: Json
}

const Fails = Closed({ fails: Closed({ says: Type.String({ minLength: 1 }), path: Type.Optional(Type.String()) }) })
const fails = checkerOf(Fails)
const checker = checkerOf(Case)

/**
 * The cases of a folder, by name.
 * @throws Error naming every file that is no case
 */
export const readCases = (folder: string): readonly NamedCase[] => {
  const names = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .toSorted()
    : []
  return names.map((name) => caseOf(name, readFileSync(join(folder, name))))
}

const caseOf = (file: string, bytes: Uint8Array): NamedCase => {
  const read: unknown = JSON.parse(Buffer.from(bytes).toString())
  if (!checker.is(read))
    throw new Error(
      `${file}: ${checker
        .faults(read)
        .map(({ path, expected }) => `${path} ${expected}`)
        .join('; ')}`,
    )
  const exact = readJson(bytes)
  return { ...read, name: file.replace(/\.json$/, ''), given: memberOf(exact, 'given') }
}

const memberOf = (value: Json, name: string): Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (new Map(Object.entries(value)).get(name) ?? null)
    : null

/** Runs a case. Empty: it holds; else what differs, a sentence each. */
export const differencesOf = (one: NamedCase, run: () => unknown): readonly string[] => {
  const expected: unknown = one.expect
  const outcome = outcomeOf(run)
  if (!fails.is(expected))
    return 'error' in outcome ? [`it fails: ${outcome.error}`] : differ(expected, outcome.value, '')
  if (!('error' in outcome)) return [`expected it to fail, saying "${expected.fails.says}", but it maps`]
  const missing = [expected.fails.says, expected.fails.path ?? ''].filter((words) => !outcome.error.includes(words))
  return missing.map((words) => `expected the error to say "${words}", it says: ${outcome.error}`)
}

const outcomeOf = (run: () => unknown): { readonly value: unknown } | { readonly error: string } => {
  try {
    return { value: run() }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** Where a value is not what a part of it is expected to be. */
const differ = (expected: unknown, came: unknown, path: string): readonly string[] => {
  if (expected === null) return came === undefined ? [] : [`${path}: expected nothing, got ${shown(came)}`]
  if (!isObject(expected) || !isObject(came))
    return Object.is(expected, came) ? [] : [`${path}: expected ${shown(expected)}, got ${shown(came)}`]
  if (Array.isArray(expected) && (!Array.isArray(came) || expected.length !== came.length)) {
    return [`${path}: expected a list of ${expected.length}, got ${shown(came)}`]
  }
  return Object.entries(expected).flatMap(([name, held]) =>
    differ(held, came[name], path === '' ? name : `${path}.${name}`),
  )
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`
}
