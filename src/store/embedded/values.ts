/** What a document holds at any depth: JSON's values, `Date` and bytes. Ordered and compared here as MongoDB does it. */
export type Fields = Record<string, unknown>

/** True for a plain object: no list, no `Date`, no bytes. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  !(value instanceof Uint8Array)

/** True for an object whose first key is an operator: `{ $gt: 3 }`. */
export const holdsOperators = (value: unknown): value is Fields => {
  if (!isFields(value)) return false
  for (const key in value) return key.startsWith('$')
  return false
}

/** The place of a value's type in BSON's order; values are only ever `<` or `>` within one place. */
export const rankOf = (value: unknown): number => {
  if (value === null || value === undefined) return 1
  if (typeof value === 'number') return 2
  if (typeof value === 'string') return 3
  if (typeof value === 'boolean') return 8
  if (Array.isArray(value)) return 5
  if (value instanceof Date) return 9
  return value instanceof Uint8Array ? 6 : 4
}

/** Negative, zero or positive, over all types. Text is ordered by its UTF-8 bytes, as both engines' indexes are. */
export const compareValues = (a: unknown, b: unknown): number => {
  const rank = rankOf(a)
  const difference = rank - rankOf(b)
  if (difference !== 0 || rank === 1) return difference
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (Array.isArray(a) && Array.isArray(b)) return compareLists(a, b)
  if (a instanceof Uint8Array && b instanceof Uint8Array) return a.length - b.length || Buffer.compare(a, b)
  if (isFields(a) && isFields(b)) return compareLists(Object.entries(a).flat(), Object.entries(b).flat())
  return Number(a) - Number(b)
}

/** Equality at any depth; the order of an object's keys counts, as it does in MongoDB. */
export const sameValue = (a: unknown, b: unknown): boolean => a === b || compareValues(a, b) === 0

/** A copy that shares nothing with its source. Within it undefined is as JSON has it: no field, and null in a list. */
export const copyOf = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((held: unknown) => copyOf(held) ?? null)
  if (value instanceof Date) return new Date(value)
  // Nothing about empty bytes can change, and stand-ins for bytes that were not loaded are known by being themselves.
  if (value instanceof Uint8Array) return value.length === 0 ? value : Uint8Array.from(value)
  return isFields(value) ? copyFields(value) : value
}

/** The same of a document. */
export const copyFields = (fields: Fields): Fields => {
  const copy = { ...fields }
  for (const key in copy) {
    const held = copy[key]
    if (typeof held === 'object') copy[key] = copyOf(held)
    else if (held === undefined) delete copy[key]
  }
  return copy
}

const compareLists = (a: readonly unknown[], b: readonly unknown[]): number => {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const difference = compareValues(a[at], b[at])
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

const compareText = (a: string, b: string): number => {
  if (a === b) return 0
  const shared = Math.min(a.length, b.length)
  let at = 0
  while (at < shared && a.charCodeAt(at) === b.charCodeAt(at)) at += 1
  return at === shared ? a.length - b.length : weightOf(a.charCodeAt(at)) - weightOf(b.charCodeAt(at))
}

// UTF-16 puts surrogates before U+E000..U+FFFF; UTF-8 has the characters they stand for after them.
const weightOf = (unit: number): number => {
  if (unit >= 0xe000) return unit - 0x800
  return unit >= 0xd800 ? unit + 0x2000 : unit
}
