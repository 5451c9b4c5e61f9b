import Type, { type Static, type TProperties, type TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/schema'

export type { Static, TProperties, TSchema }
export { Type }

/** An object that admits no other fields. */
export const Closed = <P extends TProperties>(
  properties: P,
  options: { readonly description?: string; readonly $id?: string } = {},
) => Type.Object(properties, { additionalProperties: false, ...options })

/** A word of a closed list. */
export const Word = <const W extends readonly string[]>(words: W, description?: string) =>
  Type.Unsafe<W[number]>(Type.Enum([...words], description === undefined ? {} : { description }))

/** One thing that is wrong with a value: where (JSON pointer, '' is the whole), what was expected, and what came where it is of another kind. */
export interface Fault {
  readonly path: string
  readonly expected: string
  readonly came?: string
}

/** What is wrong, as the end of a sentence that names the place. */
export const faultText = ({ expected, came }: Fault): string =>
  came === undefined ? expected : `${expected}, got ${came}`

/** A compiled check: narrows the type, and lists every fault where it fails. */
export interface Checker<T> {
  readonly is: (value: unknown) => value is T
  readonly faults: (value: unknown) => readonly Fault[]
}

/** Compiles a schema once, when it is first asked: a process asks few of all there are. */
export const checkerOf = <S extends TSchema>(schema: S): Checker<Static<S>> => {
  let made: Validator | undefined
  const compiled = (): Validator => {
    made ??= Compile(schema)
    return made
  }
  return {
    is: (value): value is Static<S> => compiled().Check(value),
    faults: (value) => {
      if (compiled().Check(value)) return []
      const [, errors] = compiled().Errors(value)
      return errors
        .filter(isCause)
        .map((error) => ({ path: error.instancePath, expected: sentence(error), ...cameOf(error, value) }))
    },
  }
}

interface TypeError {
  readonly instancePath: string
  readonly message: string
  readonly params: object
}

// A field too many is reported twice: by its object, in words, and by itself as "schema is false".
const isCause = ({ message }: TypeError): boolean => message !== 'schema is false'

const sentence = ({ message, params }: TypeError): string => {
  if ('additionalProperties' in params) return `must not have the field ${names(params.additionalProperties)}`
  if ('requiredProperties' in params) return `must have the field ${names(params.requiredProperties)}`
  if ('allowedValues' in params) return `must be one of ${names(params.allowedValues)}`
  return message
}

const names = (list: unknown): string =>
  Array.isArray(list) ? list.map((name) => JSON.stringify(name)).join(', ') : JSON.stringify(list)

/** Of a value of another kind, what it is; never what it says. */
const cameOf = ({ instancePath, params }: TypeError, value: unknown): { readonly came?: string } => {
  if (!('type' in params)) return {}
  const steps = instancePath.split('/').slice(1)
  const unescaped = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  return { came: kindOf(unescaped.reduce(memberOf, value)) }
}

const memberOf = (held: unknown, step: string): unknown =>
  typeof held === 'object' && held !== null ? Reflect.get(held, step) : undefined

const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'string' ? 'text' : `a ${typeof value}`
}
