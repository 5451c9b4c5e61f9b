import Type, { type Static, type TProperties, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

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

/** One thing that is wrong with a value: where (JSON pointer, '' is the whole) and what was expected. */
export interface Fault {
  readonly path: string
  readonly expected: string
}

/** A compiled check: narrows the type, and lists every fault where it fails. */
export interface Checker<T> {
  readonly is: (value: unknown) => value is T
  readonly faults: (value: unknown) => readonly Fault[]
}

/** Compiles a schema once, at boot. */
export const checkerOf = <S extends TSchema>(schema: S): Checker<Static<S>> => {
  const compiled = Compile(schema)
  return {
    is: (value): value is Static<S> => compiled.Check(value),
    faults: (value) =>
      compiled
        .Errors(value)
        .filter(isCause)
        .map((error) => ({ path: error.instancePath, expected: sentence(error) })),
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
