import { refuse } from '../../kernel/errors.ts'
import { type Fields, isFields } from './values.ts'

/**
 * A document as it lies in the file: JSON text that any tool reads, a date in it as `{ "$date": milliseconds }`, bytes as
 * `{ "$bytes": [from, to] }` of the one piece beside it. `JSON.stringify` is never shown a `Date`: with one it is ten times slower.
 * `kept`: the piece beside it was not looked at and stays as it is.
 */
export interface Written {
  readonly text: string
  readonly bytes: Uint8Array | null | 'kept'
}

/** What a document that was read without its bytes lacks: an empty stand-in for each, its place in the piece, and the piece. */
export interface Unread {
  readonly places: Map<Uint8Array, readonly [from: number, to: number]>
  readonly piece: () => Uint8Array
}

/**
 * Writes a document. Fields that are undefined are left out.
 * @param unread where it was read without its bytes: these are fetched only if some were taken away, or others came
 * @throws HubError QUERY_UNSUPPORTED for what JSON, `Date` and bytes cannot say
 */
export const write = (document: Fields, unread: Unread = whole): Written => {
  let stayed = 0
  const parcels: Uint8Array[] = []
  const text = textOf(document, (bytes) => {
    const place = unread.places.get(bytes)
    if (place === undefined) return parcelled(bytes, parcels)
    stayed += 1
    return { $bytes: place }
  })
  if (stayed === 0) return { text, bytes: joined(parcels) }
  if (stayed === unread.places.size && parcels.length === 0) return { text, bytes: 'kept' }
  return writeAnew(document, unread)
}

/** Reads a document back; nothing of it is shared with any other reading. `piece` is asked for only where the text names bytes. */
export const read = (text: string, piece: () => Uint8Array): Fields => {
  const document = parsed(text)
  if (!text.includes('{"$')) return document
  const bytes = namesBytes(text) ? piece() : nothing
  revive(document, (from, to) => bytes.slice(from, to))
  return document
}

/** The same without its bytes: an empty stand-in is at the place of each, and is noted in `places`. */
export const readLight = (text: string, { places }: Pick<Unread, 'places'>): Fields => {
  const document = parsed(text)
  if (!text.includes('{"$')) return document
  revive(document, (from, to) => {
    const standIn = new Uint8Array(0)
    places.set(standIn, [from, to])
    return standIn
  })
  return document
}

/** True where a text names bytes beside it. */
export const namesBytes = (text: string): boolean => text.includes('{"$bytes":[')

/** True where a value is bytes or holds some. */
export const holdsBytes = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false
  return value instanceof Uint8Array || Object.values(value).some(holdsBytes)
}

type Revive = (from: number, to: number) => Uint8Array
type Place = (bytes: Uint8Array) => Fields

const nothing = new Uint8Array(0)
const whole: Unread = { places: new Map(), piece: () => nothing }

const parsed = (text: string): Fields => {
  const document: unknown = JSON.parse(text)
  return isFields(document) ? document : refuse('STORE_DAMAGED', 'a row of the store holds no document')
}

const writeAnew = (document: Fields, { places, piece }: Unread): Written => {
  const parcels: Uint8Array[] = []
  const text = textOf(document, (bytes) => {
    const place = places.get(bytes)
    return parcelled(place === undefined ? bytes : piece().subarray(...place), parcels)
  })
  return { text, bytes: joined(parcels) }
}

const textOf = (document: Fields, place: Place): string => JSON.stringify(plainObject(document, place))

const plainOf = (value: unknown, place: Place): unknown => {
  if (typeof value !== 'object' || value === null) return isScalar(value) ? value : unwritable(nameOf(value))
  if (Array.isArray(value)) return plainList(value, place)
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? unwritable('a date that is none') : { $date: value.getTime() }
  if (value instanceof Uint8Array) return place(value)
  return isPlain(value) ? plainObject(value, place) : unwritable(`a ${value.constructor.name}`)
}

// Only what holds a date or bytes is copied: most of a document goes to `JSON.stringify` as it is. `for in` walks twice as fast
// as `Object.keys`, and nothing plain inherits a field.
const plainList = (list: readonly unknown[], place: Place): readonly unknown[] => {
  let copy: unknown[] | undefined
  for (let at = 0; at < list.length; at += 1) {
    const held = list[at]
    if (isScalar(held)) continue
    const plain = plainOf(held, place)
    if (plain === held) continue
    copy ??= [...list]
    copy[at] = plain
  }
  return copy ?? list
}

const plainObject = (holder: Fields, place: Place): Fields => {
  let copy: Fields | undefined
  for (const key in holder) {
    if (key === '$date' || key === '$bytes' || key === '__proto__') unwritable(`a field named ${key}`)
    const held = holder[key]
    if (isScalar(held)) continue
    const plain = plainOf(held, place)
    if (plain === held) continue
    copy ??= { ...holder }
    copy[key] = plain
  }
  return copy ?? holder
}

const isScalar = (value: unknown): boolean => {
  const type = typeof value
  if (type === 'number') return Number.isFinite(value)
  return type === 'string' || type === 'boolean' || value === null || value === undefined
}

const nameOf = (value: unknown): string => `a ${typeof value} (${String(value)})`

const parcelled = (value: Uint8Array, parcels: Uint8Array[]): Fields => {
  const from = parcels.reduce((sum, parcel) => sum + parcel.length, 0)
  parcels.push(value)
  return { $bytes: [from, from + value.length] }
}

const isPlain = (value: object): value is Fields => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const revive = (holder: Fields | unknown[], bytes: Revive): void => {
  if (Array.isArray(holder)) {
    for (let at = 0; at < holder.length; at += 1) {
      const held: unknown = holder[at]
      if (typeof held === 'object' && held !== null) holder[at] = revived(held, bytes)
    }
    return
  }
  for (const key in holder) {
    const held = holder[key]
    if (typeof held === 'object' && held !== null) holder[key] = revived(held, bytes)
  }
}

const revived = (held: object, bytes: Revive): unknown => {
  if ('$date' in held) return new Date(Number(held.$date))
  if ('$bytes' in held && Array.isArray(held.$bytes)) return bytes(Number(held.$bytes[0]), Number(held.$bytes[1]))
  if (Array.isArray(held) || isFields(held)) revive(held, bytes)
  return held
}

const joined = (parcels: readonly Uint8Array[]): Uint8Array | null => {
  const [only] = parcels
  if (only === undefined) return null
  if (parcels.length === 1) return only
  const all = new Uint8Array(parcels.reduce((sum, parcel) => sum + parcel.length, 0))
  let from = 0
  for (const parcel of parcels) {
    all.set(parcel, from)
    from += parcel.length
  }
  return all
}

const unwritable = (what: string): never =>
  refuse('QUERY_UNSUPPORTED', `a document holds JSON values, dates and bytes; this one holds ${what}`)
