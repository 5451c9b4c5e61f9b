import type { Json } from '../kernel/json.ts'
import { isKeyed, isList, type MapInput } from './grammar.ts'

/** Which leaves of a payload a mapping reads. Paths with [] for list items, each once, sorted. */
export interface Coverage {
  readonly read: readonly string[]
  readonly present: readonly string[]
  /** present, and never read */
  readonly unread: readonly string[]
}

/** Applies a mapping to a copy of the payload that notes each leaf as it is read. */
export const coverageOf = (input: MapInput, apply: (input: MapInput) => unknown): Coverage => {
  const present = new Set<string>()
  const read = new Set<string>()
  const payload = noting(input.payload, { path: '', present, read })
  apply({ ...input, payload })
  return { read: sorted(read), present: sorted(present), unread: sorted(present.difference(read)) }
}

const sorted = (paths: ReadonlySet<string>): string[] => [...paths].sort()

interface Notes {
  readonly path: string
  readonly present: Set<string>
  readonly read: Set<string>
}

const noting = (value: Json, notes: Notes): Json => {
  if (!isKeyed(value)) return value
  const copy: Json[] | Record<string, Json> = isList(value) ? [] : {}
  for (const [name, held] of Object.entries(value)) {
    const path = isList(value) ? `${notes.path}[]` : `${notes.path === '' ? '' : `${notes.path}.`}${name}`
    Object.defineProperty(copy, name, { enumerable: true, configurable: true, get: getterOf(held, { ...notes, path }) })
  }
  return copy
}

const getterOf = (held: Json, notes: Notes): (() => Json) => {
  const { path, present, read } = notes
  if (!isKeyed(held)) {
    present.add(path)
    return () => {
      read.add(path)
      return held
    }
  }
  const copy = noting(held, notes)
  return () => copy
}
