import { refuse } from '../../kernel/errors.ts'
import { type Fields, isFields } from './values.ts'

/**
 * A document as it lies in the file: JSON text that any tool reads, a date in it as `{ "$date": milliseconds }`, bytes as
 * `{ "$bytes": [from, to] }` of the one piece beside it. `JSON.stringify` is never shown a `Date`: with one it is ten times slower.
 */
export interface Written {
  readonly text: string
  readonly bytes: Uint8Array | null
}

/**
 * Writes a document. Fields that are undefined are left out.
 * @throws HubError QUERY_UNSUPPORTED for what JSON, `Date` and bytes cannot say
 */
export const write = (document: Fields): Written => {
  const parcels: Uint8Array[] = []
  const text = JSON.stringify(plainObject(document, parcels))
  return { text, bytes: parcels.length === 0 ? null : joined(parcels) }
}

/** Reads a document back; nothing of it is shared with any other reading. `bytes` is asked for only where the text names some. */
export const read = (text: string, bytes: () => Uint8Array): Fields => {
  const document: unknown = JSON.parse(text)
  if (!isFields(document)) return refuse('STORE_DAMAGED', 'a row of the store holds no document')
  if (text.includes('{"$')) revive(document, text.includes('{"$bytes":[') ? bytes() : nothing)
  return document
}

const nothing = new Uint8Array(0)

const plainOf = (value: unknown, parcels: Uint8Array[]): unknown => {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null || value === undefined) return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? unwritable('a date that is none') : { $date: value.getTime() }
  if (value instanceof Uint8Array) return parcelOf(value, parcels)
  if (Array.isArray(value)) return value.map((held: unknown) => plainOf(held, parcels))
  if (isPlain(value)) return plainObject(value, parcels)
  return unwritable(typeof value === 'object' ? `a ${value.constructor.name}` : `a ${typeof value} (${String(value)})`)
}

const plainObject = (holder: Fields, parcels: Uint8Array[]): Fields => {
  const plain: Fields = {}
  for (const key of Object.keys(holder)) {
    if (key === '$date' || key === '$bytes' || key === '__proto__') unwritable(`a field named ${key}`)
    plain[key] = plainOf(holder[key], parcels)
  }
  return plain
}

const parcelOf = (value: Uint8Array, parcels: Uint8Array[]): Fields => {
  const from = parcels.reduce((sum, parcel) => sum + parcel.length, 0)
  parcels.push(value)
  return { $bytes: [from, from + value.length] }
}

const isPlain = (value: unknown): value is Fields => {
  if (!isFields(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const revive = (holder: Fields | unknown[], bytes: Uint8Array): void => {
  if (Array.isArray(holder)) {
    for (let at = 0; at < holder.length; at += 1) {
      const held: unknown = holder[at]
      if (typeof held === 'object' && held !== null) holder[at] = revived(held, bytes)
    }
    return
  }
  for (const key of Object.keys(holder)) {
    const held = holder[key]
    if (typeof held === 'object' && held !== null) holder[key] = revived(held, bytes)
  }
}

const revived = (held: object, bytes: Uint8Array): unknown => {
  if ('$date' in held) return new Date(Number(held.$date))
  if ('$bytes' in held && Array.isArray(held.$bytes)) return bytes.slice(Number(held.$bytes[0]), Number(held.$bytes[1]))
  if (Array.isArray(held) || isFields(held)) revive(held, bytes)
  return held
}

const joined = (parcels: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parcels.reduce((sum, parcel) => sum + parcel.length, 0))
  let from = 0
  for (const parcel of parcels) {
    whole.set(parcel, from)
    from += parcel.length
  }
  return whole
}

const unwritable = (what: string): never =>
  refuse('QUERY_UNSUPPORTED', `a document holds JSON values, dates and bytes; this one holds ${what}`)
