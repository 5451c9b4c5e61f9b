import { refuse } from '../../kernel/errors.ts'
import type { IndexSpec } from '../port.ts'
import type { Db } from './db.ts'
import { type Steps, stepsOf } from './paths.ts'

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
  const tables = tablesOf(name)
  makeRows(db, name, 'TABLE')
  db.run('INSERT INTO "/collections" (name) VALUES (?) ON CONFLICT DO NOTHING', name)
  if (deferred) {
    db.exec(`DROP INDEX IF EXISTS "${name}/id"`)
    db.exec(`CREATE TABLE IF NOT EXISTS ${tables.keys} (id PRIMARY KEY, rid INTEGER NOT NULL) WITHOUT ROWID`)
    return
  }
  db.exec(`CREATE UNIQUE INDEX IF NOT EXISTS "${name}/id" ON ${tables.rows} (id)`)
  db.exec(`DROP TABLE IF EXISTS ${tables.keys}`)
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
  const { rows, bytes } = tablesOf(name)
  db.exec(`CREATE ${kind} IF NOT EXISTS ${rows} (rid INTEGER PRIMARY KEY, id NOT NULL, doc TEXT NOT NULL)`)
  // Apart, so that a change of state does not rewrite the body, and bodies lie close together.
  db.exec(`CREATE ${kind} IF NOT EXISTS ${bytes} (rid INTEGER PRIMARY KEY, bytes BLOB NOT NULL)`)
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
  const paths = Object.entries(spec.key)
  if (paths.some(([path]) => path === wordsPath)) return
  const columns = paths.map(([path, way]) => `${columnName(path)} ${way === 1 ? 'ASC' : 'DESC'}`)
  const where = spec.sparse === undefined ? '' : ` WHERE ${columnName(spec.sparse)} IS NOT NULL`
  const unique = spec.unique === true ? 'UNIQUE ' : ''
  db.exec(`CREATE ${unique}INDEX ${indexName(name, spec)} ON ${tablesOf(name).rows} (${columns.join(', ')})${where}`)
}

/** The quoted column of a path. */
export const columnName = (path: string): string => (path === '_id' ? 'id' : `".${path}"`)

const columnOf = (path: string): Column => ({ path, steps: stepsOf(path), quoted: columnName(path) })

const indexName = (name: string, spec: IndexSpec): string =>
  /^[\w-]+$/.test(spec.name)
    ? `"${name}/${spec.name}"`
    : refuse('QUERY_UNSUPPORTED', `"${spec.name}" is no name for an index`)

const keyOf = (spec: unknown): object => {
  const read: unknown = JSON.parse(String(spec))
  return typeof read === 'object' && read !== null && 'key' in read && typeof read.key === 'object' && read.key !== null
    ? read.key
    : refuse('STORE_DAMAGED', 'a note of an index cannot be read')
}
