import { refuse } from '../../kernel/errors.ts'
import type { IndexSpec } from '../port.ts'
import { cellAt } from './columns.ts'
import { isUniqueFailure } from './failures.ts'
import { type Column, definitionsOf, layoutOf, makeIndex, newIndexes, noteIndex, tablesOf } from './layout.ts'
import { addWord, type Table, wordsOf } from './table.ts'

/**
 * Makes the indexes that are not there yet, and fills them, in one transaction.
 * @returns false where nothing was to be done
 * @throws HubError CONFIG_INVALID where a unique index meets two documents of one value
 */
export const addIndexes = (table: Table, specs: readonly IndexSpec[]): boolean => {
  const { db, name } = table
  const fresh = newIndexes(db, name, specs)
  if (fresh.length === 0) return false
  db.exec('BEGIN IMMEDIATE')
  try {
    for (const spec of fresh) noteIndex(db, name, spec)
    fill(table)
    for (const spec of fresh) makeIndex(db, name, spec)
    db.exec('COMMIT')
    return true
  } catch (error) {
    if (db.inTransaction()) db.exec('ROLLBACK')
    if (!isUniqueFailure(error)) throw error
    return refuse(
      'CONFIG_INVALID',
      `${name}: an index that is to be unique meets two documents of one value: ${error.message}`,
    )
  }
}

const fill = (table: Table): void => {
  const { db, name } = table
  const tables = tablesOf(name)
  const after = layoutOf(db, name)
  const known = new Set(table.layout.columns.map(({ path }) => path))
  const columns = after.columns.filter(({ path }) => !known.has(path))
  const words = after.words && !table.layout.words
  for (const { quoted } of columns) db.exec(`ALTER TABLE ${tables.rows} ADD COLUMN ${quoted}`)
  if (words) db.exec(`CREATE TABLE ${definitionsOf(name).words}`)
  if (columns.length === 0 && !words) return
  for (const { rid } of db.all(`SELECT rid FROM ${tables.rows}`)) fillRow(table, Number(rid), { columns, words })
}

const fillRow = (
  { db, name, load }: Table,
  rid: number,
  { columns, words }: { readonly columns: readonly Column[]; readonly words: boolean },
): void => {
  const document = load(rid)?.document
  if (document === undefined) return
  if (words) for (const word of new Set(wordsOf(document))) addWord(db, name, word, rid)
  if (columns.length === 0) return
  const sql = `UPDATE ${tablesOf(name).rows} SET ${columns.map(({ quoted }) => `${quoted} = ?`).join(', ')} WHERE rid = ?`
  db.run(sql, ...columns.map(({ steps }) => cellAt(document, steps)), rid)
}
