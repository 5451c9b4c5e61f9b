import { refuse } from '../../kernel/errors.ts'
import type { IndexSpec } from '../port.ts'
import type { Db } from './db.ts'
import { type Steps, stepsOf } from './paths.ts'
import { isFields } from './values.ts'

/** The one indexed list; its elements lie in a side table. */
export const wordsPath = 'words'

/** An indexed path and its column. */
export interface Column {
  readonly path: string
  readonly steps: Steps
  readonly quoted: string
}

/** How one collection lies in the file; it grows with `createIndexes` and is kept there. */
export interface Layout {
  readonly columns: readonly Column[]
  readonly words: boolean
}

/** Names of the tables of a collection, quoted. */
export const tablesOf = (name: string) => {
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) refuse('QUERY_UNSUPPORTED', `"${name}" is no name for a collection`)
  return { rows: `"${name}"`, bytes: `"${name}/bytes"`, keys: `"${name}/keys"`, words: `"${name}/words"` } as const
}

/** Of what its tables consist; a file is held against it by `verify`. The rows gain a column with each indexed path. */
export const definitionsOf = (name: string) => {
  const { rows, bytes, keys, words } = tablesOf(name)
  return {
    // `sum` is the CRC-32 of the text: by it `verify` finds what no key, index or digest would show.
    rows: `${rows} (rid INTEGER PRIMARY KEY, id NOT NULL, doc TEXT NOT NULL, sum INTEGER)`,
    // Apart, so that a change of state does not rewrite the body, and bodies lie close together.
    bytes: `${bytes} (rid INTEGER PRIMARY KEY, bytes BLOB NOT NULL)`,
    keys: `${keys} (id PRIMARY KEY, rid INTEGER NOT NULL) WITHOUT ROWID`,
    words: `${words} (word TEXT, rid INTEGER, PRIMARY KEY (word, rid)) WITHOUT ROWID`,
    id: `"${name}/id" ON ${rows} (id)`,
  } as const
}

/** Makes the tables in which the engine keeps its own notes. */
export const makeNotes = (db: Db, kind: 'TABLE' | 'TEMP TABLE'): void => {
  db.exec(
    `CREATE ${kind} IF NOT EXISTS "/indexes" (collection TEXT, name TEXT, spec TEXT, PRIMARY KEY (collection, name))`,
  )
  db.exec(`CREATE ${kind} IF NOT EXISTS "/collections"
    (name TEXT PRIMARY KEY, indexed INTEGER DEFAULT 0, mixed INTEGER DEFAULT 0)`)
}

/** Makes the tables of a collection; `deferred` as in `CollectionLayout`. Changing that later is allowed. */
export const makeTables = (db: Db, name: string, deferred: boolean): void => {
  const tables = definitionsOf(name)
  makeRows(db, name, 'TABLE')
  db.run('INSERT INTO "/collections" (name) VALUES (?) ON CONFLICT DO NOTHING', name)
  if (deferred) {
    db.exec(`DROP INDEX IF EXISTS "${name}/id"`)
    db.exec(`CREATE TABLE IF NOT EXISTS ${tables.keys}`)
    return
  }
  db.exec(`CREATE UNIQUE INDEX IF NOT EXISTS ${tables.id}`)
  db.exec(`DROP TABLE IF EXISTS ${tablesOf(name).keys}`)
  db.run('UPDATE "/collections" SET indexed = 0 WHERE name = ?', name)
}

/** For a reader: what the hub has not made yet is empty, and so it stays in the file. */
export const makeAbsent = (db: Db, name: string): void => {
  if (!hasTable(db, '/collections')) makeNotes(db, 'TEMP TABLE')
  if (!hasTable(db, name)) makeRows(db, name, 'TEMP TABLE')
}

/** True where the keys of a collection lie in a table of their own. */
export const hasKeysTable = (db: Db, name: string): boolean => hasTable(db, `${name}/keys`)

const hasTable = (db: Db, table: string): boolean =>
  db.one("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", table) !== undefined

const makeRows = (db: Db, name: string, kind: 'TABLE' | 'TEMP TABLE'): void => {
  const { rows, bytes } = definitionsOf(name)
  db.exec(`CREATE ${kind} IF NOT EXISTS ${rows}`)
  if (db.one(`SELECT 1 FROM pragma_table_info('${name}') WHERE name = 'sum'`) === undefined)
    db.exec(`ALTER TABLE ${tablesOf(name).rows} ADD COLUMN sum INTEGER`)
  db.exec(`CREATE ${kind} IF NOT EXISTS ${bytes}`)
}

/** The layout that the file has by now. */
export const layoutOf = (db: Db, name: string): Layout => {
  const kept = db.all('SELECT spec FROM "/indexes" WHERE collection = ? ORDER BY rowid', name)
  const paths = new Set(kept.flatMap(({ spec }) => Object.keys(keyOf(spec))))
  const words = paths.delete(wordsPath)
  paths.delete('_id')
  return { columns: [...paths].map(columnOf), words }
}

/** The specs that are not in the file as they are stated. */
export const newIndexes = (db: Db, name: string, specs: readonly IndexSpec[]): readonly IndexSpec[] =>
  specs.filter((spec) => {
    const kept = db.one('SELECT spec FROM "/indexes" WHERE collection = ? AND name = ?', name, spec.name)
    return kept?.['spec'] !== JSON.stringify(spec)
  })

/** Notes a spec, and forgets the index that had its name before. */
export const noteIndex = (db: Db, name: string, spec: IndexSpec): void => {
  const paths = Object.keys(spec.key)
  if (paths.includes(wordsPath) && paths.length > 1) {
    refuse('QUERY_UNSUPPORTED', `${name}: an index on ${wordsPath} has no other path beside it; ${spec.name} has`)
  }
  db.exec(`DROP INDEX IF EXISTS ${indexName(name, spec)}`)
  const sql = 'INSERT INTO "/indexes" VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET spec = excluded.spec'
  db.run(sql, name, spec.name, JSON.stringify(spec))
}

/** The index over columns that are filled. `sparse` leaves out rows in which that path is absent. */
export const makeIndex = (db: Db, name: string, spec: IndexSpec): void => {
  const sql = indexSql(name, spec)
  if (sql !== undefined) db.exec(sql)
}

/** How that index is made; undefined for the words, which lie in a table of their own. */
export const indexSql = (name: string, spec: IndexSpec): string | undefined => {
  const paths = Object.entries(spec.key)
  if (paths.some(([path]) => path === wordsPath)) return undefined
  const columns = paths.map(([path, way]) => `${columnName(path)} ${way === 1 ? 'ASC' : 'DESC'}`)
  const where = spec.sparse === undefined ? '' : ` WHERE ${columnName(spec.sparse)} IS NOT NULL`
  const unique = spec.unique === true ? 'UNIQUE ' : ''
  return `CREATE ${unique}INDEX ${indexName(name, spec)} ON ${tablesOf(name).rows} (${columns.join(', ')})${where}`
}

/** The quoted column of a path. */
export const columnName = (path: string): string => (path === '_id' ? 'id' : `".${path}"`)

const columnOf = (path: string): Column => ({ path, steps: stepsOf(path), quoted: columnName(path) })

const indexName = (name: string, spec: IndexSpec): string =>
  /^[\w-]+$/.test(spec.name)
    ? `"${name}/${spec.name}"`
    : refuse('QUERY_UNSUPPORTED', `"${spec.name}" is no name for an index`)

const keyOf = (spec: unknown): object => {
  try {
    const read: unknown = JSON.parse(String(spec))
    if (isFields(read) && isFields(read['key'])) return read['key']
  } catch {
    // Told below.
  }
  return refuse('STORE_DAMAGED', 'a note of an index cannot be read')
}
