import { refuse } from '../../kernel/errors.ts'
import { read, type Written, write } from './codec.ts'
import { type Cell, cellAt, idCell } from './columns.ts'
import type { Db } from './db.ts'
import { DuplicateKey, isUniqueFailure } from './failures.ts'
import type { Keys } from './keys.ts'
import { type Layout, tablesOf, wordsPath } from './layout.ts'
import type { Fields } from './values.ts'

/** A document with all that the file keeps of it. */
export interface Entry extends Written {
  readonly id: string
  readonly cells: readonly Cell[]
  readonly words: readonly string[]
}

/** A row as read: a document of the caller's own, and what it lay in. */
export interface Loaded {
  readonly rid: number
  readonly document: Fields
  entry(): Entry
}

/** What a row holds before it is changed. */
export interface Held {
  readonly rid: number
  readonly before: Entry
}

/** The rows of one collection. All of it is called within one turn, so nothing is ever seen half written. */
export interface Table {
  readonly name: string
  readonly db: Db
  readonly keys: Keys
  readonly layout: Layout
  /** The last number given to a row. It never goes back, not even where its group was undone. */
  readonly rids: { last: number }
  /** True where ids of both forms are kept, which SQLite would not order as text. */
  isMixed(): boolean
  /** `string` where ids are kept as text, `object` where as bytes; undefined where there is none yet. */
  idType(): string | undefined
  entryOf(document: Fields): Entry
  load(rid: number): Loaded | undefined
  /** @throws DuplicateKey */
  insert(entry: Entry): void
  /** @returns false where nothing is different. @throws DuplicateKey */
  replace(held: Held, next: Entry): boolean
  remove(held: Held): void
}

/** Opens the rows of a collection whose tables are there. */
export const openTable = (db: Db, name: string, parts: Pick<Table, 'layout' | 'keys' | 'rids'>): Table => {
  const { layout, keys, rids } = parts
  const tables = tablesOf(name)
  const ids = idForms(db, name)
  const columns = layout.columns.map(({ quoted }) => quoted)
  const insertSql = `INSERT INTO ${tables.rows} (rid, id, doc${columns.map((column) => `, ${column}`).join('')})
    VALUES (?, ?, ?${', ?'.repeat(columns.length)}) ON CONFLICT DO NOTHING`

  const partsOf: Reading['partsOf'] = (document) => ({
    id: typeof document['_id'] === 'string' ? document['_id'] : refuse('QUERY_UNSUPPORTED', `${name}: an _id is text`),
    cells: layout.columns.map(({ steps }) => cellAt(document, steps)),
    words: layout.words ? wordsOf(document) : [],
  })
  return {
    name,
    db,
    keys,
    layout,
    rids,
    entryOf: (document) => ({ ...partsOf(document), ...write(document) }),
    isMixed: ids.isMixed,
    idType: ids.type,
    load: (rid) => loadRow(db, rid, { name, partsOf }),
    insert: (entry) => {
      const cell = idCell(entry.id)
      const rid = rids.last + 1
      const seen = keys.isSeen(entry.id)
      if (seen || db.run(insertSql, rid, cell, entry.text, ...entry.cells) === 0) throw duplicate(name, entry.id)
      rids.last = rid
      keys.added(entry.id, rid)
      ids.note(cell)
      if (entry.bytes !== null) db.run(`INSERT INTO ${tables.bytes} VALUES (?, ?)`, rid, entry.bytes)
      for (const word of new Set(entry.words)) addWord(db, name, word, rid)
    },
    replace: (held, next) => replaceRow(db, { name, columns }, { held, next }),
    remove: ({ rid, before }) => {
      db.run(`DELETE FROM ${tables.rows} WHERE rid = ?`, rid)
      if (before.bytes !== null) db.run(`DELETE FROM ${tables.bytes} WHERE rid = ?`, rid)
      for (const word of new Set(before.words)) dropWord(db, name, word, rid)
      keys.removed(before.id)
    },
  }
}

/** The distinct words of a document. */
export const wordsOf = (document: Fields): readonly string[] => {
  const words = document[wordsPath] ?? []
  if (!Array.isArray(words)) return refuse('QUERY_UNSUPPORTED', `${wordsPath} is a list of text`)
  return words.filter((word) => typeof word === 'string')
}

/** Adds a word of a row to the side table. */
export const addWord = (db: Db, name: string, word: string, rid: number): void => {
  db.run(`INSERT INTO ${tablesOf(name).words} VALUES (?, ?) ON CONFLICT DO NOTHING`, word, rid)
}

const dropWord = (db: Db, name: string, word: string, rid: number): void => {
  db.run(`DELETE FROM ${tablesOf(name).words} WHERE word = ? AND rid = ?`, word, rid)
}

interface Reading {
  readonly name: string
  readonly partsOf: (document: Fields) => Omit<Entry, keyof Written>
}

const loadRow = (db: Db, rid: number, { name, partsOf }: Reading): Loaded | undefined => {
  const tables = tablesOf(name)
  const row = db.one(`SELECT doc FROM ${tables.rows} WHERE rid = ?`, rid)
  if (row === undefined) return undefined
  const text = String(row['doc'])
  let bytes: Uint8Array | null = null
  const document = read(text, () => {
    const held = db.one(`SELECT bytes FROM ${tables.bytes} WHERE rid = ?`, rid)?.['bytes']
    bytes =
      held instanceof Uint8Array ? held : refuse('STORE_DAMAGED', `row ${rid} of ${tables.rows} has lost its bytes`)
    return bytes
  })
  // Only writers ask for it, and they do before they change the document.
  return { rid, document, entry: () => ({ text, bytes, ...partsOf(document) }) }
}

interface Place {
  readonly name: string
  readonly columns: readonly string[]
}

const replaceRow = (db: Db, { name, columns }: Place, { held, next }: { held: Held; next: Entry }): boolean => {
  const { rid, before } = held
  const tables = tablesOf(name)
  const otherBytes = !sameBytes(before.bytes, next.bytes)
  if (before.text === next.text && !otherBytes) return false
  // Only columns that differ are named: SQLite touches the indexes of every column that is.
  const changed = columns.flatMap((column, at) => (sameCell(before.cells[at], next.cells[at]) ? [] : [{ column, at }]))
  const sql = `UPDATE ${tables.rows} SET doc = ?${changed.map(({ column }) => `, ${column} = ?`).join('')} WHERE rid = ?`
  try {
    db.run(sql, next.text, ...changed.map(({ at }) => next.cells[at] ?? null), rid)
  } catch (error) {
    throw isUniqueFailure(error) ? duplicate(name, next.id) : error
  }
  if (otherBytes) db.run(`DELETE FROM ${tables.bytes} WHERE rid = ?`, rid)
  if (otherBytes && next.bytes !== null) db.run(`INSERT INTO ${tables.bytes} VALUES (?, ?)`, rid, next.bytes)
  const [old, words] = [new Set(before.words), new Set(next.words)]
  for (const word of old.difference(words)) dropWord(db, name, word, rid)
  for (const word of words.difference(old)) addWord(db, name, word, rid)
  return true
}

const idForms = (db: Db, name: string) => {
  const first = db.one(`SELECT id FROM ${tablesOf(name).rows} LIMIT 1`)?.['id']
  let form = first === undefined ? undefined : typeof first
  let mixed = db.one('SELECT mixed FROM "/collections" WHERE name = ?', name)?.['mixed'] === 1
  const note = (cell: Cell): void => {
    form ??= typeof cell
    if (mixed || form === typeof cell) return
    mixed = true
    db.run('UPDATE "/collections" SET mixed = 1 WHERE name = ?', name)
  }
  return { note, isMixed: () => mixed, type: () => form }
}

/**
 * The number after which new rows are to be numbered. Above the mark of the indexed keys too, or a row added after the last ones
 * were deleted would not be looked for at start.
 */
export const lastRow = (db: Db, name: string): number => {
  const last = db.one(`SELECT max(rid) AS last FROM ${tablesOf(name).rows}`)?.['last']
  const indexed = db.one('SELECT indexed FROM "/collections" WHERE name = ?', name)?.['indexed']
  return Math.max(Number(last ?? 0), Number(indexed ?? 0))
}

const sameBytes = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  a === null || b === null ? a === b : Buffer.compare(a, b) === 0

const sameCell = (a: Cell | undefined, b: Cell | undefined): boolean =>
  a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : a === b

const duplicate = (name: string, id: string): DuplicateKey =>
  new DuplicateKey(`${name}: a document with the _id ${id}, or with one of its unique fields, is there already`)
