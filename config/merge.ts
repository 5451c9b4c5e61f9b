import { isKeyed } from './shape.ts'

type Keyed = Readonly<Record<string, unknown>>

/** Keys of both, keyed values merged in depth; what the second says goes before, its lists replace, its keys without a value say nothing. */
export const merged = (first: Keyed, second: Keyed): Keyed => {
  const changed = Object.entries(second).filter(([key, value]) => value !== null || !Object.hasOwn(first, key))
  return Object.fromEntries([
    ...Object.entries(first),
    ...changed.map(([key, value]): [string, unknown] => [
      key,
      mergedValue(Object.hasOwn(first, key) ? first[key] : undefined, value),
    ]),
  ])
}

const mergedValue = (before: unknown, value: unknown): unknown =>
  isKeyed(before) && isKeyed(value) ? merged(before, value) : value
