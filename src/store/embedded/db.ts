import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite'

export type Row = Readonly<Record<string, SQLOutputValue>>

/** One connection to the file, with its prepared statements kept by their text. */
export interface Db {
  exec(sql: string): void
  one(sql: string, ...cells: readonly SQLInputValue[]): Row | undefined
  all(sql: string, ...cells: readonly SQLInputValue[]): readonly Row[]
  /** Rows as they are stepped to; leaving the loop early ends the statement. */
  each(sql: string, ...cells: readonly SQLInputValue[]): Iterable<Row>
  /** @returns how many rows were changed */
  run(sql: string, ...cells: readonly SQLInputValue[]): number
  isOpen(): boolean
  inTransaction(): boolean
  close(): void
}

/** Filters make statements of many shapes; the oldest make room. */
const keptStatements = 400

/** Opens a connection; pragmas are the caller's. */
export const openDb = (file: string, options: { readonly readOnly: boolean }): Db => {
  const db = new DatabaseSync(file, { readOnly: options.readOnly, timeout: 2_000 })
  const statements = new Map<string, StatementSync>()
  const prepared = (sql: string): StatementSync => {
    const kept = statements.get(sql)
    if (kept !== undefined) return kept
    const [oldest] = statements.keys()
    if (statements.size >= keptStatements && oldest !== undefined) statements.delete(oldest)
    const statement = db.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  return {
    exec: (sql) => db.exec(sql),
    one: (sql, ...cells) => prepared(sql).get(...cells),
    all: (sql, ...cells) => prepared(sql).all(...cells),
    each: (sql, ...cells) => prepared(sql).iterate(...cells),
    run: (sql, ...cells) => Number(prepared(sql).run(...cells).changes),
    isOpen: () => db.isOpen,
    inTransaction: () => db.isTransaction,
    close: () => db.close(),
  }
}
