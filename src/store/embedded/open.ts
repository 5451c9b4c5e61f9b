import { refuse } from '../../kernel/errors.ts'
import type { Collection, Doc, IndexSpec, Program, Store } from '../port.ts'
import { openCollection } from './collection.ts'
import type { Db } from './db.ts'
import { asStoreError } from './failures.ts'
import { existing, openOurs, prepareFile } from './file.ts'
import { addIndexes } from './indexes.ts'
import { deferredKeys, type Keys, plainKeys } from './keys.ts'
import { hasKeysTable, layoutOf, makeAbsent, makeNotes, makeTables } from './layout.ts'
import { takeLock } from './lock.ts'
import { openRecent } from './recent.ts'
import { lastRow, openTable, type Table } from './table.ts'
import { groupedWrites, type Writes } from './writes.ts'

/** How a collection is kept, where that is not as usual. */
export interface CollectionLayout {
  /**
   * `deferred`: keys wait in memory and go into their index sorted, many at once. For collections that grow fast under random
   * keys; a search by a range of `_id`, or an order by `_id` alone, walks through all of it.
   */
  readonly keys: 'deferred'
}

/** What the engine needs to open a file. */
export interface EmbeddedOptions {
  readonly file: string
  readonly program: Program
  readonly collections?: Readonly<Record<string, CollectionLayout>>
  /** Looks into a file that a hub may have open. Writes are refused, and what the hub writes is seen. */
  readonly readOnly?: boolean
  /** With readOnly: everything is seen as it was in one moment, however long the reading takes. */
  readonly snapshot?: true
  /** The file may not grow beyond so many pages of 16 KiB; then STORE_FULL. Unlimited where absent. */
  readonly maxPages?: number
}

/** What the engine did since it was opened. `pages` is how large the file is, in pages of 16 KiB. */
export interface EmbeddedStats {
  readonly groups: number
  readonly writes: number
  readonly failedGroups: number
  readonly pages: number
}

/** The embedded engine of the store: one SQLite file, one process. `stats` is for the metrics. */
export interface EmbeddedStore extends Store {
  stats(): EmbeddedStats
}

/**
 * Opens the file, making it where it is not there.
 * @throws HubError STORE_LOCKED, STORE_FOREIGN, STORE_NEWER, STORE_DAMAGED, STORE_AWAY
 */
export const openEmbedded = (options: EmbeddedOptions): EmbeddedStore => {
  const readOnly = options.readOnly === true
  const file = readOnly ? existing(options.file) : prepareFile(options.file)
  const unlock = readOnly ? () => undefined : takeLock(file)
  try {
    const db = openOurs(file, options.program, readOnly)
    if (options.maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${options.maxPages}`)
    if (!readOnly) makeNotes(db, 'TABLE')
    if (readOnly && options.snapshot === true) {
      db.exec('BEGIN')
      db.one('SELECT count(*) FROM sqlite_schema')
    }
    return storeOn({ db, file, readOnly, options, unlock })
  } catch (error) {
    unlock()
    throw error
  }
}

interface Opened {
  readonly db: Db
  readonly file: string
  readonly readOnly: boolean
  readonly options: EmbeddedOptions
  readonly unlock: () => void
}

const storeOn = (opened: Opened): EmbeddedStore => {
  const { db, file } = opened
  const tables = new Map<string, Table>()
  const collections = new Map<string, ReturnType<typeof openCollection>>()
  const writes: Writes = groupedWrites(db, file, () => {
    for (const { keys } of tables.values()) keys.indexSome()
  })
  const open = (name: string) => {
    if (!db.isOpen()) refuse('STORE_AWAY', `${file} is closed`)
    tables.set(name, tableOf(opened, writes, name))
    const table = (): Table => tables.get(name) ?? refuse('STORE_AWAY', `${file} is closed`)
    const createIndexes = (specs: readonly IndexSpec[]): void => {
      writes.flush()
      if (addIndexes(table(), specs))
        tables.set(
          name,
          openTable(db, name, { ...table(), layout: layoutOf(db, name), recent: openRecent(writes.onRollback) }),
        )
    }
    return openCollection({ table, writes, file, readOnly: opened.readOnly, createIndexes })
  }
  return {
    collection: <T extends Doc>(name: string) => {
      const collection = collections.get(name) ?? open(name)
      collections.set(name, collection)
      // What lies in a collection is the caller's to say, here as with MongoDB's driver; the engine keeps any shape.
      return collection as unknown as Collection<T>
    },
    ping: async () => {
      if (!db.isOpen()) refuse('STORE_AWAY', `${file} is closed`)
      db.one('SELECT 1')
    },
    close: async () => close(opened, writes, tables),
    stats: () => ({ ...writes.counts, pages: Number(db.one('PRAGMA page_count')?.['page_count']) }),
  }
}

const tableOf = ({ db, file, readOnly, options }: Opened, writes: Writes, name: string): Table => {
  try {
    if (readOnly) makeAbsent(db, name)
    else makeTables(db, name, options.collections?.[name]?.keys === 'deferred')
    const how = { onRollback: writes.onRollback, reader: readOnly }
    const keys: Keys = hasKeysTable(db, name) ? deferredKeys(db, name, how) : plainKeys(db, name)
    const recent = openRecent(writes.onRollback)
    return openTable(db, name, { layout: layoutOf(db, name), keys, recent, rids: { last: lastRow(db, name) } })
  } catch (error) {
    throw asStoreError(error, file)
  }
}

const close = ({ db, readOnly, unlock }: Opened, writes: Writes, tables: Map<string, Table>): void => {
  if (!db.isOpen()) return
  writes.flush()
  tables.clear()
  try {
    if (!readOnly) db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    db.close()
    unlock()
  }
}
