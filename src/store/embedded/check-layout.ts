import type { IndexSpec } from '../port.ts'
import type { FileFault } from './check.ts'
import type { Db } from './db.ts'
import { definitionsOf, indexSql, layoutOf, tablesOf } from './layout.ts'
import { isFields } from './values.ts'

/** Whether the tables and indexes of a collection are as this program makes them, and the notes of its indexes too. */
export function* layoutFaults(db: Db, name: string): Generator<FileFault> {
  const fault = (sentence: string): FileFault => ({ where: name, sentence })
  const made = objectsOf(db, name)
  const standard = definitionsOf(name)
  const rows = made.get(name)
  if (rows?.replace(grown, '') !== `CREATE TABLE ${standard.rows}`.replace(grown, ''))
    yield fault('the table of its rows is not as it was made')
  if (!made.has(`${name}/id`) && !made.has(`${name}/keys`)) yield fault('nothing finds its rows by their keys')
  const { columns, words } = layoutOf(db, name)
  for (const { quoted, path } of columns)
    if (rows?.includes(`, ${quoted}`) !== true) yield fault(`there is no column for the index on ${path}`)
  for (const [object, sql] of besides(standard, words))
    if (
      made.has(`${name}/${object}`) ? made.get(`${name}/${object}`) !== sql : object === 'words' || object === 'bytes'
    )
      yield fault(`what it keeps of ${object} is not as it was made`)
  for (const note of db.all('SELECT name, spec FROM "/indexes" WHERE collection = ?', name)) {
    const spec = specIn(note['spec'])
    const sql = spec === undefined ? 'none' : indexSql(name, spec)
    const isMade = sql === undefined || made.get(`${name}/${spec?.name}`) === sql
    if (spec?.name !== note['name'] || !isMade)
      yield fault(`its index "${String(note['name'])}", or the note of it, is not as it was made`)
  }
}

/** Tables and indexes of a collection, each with how it was made. */
const objectsOf = (db: Db, name: string): ReadonlyMap<string, string> => {
  const sql = 'SELECT name, sql FROM sqlite_schema WHERE tbl_name = ? OR tbl_name LIKE ?'
  return new Map(db.all(sql, name, `${name}/%`).map((row) => [String(row['name']), String(row['sql'])]))
}

/** Columns that came later: of an index, and the checksum. */
const grown = /, (?:"\.[^"]+"|sum INTEGER)/g

const besides = (
  { bytes, keys, id, words }: ReturnType<typeof definitionsOf>,
  hasWords: boolean,
): readonly (readonly [object: string, sql: string])[] => [
  ['bytes', `CREATE TABLE ${bytes}`],
  ['keys', `CREATE TABLE ${keys}`],
  ['id', `CREATE UNIQUE INDEX ${id}`],
  ...(hasWords ? [['words', `CREATE TABLE ${words}`] as const] : []),
]

const specIn = (text: unknown): IndexSpec | undefined => {
  try {
    const spec: unknown = JSON.parse(String(text))
    return isSpec(spec) ? spec : undefined
  } catch {
    return undefined
  }
}

const isSpec = (spec: unknown): spec is IndexSpec =>
  isFields(spec) &&
  typeof spec['name'] === 'string' &&
  isFields(spec['key']) &&
  Object.values(spec['key']).every((way) => way === 1 || way === -1) &&
  Object.keys(spec).every((field) => known.has(field))
const known: ReadonlySet<string> = new Set(['name', 'key', 'unique', 'sparse'])

/** Keys that lie in a table of their own lead to their rows, and every row that is said to have one there has. */
export function* keyFaults(db: Db, name: string): Generator<FileFault> {
  const { rows, keys } = tablesOf(name)
  const indexed = Number(db.one('SELECT indexed FROM "/collections" WHERE name = ?', name)?.['indexed'])
  const lost = `SELECT r.rid FROM ${rows} r LEFT JOIN ${keys} k ON k.id = r.id WHERE r.rid <= ? AND k.rid IS NOT r.rid`
  for (const { rid } of db.each(lost, indexed))
    yield { where: name, sentence: `row ${String(rid)} is not found by its key` }
  const astray = `SELECT k.rid FROM ${keys} k LEFT JOIN ${rows} r ON r.rid = k.rid WHERE r.id IS NOT k.id`
  for (const { rid } of db.each(astray))
    yield { where: name, sentence: `a key leads to row ${String(rid)}, which has another` }
}
