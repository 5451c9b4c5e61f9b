import { HubError } from '../../kernel/errors.ts'
import type { BulkAnswer } from '../port.ts'

/** A unique key exists already: `code` 11000, as MongoDB's driver has it. After a bulk it also tells which steps failed and what was written. */
export class DuplicateKey extends Error {
  override readonly name = 'DuplicateKey'
  readonly code = 11000
  readonly writeErrors: readonly { readonly index: number; readonly code: 11000 }[]
  readonly insertedCount: number
  readonly matchedCount: number
  readonly modifiedCount: number
  readonly upsertedCount: number

  constructor(message: string, bulk: { readonly failed: readonly number[]; readonly answer: BulkAnswer } = noBulk) {
    super(message)
    this.writeErrors = bulk.failed.map((index) => ({ index, code: 11000 }))
    this.insertedCount = bulk.answer.insertedCount
    this.matchedCount = bulk.answer.matchedCount
    this.modifiedCount = bulk.answer.modifiedCount
    this.upsertedCount = bulk.answer.upsertedCount
  }
}

/** What SQLite's error means to a caller: no space, a disk that does not answer, a damaged file; other things stay as they are. */
export const asStoreError = (error: unknown, file: string): unknown => {
  const number = resultOf(error)
  if (number === undefined || !(error instanceof Error)) return error
  const kind = kinds[number & 0xff]
  if (kind === undefined) return new HubError('UNEXPECTED', `${file}: ${error.message}`, { file }, error)
  return new HubError(kind.code, `${file}: ${kind.says} (${error.message})`, { file }, error)
}

/** True where a statement met a unique index; SQLite has then undone that statement alone. */
export const isUniqueFailure = (error: unknown): error is Error => {
  const number = resultOf(error)
  return number === 2067 || number === 1555
}

const noBulk = {
  failed: [],
  answer: { insertedCount: 0, matchedCount: 0, modifiedCount: 0, upsertedCount: 0 },
} as const

// https://www.sqlite.org/rescode.html, read 2026-11-24; the low byte is the primary code.
const kinds: Readonly<
  Record<number, { readonly code: 'STORE_FULL' | 'STORE_AWAY' | 'STORE_DAMAGED'; readonly says: string }>
> = {
  5: { code: 'STORE_AWAY', says: 'another program holds the file' },
  8: { code: 'STORE_AWAY', says: 'the file cannot be written' },
  10: { code: 'STORE_AWAY', says: 'the disk failed' },
  11: { code: 'STORE_DAMAGED', says: 'the file is damaged' },
  13: { code: 'STORE_FULL', says: 'there is no space left' },
  14: { code: 'STORE_AWAY', says: 'the file cannot be opened' },
  26: { code: 'STORE_DAMAGED', says: 'the file is no database' },
}

const resultOf = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined
