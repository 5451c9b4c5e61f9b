import { hash } from 'node:crypto'

// Of 16 bytes, not a slice of 64 digits: a document with one sliced text in it takes JSON.stringify twice as long.
const bytesKept = 16

/**
 * A 128-bit digest of several texts as 32 hex digits. Each text goes in with its length, so that ('a','bc') and ('ab','c') differ.
 */
export const digest = (...parts: readonly string[]): string =>
  hash('sha256', parts.map((part) => `${part.length}:${part}`).join('|'), 'buffer').toString('hex', 0, bytesKept)

/** A 256-bit digest of bytes, 64 hex digits: names a body. */
export const digestBytes = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex')

/** A digest of a JSON value that does not depend on the order of keys. */
export const digestValue = (value: unknown): string => digest(JSON.stringify(sorted(value)) ?? 'null')

const sorted = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(sorted)
  const fields: Readonly<Record<string, unknown>> = { ...value }
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(fields).sort()) copy[key] = sorted(fields[key])
  return copy
}
