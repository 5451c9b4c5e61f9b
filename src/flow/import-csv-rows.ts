import { pipeline, Readable } from 'node:stream'
import { type CsvError, parse } from 'csv-parse'
import { HubError } from '../kernel/errors.ts'

/** A file, whole or as it comes: bytes are UTF-8. */
export type CsvText = string | AsyncIterable<string | Uint8Array>

/** A row of the file; `line` is the line it begins on, from 1. */
export interface Row {
  readonly line: number
  readonly cells: readonly string[]
}

/** One row may not be longer, so that a quote that is never closed does not fill the memory. In characters. */
const longestRow = 1_000_000
const longestHead = 64 * 1024

/**
 * The rows of a CSV file, one at a time, empty lines left out. Comma, semicolon or tab: whichever stands most often in the first line.
 * @throws REQUEST_INVALID with the line: no UTF-8, a quote out of place or not closed
 */
export const rowsOf = async function* (text: CsvText): AsyncGenerator<Row> {
  const pieces = plain(decoded(text))
  const head = await headOf(pieces)
  const parser = parse({
    delimiter: delimiterOf(head),
    info: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: longestRow,
  })
  // Its failure reaches us through the parser.
  pipeline(Readable.from(joined(head, pieces)), parser, () => {})
  const records: AsyncIterable<{ readonly record: readonly string[]; readonly info: { readonly lines: number } }> =
    parser
  try {
    for await (const { record, info } of records) yield { line: info.lines - breaksIn(record), cells: record }
  } catch (error) {
    throw unreadable(error)
  }
}

const decoded = async function* (text: CsvText): AsyncGenerator<string> {
  if (typeof text === 'string') {
    yield text.replace(/^\uFEFF/, '')
    return
  }
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const piece of text)
      yield decoder.decode(typeof piece === 'string' ? Buffer.from(piece) : piece, { stream: true })
    yield decoder.decode()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new HubError(
      'REQUEST_INVALID',
      'expected a file in UTF-8: save it as "CSV UTF-8" and import it again',
      {},
      error,
    )
  }
}

/** Line ends as one character; a CRLF may be cut in two. */
const plain = async function* (pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let held = ''
  for await (const piece of pieces) {
    const text = held + piece
    held = text.endsWith('\r') ? '\r' : ''
    yield text.slice(0, text.length - held.length).replaceAll('\r\n', '\n')
  }
  yield held
}

const firstLine = /^\s*(?:"[^"]*"|[^"\n\r])*[\n\r]/

const headOf = async (pieces: AsyncGenerator<string>): Promise<string> => {
  let head = ''
  while (head.length < longestHead && !firstLine.test(head)) {
    const next = await pieces.next()
    if (next.done === true) break
    head += next.value
  }
  return head
}

const delimiterOf = (head: string): string => {
  const line = (firstLine.exec(head)?.[0] ?? head).replaceAll(/"[^"]*"/g, '')
  const [comma = 0, semicolon = 0, tab = 0] = [',', ';', '\t'].map((mark) => line.split(mark).length)
  if (tab > comma && tab > semicolon) return '\t'
  return semicolon > comma ? ';' : ','
}

const joined = async function* (head: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield head
  yield* rest
}

const breaksIn = (cells: readonly string[]): number =>
  cells.reduce((sum, cell) => sum + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0)

const isCsvError = (error: unknown): error is CsvError =>
  error instanceof Error && 'code' in error && /^(CSV_|INVALID_)/.test(String(error.code))

/** The parser's own words quote the cell, which may hold personal data: only the line is told. */
const unreadable = (error: unknown): unknown => {
  if (!isCsvError(error)) return error
  const line = Number(/line (\d+)/.exec(error.message)?.[1] ?? 1)
  const why: Readonly<Record<string, string>> = {
    CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
    CSV_MAX_RECORD_SIZE: `a row is longer than ${longestRow} characters: is a quote not closed?`,
  }
  const sentence = why[error.code] ?? 'a quote stands where none may stand: in a quoted cell it is written twice'
  return new HubError('REQUEST_INVALID', `line ${line}: ${sentence}`, { line }, error)
}
