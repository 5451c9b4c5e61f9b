import { refuse } from '../../kernel/errors.ts'
import { ownOf, type Steps } from './paths.ts'
import { type Fields, isFields } from './values.ts'

/** What a column may hold. SQLite orders null < numbers < text < bytes, so booleans and dates go in as bytes, in BSON's order. */
export type Cell = null | number | string | Uint8Array

/** The lowest cell of each kind of value and the first above it: what a range must stay between. */
export const brackets = {
  number: { from: -Infinity, below: '' },
  string: { from: '', below: Uint8Array.of() },
  boolean: { from: Uint8Array.of(8), below: Uint8Array.of(9) },
  date: { from: Uint8Array.of(9), below: Uint8Array.of(10) },
} as const satisfies Record<string, { readonly from: Cell; readonly below: Cell }>

/** A value as a cell; `undefined` where a column cannot hold it (lists, objects, bytes). */
export const cellOf = (value: unknown): Cell | undefined => {
  if (value === null || value === undefined) return null
  if (typeof value === 'number' || typeof value === 'string') return value
  if (typeof value === 'boolean') return Uint8Array.of(8, value ? 1 : 0)
  return value instanceof Date ? dateCell(value) : undefined
}

/** The inverse of `cellOf`. */
export const cellValue = (cell: unknown): unknown => {
  if (!(cell instanceof Uint8Array)) return cell ?? null
  if (cell[0] === 8) return cell[1] === 1
  const bytes = Buffer.from(cell)
  bytes[1] = (bytes[1] ?? 0) ^ 0x80
  return new Date(Number(bytes.readBigInt64BE(1)))
}

/** The kind of a value that has a range. */
export const kindOf = (value: unknown): keyof typeof brackets | undefined => {
  if (value instanceof Date) return 'date'
  const type = typeof value
  return type === 'number' || type === 'string' || type === 'boolean' ? type : undefined
}

/**
 * The cell of an indexed path.
 * @throws HubError QUERY_UNSUPPORTED where a list or an object lies on or at the end of it
 */
export const cellAt = (document: Fields, steps: Steps): Cell => {
  let held: unknown = document
  for (const step of steps) {
    if (held === undefined || held === null) return null
    held = isFields(held) ? ownOf(held, step) : unindexable(steps)
  }
  return cellOf(held) ?? (held === undefined || held === null ? null : unindexable(steps))
}

const digestId = /^[a-z]{3}_[0-9a-f]{32}$/

/** An id as it is kept: those of three letters and a 128-bit digest in 19 bytes, which also keeps their order. */
export const idCell = (id: string): string | Uint8Array => {
  if (id.length !== 36 || !digestId.test(id)) return id
  const cell = Buffer.allocUnsafe(19)
  cell.write(id, 0, 3, 'latin1')
  cell.write(id.slice(4), 3, 16, 'hex')
  return cell
}

/** The inverse of `idCell`. */
export const idOf = (cell: unknown): string => {
  if (typeof cell === 'string') return cell
  if (!(cell instanceof Uint8Array)) return refuse('STORE_DAMAGED', 'a row of the store has no id')
  const bytes = Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength)
  return `${bytes.toString('latin1', 0, 3)}_${bytes.toString('hex', 3)}`
}

const dateCell = (date: Date): Uint8Array => {
  const cell = Buffer.allocUnsafe(9)
  cell[0] = 9
  // With the sign bit turned, the bytes of whole numbers order as the numbers do.
  cell.writeBigInt64BE(BigInt(date.getTime()), 1)
  cell[1] = (cell[1] ?? 0) ^ 0x80
  return cell
}

const unindexable = (steps: Steps): never =>
  refuse('QUERY_UNSUPPORTED', `the indexed path "${steps.join('.')}" holds a list or an object; only \`words\` may`, {
    path: steps.join('.'),
  })
