import { HubError } from '../../kernel/errors.ts'
import type { Doc } from '../port.ts'

/** A document as one line of text: dates and bytes by name, fields in the order of their names, so that the same document is the same text. */
export const pack = (document: Doc): string => JSON.stringify(packed(document))

const packed = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Date) return { $date: value.toISOString() }
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') }
  if (Array.isArray(value)) return value.map((one) => (one === undefined ? null : packed(one)))
  const fields: Readonly<Record<string, unknown>> = { ...value }
  const sorted: Record<string, unknown> = {}
  for (const key of Object.keys(fields).sort()) if (fields[key] !== undefined) sorted[key] = packed(fields[key])
  return sorted
}

/** @throws BACKUP_DAMAGED where a line holds no document */
export const unpack = (value: unknown): Doc => {
  const document = unpacked(value)
  if (isDoc(document)) return document
  throw new HubError('BACKUP_DAMAGED', 'a line of the backup holds no document')
}

const isDoc = (value: unknown): value is Doc =>
  typeof value === 'object' && value !== null && '_id' in value && typeof value._id === 'string'

const unpacked = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(unpacked)
  if ('$date' in value) return new Date(String(value.$date))
  if ('$bytes' in value) return new Uint8Array(Buffer.from(String(value.$bytes), 'base64'))
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unpacked(one)]))
}
