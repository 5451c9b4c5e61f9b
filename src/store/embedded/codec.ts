import { refuse } from '../../kernel/errors.ts'
import { type Fields, isFields } from './values.ts'

/**
 * A document as it lies in the file: JSON text that any tool reads, where its dates and bytes stand (`marks`, null where there
 * are none), and its bytes in one piece. So both directions run on the built-in JSON, and only dates cost more.
 */
export interface Written {
  readonly text: string
  readonly marks: string | null
  readonly bytes: Uint8Array | null
}

// At a date stands 'd', at bytes [from, to]; lists are marked by place, like objects.
type Mark = 'd' | readonly [number, number] | { readonly [step: string]: Mark }

/**
 * Writes a document. Fields that are undefined are left out.
 * @throws HubError QUERY_UNSUPPORTED for what JSON, `Date` and bytes cannot say
 */
export const write = (document: Fields): Written => {
  const parcels: Uint8Array[] = []
  const marks = markOf(document, parcels)
  const plain = parcels.length === 0 ? document : withoutBytes(document, marks)
  return {
    text: JSON.stringify(plain),
    marks: marks === undefined ? null : JSON.stringify(marks),
    bytes: parcels.length === 0 ? null : joined(parcels),
  }
}

/** Reads a document back; nothing of it is shared with any other reading. `bytes` is asked for only where marks name some. */
export const read = (text: string, marks: string | null, bytes: () => Uint8Array): Fields => {
  const document: unknown = JSON.parse(text)
  if (!isFields(document)) return refuse('STORE_DAMAGED', 'a row of the store holds no document')
  if (marks === null) return document
  const mark: Mark = JSON.parse(marks)
  restore(document, mark, marks.includes('[') ? bytes() : nothing)
  return document
}

const nothing = new Uint8Array(0)

const markOf = (value: unknown, parcels: Uint8Array[]): Mark | undefined => {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null || value === undefined) return undefined
  if (typeof value === 'number' && Number.isFinite(value)) return undefined
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? unwritable('a date that is none') : 'd'
  if (value instanceof Uint8Array) return bytesMark(value, parcels)
  if (Array.isArray(value) || isPlain(value)) return marksWithin(value, parcels)
  return unwritable(typeof value === 'object' ? `a ${value.constructor.name}` : `a ${typeof value} (${String(value)})`)
}

const marksWithin = (holder: object, parcels: Uint8Array[]): Mark | undefined => {
  let marks: Record<string, Mark> | undefined
  for (const [step, held] of Object.entries(holder)) {
    const mark = markOf(held, parcels)
    if (mark === undefined) continue
    marks ??= {}
    marks[step] = mark
  }
  return marks
}

const bytesMark = (value: Uint8Array, parcels: Uint8Array[]): Mark => {
  const from = parcels.reduce((sum, parcel) => sum + parcel.length, 0)
  parcels.push(value)
  return [from, from + value.length]
}

const isPlain = (value: unknown): value is Fields => {
  if (!isFields(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const isSpan = (mark: Mark): mark is readonly [number, number] => Array.isArray(mark)

const withoutBytes = (value: unknown, mark: Mark | undefined): unknown => {
  if (mark === undefined || mark === 'd' || typeof value !== 'object' || value === null) return value
  if (isSpan(mark)) return null
  const copy: Fields | unknown[] = Array.isArray(value) ? [...value] : { ...value }
  for (const [step, within] of Object.entries(mark))
    Reflect.set(copy, step, withoutBytes(Reflect.get(copy, step), within))
  return copy
}

const restore = (holder: object, marks: Mark, bytes: Uint8Array): void => {
  for (const [step, mark] of Object.entries(marks)) {
    const held: unknown = Reflect.get(holder, step)
    if (mark === 'd') Reflect.set(holder, step, new Date(String(held)))
    else if (isSpan(mark)) Reflect.set(holder, step, bytes.slice(mark[0], mark[1]))
    else if (typeof held === 'object' && held !== null) restore(held, mark, bytes)
  }
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
