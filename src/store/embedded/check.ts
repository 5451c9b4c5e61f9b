import { crc32 } from 'node:zlib'
import { HubError } from '../../kernel/errors.ts'
import type { Program } from '../port.ts'
import { keyFaults, layoutFaults } from './check-layout.ts'
import { namesBytes, read } from './codec.ts'
import { type Cell, cellAt, idCell } from './columns.ts'
import type { Db, Row } from './db.ts'
import { asStoreError } from './failures.ts'
import { existing, openOurs } from './file.ts'
import { hasKeysTable, type Layout, layoutOf, tablesOf } from './layout.ts'
import { wordsOf } from './table.ts'
import { type Fields, isFields } from './values.ts'

/** One thing that is wrong in the file. */
export interface FileFault {
  /** The collection, or the file itself. */
  readonly where: string
  readonly id?: string
  readonly sentence: string
}

/** As many are told; a file with more is not mended one by one. */
const most = 100

/**
 * Looks at everything in the file, beside a hub that may have it open: pages, checksums, keys, indexed columns and words. Reads only.
 * @throws STORE_DAMAGED the file cannot be opened at all · STORE_FOREIGN · STORE_NEWER · STORE_AWAY
 */
export const checkFile = (name: string, program: Program): readonly FileFault[] => {
  const file = existing(name)
  const db = openOurs(file, program, true)
  const faults: FileFault[] = []
  try {
    for (const fault of faultsOf(db, file)) if (faults.push(fault) >= most) break
  } finally {
    db.close()
  }
  return faults
}

function* faultsOf(db: Db, file: string): Generator<FileFault> {
  const told = (error: unknown): FileFault => ({ where: file, sentence: sentenceOf(asStoreError(error, file)) })
  try {
    for (const row of db.all(`PRAGMA integrity_check(${most})`)) {
      const said = String(row['integrity_check'])
      if (said !== 'ok') yield { where: file, sentence: `${file} is damaged: ${said}` }
    }
    // In one transaction, so that a hub that writes meanwhile is seen at one moment.
    db.exec('BEGIN')
    const names = db.all('SELECT name FROM "/collections" ORDER BY name').map((row) => String(row['name']))
    for (const name of names) {
      const before = [...layoutFaults(db, name)]
      yield* before
      // Rows of tables that are not as they were made cannot be read.
      if (before.length === 0) yield* collectionFaults(db, file, name)
    }
    for (const { collection } of db.all('SELECT DISTINCT collection FROM "/indexes"'))
      if (!names.includes(String(collection)))
        yield { where: String(collection), sentence: 'there is a note of an index of it, and no such collection' }
  } catch (error) {
    yield told(error)
  }
}

function* collectionFaults(db: Db, file: string, name: string): Generator<FileFault> {
  const tables = tablesOf(name)
  const layout = layoutOf(db, name)
  let words = 0
  try {
    for (const row of db.each(`SELECT * FROM ${tables.rows} ORDER BY rid`))
      words += yield* rowFaults(db, { name, row, layout })
    const held = layout.words ? Number(db.one(`SELECT count(*) AS n FROM ${tables.words}`)?.['n']) : words
    if (held > words) yield { where: name, sentence: `${held - words} of its words lead to no row that has them` }
    if (hasKeysTable(db, name)) yield* keyFaults(db, name)
    for (const { rid } of db.each(
      `SELECT rid FROM ${tables.bytes} WHERE rid NOT IN (SELECT rid FROM ${tables.rows}) LIMIT ${most}`,
    ))
      yield { where: name, sentence: `bytes lie there for row ${String(rid)}, which is not there` }
  } catch (error) {
    yield { where: name, sentence: sentenceOf(asStoreError(error, file)) }
  }
}

interface At {
  readonly name: string
  readonly row: Row
  readonly layout: Layout
}

/** @returns by how many words it must be found */
function* rowFaults(db: Db, { name, row, layout }: At): Generator<FileFault, number> {
  const text = String(row['doc'])
  const rid = Number(row['rid'])
  const fault = (sentence: string): FileFault => ({ where: name, ...(typeof id === 'string' ? { id } : {}), sentence })
  let id: unknown
  if (row['sum'] !== null && row['sum'] !== crc32(text)) {
    yield fault(`row ${rid}: the document is not as it was written (its checksum differs)`)
    return 0
  }
  const document = documentIn(db, name, { text, rid })
  if (typeof document === 'string') {
    yield fault(`row ${rid}: ${document}`)
    return 0
  }
  id = document['_id']
  if (!sameCell(idCell(String(id)), row['id'])) yield fault(`row ${rid}: its key is not the document's _id`)
  for (const { path, steps, quoted } of layout.columns)
    if (!sameCell(cellAt(document, steps), row[quoted.slice(1, -1)]))
      yield fault(`row ${rid}: the index on ${path} does not hold what the document says`)
  if (!layout.words) return 0
  const words = new Set(wordsOf(document))
  const find = `SELECT 1 FROM ${tablesOf(name).words} WHERE word = ? AND rid = ?`
  if (words.values().some((word) => db.one(find, word, rid) === undefined))
    yield fault(`row ${rid}: it is not found by one of its words`)
  return words.size
}

/** The document, or what is wrong with it. */
const documentIn = (
  db: Db,
  name: string,
  { text, rid }: { readonly text: string; readonly rid: number },
): Fields | string => {
  try {
    const bytes = namesBytes(text)
      ? db.one(`SELECT bytes FROM ${tablesOf(name).bytes} WHERE rid = ?`, rid)?.['bytes']
      : undefined
    if (namesBytes(text) && !(bytes instanceof Uint8Array)) return 'the bytes beside it are gone'
    const document = read(text, () => (bytes instanceof Uint8Array ? bytes : new Uint8Array(0)))
    return isFields(document) ? document : 'it is no document'
  } catch {
    return 'it is no document'
  }
}

const sameCell = (expected: Cell, held: unknown): boolean =>
  expected instanceof Uint8Array && held instanceof Uint8Array
    ? Buffer.compare(expected, held) === 0
    : (expected ?? null) === (held ?? null)

const sentenceOf = (error: unknown): string =>
  error instanceof HubError || error instanceof Error ? error.message : String(error)
