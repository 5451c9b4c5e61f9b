import { hash } from 'node:crypto'

/**
 * A 128-bit digest of several texts as 32 hex digits. Each text goes in with its length, so that ('a','bc') and ('ab','c') differ.
 */
export const digest = (...parts: readonly string[]): string =>
  hash('sha256', parts.map((part) => `${part.length}:${part}`).join('|'), 'hex').slice(0, 32)

/** A 256-bit digest of bytes, 64 hex digits: names a body. */
export const digestBytes = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex')

/** A digest of a JSON value that does not depend on the order of keys. */
export const digestValue = (value: unknown): string => digest(stable(value))

const stable = (value: unknown): string => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`
  const fields: Readonly<Record<string, unknown>> = { ...value }
  let text = ''
  for (const key of Object.keys(fields).sort()) {
    if (fields[key] === undefined) continue
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${stable(fields[key])}`
  }
  return `{${text}}`
}
