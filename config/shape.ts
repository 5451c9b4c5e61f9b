import { type Checker, checkerOf, type TSchema } from '../src/kernel/schema.ts'
import { didYouMean } from '../src/kernel/suggest.ts'

/** One thing wrong with a written value: the JSON pointer of the place, and the rest of the sentence that its name begins. */
export interface ShapeFault {
  readonly pointer: string
  readonly sentence: string
}

/** True for what YAML and JSON write as keys with values. */
export const isKeyed = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** One step of a JSON pointer (RFC 6901). */
export const stepOf = (key: string | number): string => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`

/** A pointer as people write it: /settings/shop is settings.shop. */
export const nameOf = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.')

/** Whether a fault at this pointer may quote what came: false where it might be a secret. */
export type MayShow = (pointer: string) => boolean

/** Every fault of a value against its schema, one a place: the library's own list ends after eight. */
export const shapeFaults = (schema: TSchema, value: unknown, show: MayShow): readonly ShapeFault[] =>
  faultsOf({ schema, value, pointer: '' }, show)

const faultsOf = (part: Part, show: MayShow): readonly ShapeFault[] => {
  const { schema, value, pointer } = part
  const checker = checkerFor(schema)
  if (checker.is(value)) return []
  const within = partsOf(part).flatMap((held) => ('sentence' in held ? [held] : faultsOf(held, show)))
  if (within.length > 0) return within
  const expected = textOf(schema, 'expected') ?? wording(checker.faults(value)[0]?.expected ?? 'must be otherwise')
  return [{ pointer, sentence: `${expected}, got ${show(pointer) ? shown(value) : kindOf(value)}` }]
}

// Checked anew only where the whole is wrong, so a right config costs one pass.
const known = new WeakMap<TSchema, Checker<unknown>>()
const checkerFor = (schema: TSchema): Checker<unknown> => {
  const checker = known.get(schema) ?? checkerOf(schema)
  known.set(schema, checker)
  return checker
}

interface Part {
  readonly schema: TSchema
  readonly value: unknown
  readonly pointer: string
}

const isSchema = (held: unknown): held is TSchema => isKeyed(held)

const textOf = (schema: TSchema, keyword: string): string | undefined => {
  const held: unknown = isKeyed(schema) ? schema[keyword] : undefined
  return typeof held === 'string' ? held : undefined
}

/** The fields of an object's schema by name; none where it is no object's. */
export const fieldsOf = (schema: TSchema): Readonly<Record<string, unknown>> => {
  const held: unknown = isKeyed(schema) ? schema['properties'] : undefined
  return isKeyed(held) ? held : {}
}

const partsOf = ({ schema, value, pointer }: Part): readonly (Part | ShapeFault)[] => {
  if (!isKeyed(schema)) return []
  const part = (key: string | number, within: TSchema, held: unknown): Part => ({
    schema: within,
    value: held,
    pointer: pointer + stepOf(key),
  })
  const items = schema['items']
  if (Array.isArray(value) && isSchema(items)) return value.map((held: unknown, at) => part(at, items, held))
  if (!isKeyed(value)) return []
  const rows = isKeyed(schema['patternProperties']) ? Object.values(schema['patternProperties'])[0] : undefined
  if (isSchema(rows)) return Object.entries(value).map(([key, held]) => part(key, rows, held))
  const fields = fieldsOf(schema)
  return Object.entries(value)
    .flatMap(([key, held]): (Part | ShapeFault)[] => {
      const field = Object.hasOwn(fields, key) ? fields[key] : undefined
      if (isSchema(field)) return [part(key, field, held)]
      if (schema['additionalProperties'] !== false) return []
      return [
        {
          pointer: pointer + stepOf(key),
          sentence: `is not a known key${didYouMean(key, Object.keys(fields))}`,
        },
      ]
    })
    .concat(missingOf(schema, value, pointer))
}

const missingOf = (
  schema: Readonly<Record<string, unknown>>,
  value: Readonly<Record<string, unknown>>,
  pointer: string,
): ShapeFault[] => {
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : []
  return required
    .filter((key) => typeof key === 'string' && !Object.hasOwn(value, key))
    .map((key) => ({ pointer: pointer + stepOf(String(key)), sentence: 'is missing' }))
}

const plainly: Readonly<Record<string, string>> = {
  'must be string': 'must be text',
  'must be integer': 'must be a whole number',
  'must be number': 'must be a number',
  'must be boolean': 'must be true or false',
  'must be object': 'must be keys with values',
  'must be array': 'must be a list',
}

const wording = (expected: string): string =>
  plainly[expected] ?? expected.replace('must be >= ', 'must be at least ').replace('must be <= ', 'must be at most ')

const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'keys with values'
  return typeof value === 'string' ? 'text' : `a ${typeof value}`
}

const shown = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : kindOf(value)
}
