import { crc32 } from 'node:zlib'
import { refuse } from '../../kernel/errors.ts'
import { namesBytes, read, readLight, type Unread, type Written, write } from './codec.ts'
import { type Cell, cellAt, idCell } from './columns.ts'
import type { Db } from './db.ts'
import { DuplicateKey, isUniqueFailure } from './failures.ts'
import type { Keys } from './keys.ts'
import { type Layout, tablesOf, wordsPath } from './layout.ts'
import type { Recent } from './recent.ts'
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
  /** The bytes that were not loaded; undefined where nothing is missing. */
  readonly unread?: Unread
  entry(): Entry
}

/** The rows of one collection. All of it is called within one turn, so nothing is ever seen half written. */
export interface Table {
  readonly name: string
  readonly db: Db
  readonly keys: Keys
  readonly recent: Recent
  readonly layout: Layout
  /** The last number given to a row. It never goes back, not even where its group was undone. */
  readonly rids: { last: number }
  /** True where ids of both forms are kept, which SQLite would not order as text. */
  isMixed(): boolean
  /** `string` where ids are kept as text, `object` where as bytes; undefined where there is none yet. */
  idType(): string | undefined
  entryOf(document: Fields, unread?: Unread): Entry
  /** @param isBlind whether the caller looks at no bytes, so that they need not be loaded; asked where a row has some */
  load(rid: number, isBlind?: () => boolean): Loaded | undefined
  /** @throws DuplicateKey */
  insert(entry: Entry): void
  /** Writes a row's document as it has become. @returns false where nothing is different. @throws DuplicateKey */
  replace(row: Loaded, before: Entry): boolean
  remove(row: Loaded): void
}

/** Opens the rows of a collection whose tables are there. */
export const openTable = (db: Db, name: string, parts: Pick<Table, 'layout' | 'keys' | 'rids' | 'recent'>): Table => {
  const { layout, keys, rids, recent } = parts
  const sql = statementsOf(name, layout)
  const ids = idForms(db, name)
  const partsOf: Reading['partsOf'] = (document) => ({
    id: typeof document['_id'] === 'string' ? document['_id'] : refuse('QUERY_UNSUPPORTED', `${name}: an _id is text`),
    cells: layout.columns.map(({ steps }) => cellAt(document, steps)),
    words: layout.words ? wordsOf(document) : [],
  })
  const entryOf: Table['entryOf'] = (document, unread) => ({ ...partsOf(document), ...write(document, unread) })
  return {
    name,
    db,
    keys,
    recent,
    layout,
    rids,
    entryOf,
    isMixed: ids.isMixed,
    idType: ids.type,
    load: (rid, isBlind = seesAll) => recent.find(rid, isBlind) ?? loadRow(db, rid, { sql, partsOf, isBlind }),
    insert: (entry) => {
      const cell = idCell(entry.id)
      const rid = rids.last + 1
      const seen = keys.isSeen(entry.id)
      if (seen || db.run(sql.insert, rid, cell, entry.text, crc32(entry.text), ...entry.cells) === 0)
        throw duplicate(name, entry.id)
      rids.last = rid
      keys.added(entry.id, rid)
      ids.note(cell)
      if (entry.bytes instanceof Uint8Array) db.run(sql.addBytes, rid, entry.bytes)
      for (const word of new Set(entry.words)) db.run(sql.addWord, word, rid)
    },
    replace: (row, before) => {
      const next = entryOf(row.document, row.unread)
      if (!replaceRow(db, { name, sql }, { rid: row.rid, before, next })) return false
      recent.note(row, next)
      return true
    },
    remove: ({ rid, entry }) => {
      const before = entry()
      recent.forget(rid)
      db.run(sql.remove, rid)
      if (before.bytes !== null) db.run(sql.dropBytes, rid)
      for (const word of new Set(before.words)) db.run(sql.dropWord, word, rid)
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
  db.run(addWordSql(name), word, rid)
}

type Statements = ReturnType<typeof statementsOf>

// Made once: statements are found by their text, and text that is put together anew is hashed anew each time.
const statementsOf = (name: string, layout: Layout) => {
  const { rows, bytes, words } = tablesOf(name)
  const columns = layout.columns.map(({ quoted }) => quoted)
  return {
    columns,
    insert: `INSERT INTO ${rows} (rid, id, doc, sum${columns.map((column) => `, ${column}`).join('')})
      VALUES (?, ?, ?, ?${', ?'.repeat(columns.length)}) ON CONFLICT DO NOTHING`,
    load: `SELECT doc FROM ${rows} WHERE rid = ?`,
    update: updatesOf(rows),
    remove: `DELETE FROM ${rows} WHERE rid = ?`,
    loadBytes: `SELECT bytes FROM ${bytes} WHERE rid = ?`,
    addBytes: `INSERT INTO ${bytes} VALUES (?, ?)`,
    dropBytes: `DELETE FROM ${bytes} WHERE rid = ?`,
    addWord: addWordSql(name),
    dropWord: `DELETE FROM ${words} WHERE word = ? AND rid = ?`,
    lost: `${bytes} lacks the bytes of a row`,
  }
}

const addWordSql = (name: string): string => `INSERT INTO ${tablesOf(name).words} VALUES (?, ?) ON CONFLICT DO NOTHING`

/** The update of some columns. Only those that differ are named: SQLite touches the indexes of every column that is. */
const updatesOf = (rows: string): ((columns: readonly string[]) => string) => {
  const known = new Map<string, string>()
  return (columns) => {
    const key = columns.join()
    const sql =
      known.get(key) ??
      `UPDATE ${rows} SET doc = ?, sum = ?${columns.map((column) => `, ${column} = ?`).join('')} WHERE rid = ?`
    known.set(key, sql)
    return sql
  }
}

interface Reading {
  readonly sql: Statements
  readonly partsOf: (document: Fields) => Omit<Entry, keyof Written>
  readonly isBlind: () => boolean
}

const seesAll = (): boolean => false

const loadRow = (db: Db, rid: number, { sql, partsOf, isBlind }: Reading): Loaded | undefined => {
  const row = db.one(sql.load, rid)
  if (row === undefined) return undefined
  const text = String(row['doc'])
  const piece = (): Uint8Array => {
    const held = db.one(sql.loadBytes, rid)?.['bytes']
    return held instanceof Uint8Array ? held : refuse('STORE_DAMAGED', `${sql.lost} (${rid})`)
  }
  // Only writers ask for the entry, and they do before they change the document.
  if (namesBytes(text) && isBlind()) {
    const unread = { places: new Map(), piece }
    const document = readLight(text, unread)
    return { rid, document, unread, entry: () => ({ text, bytes: 'kept', ...partsOf(document) }) }
  }
  let bytes: Uint8Array | null = null
  const document = read(text, () => {
    bytes = piece()
    return bytes
  })
  return { rid, document, entry: () => ({ text, bytes, ...partsOf(document) }) }
}

interface Place {
  readonly name: string
  readonly sql: Statements
}

interface Replacing {
  readonly rid: number
  readonly before: Entry
  readonly next: Entry
}

const replaceRow = (db: Db, { name, sql }: Place, { rid, before, next }: Replacing): boolean => {
  const otherBytes = next.bytes !== 'kept' && !sameBytes(before.bytes, next.bytes)
  if (before.text === next.text && !otherBytes) return false
  const changed = sql.columns.flatMap((column, at) =>
    sameCell(before.cells[at], next.cells[at]) ? [] : [{ column, cell: next.cells[at] ?? null }],
  )
  const update = sql.update(changed.map(({ column }) => column))
  try {
    db.run(update, next.text, crc32(next.text), ...changed.map(({ cell }) => cell), rid)
  } catch (error) {
    throw isUniqueFailure(error) ? duplicate(name, next.id) : error
  }
  if (otherBytes) db.run(sql.dropBytes, rid)
  if (otherBytes && next.bytes instanceof Uint8Array) db.run(sql.addBytes, rid, next.bytes)
  changeWords(db, sql, { rid, before: before.words, next: next.words })
  return true
}

const changeWords = (
  db: Db,
  sql: Statements,
  { rid, before, next }: { readonly rid: number; readonly before: readonly string[]; readonly next: readonly string[] },
): void => {
  if (before.length === 0 && next.length === 0) return
  const [old, words] = [new Set(before), new Set(next)]
  for (const word of old.difference(words)) db.run(sql.dropWord, word, rid)
  for (const word of words.difference(old)) db.run(sql.addWord, word, rid)
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

const sameBytes = (a: Written['bytes'], b: Written['bytes']): boolean =>
  a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : a === b

const sameCell = (a: Cell | undefined, b: Cell | undefined): boolean =>
  a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : a === b

const duplicate = (name: string, id: string): DuplicateKey =>
  new DuplicateKey(`${name}: a document with the _id ${id}, or with one of its unique fields, is there already`)
