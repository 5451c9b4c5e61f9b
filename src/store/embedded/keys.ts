import { idCell, idOf } from './columns.ts'
import type { Db } from './db.ts'
import { tablesOf } from './layout.ts'

/** Where the row of an id is. */
export interface Keys {
  rowOf(id: string): number | undefined
  /** True where the key is known already; where only the insert itself can tell, false. */
  isSeen(id: string): boolean
  added(id: string, rid: number): void
  removed(id: string): void
  /** Rides along with a group of writes and puts some waiting keys into the index. */
  indexSome(): void
}

type OnRollback = (undo: () => void) => void

/** Keys in a unique index of the table itself. */
export const plainKeys = (db: Db, name: string): Keys => {
  const sql = `SELECT rid FROM ${tablesOf(name).rows} WHERE id = ?`
  return {
    rowOf: (id) => rowIn(db, sql, id),
    isSeen: () => false,
    added: () => undefined,
    removed: () => undefined,
    indexSome: () => undefined,
  }
}

/** So many keys wait before they are sorted: each index page is then written once for many of them. */
const fullTail = 16_384
/** How many go in with one group at least; more than a group adds, so that the tail shrinks. */
const smallestSlice = 64

/**
 * Keys that wait in a map and go into their index later, sorted, a slice with each group. Random keys otherwise dirty one page
 * each. What waits is found again at start: the rows above the mark in the notes.
 */
export const deferredKeys = (
  db: Db,
  name: string,
  how: { readonly onRollback: OnRollback; readonly reader: boolean },
): Keys => {
  const tables = tablesOf(name)
  const find = `SELECT rid FROM ${tables.keys} WHERE id = ?`
  const tail = new Map<string, number>()
  let known = Number(db.one('SELECT indexed FROM "/collections" WHERE name = ?', name)?.['indexed'])
  let waiting: string[] = []
  let waitingTo = 0
  let added = 0

  const catchUp = (): void => {
    for (const row of db.each(`SELECT rid, id FROM ${tables.rows} WHERE rid > ? ORDER BY rid`, known)) {
      known = Number(row['rid'])
      tail.set(idOf(row['id']), known)
    }
  }
  const indexSlice = (count: number): void => {
    const moved: [string, number][] = []
    for (const id of waiting.splice(-count)) {
      const rid = tail.get(id)
      if (rid !== undefined) moved.push([id, rid])
    }
    how.onRollback(() => {
      for (const [id, rid] of moved) tail.set(id, rid)
      waiting.push(...moved.map(([id]) => id))
    })
    for (const [id, rid] of moved) {
      db.run(`INSERT INTO ${tables.keys} VALUES (?, ?) ON CONFLICT DO UPDATE SET rid = excluded.rid`, idCell(id), rid)
      tail.delete(id)
    }
    if (waiting.length === 0) db.run('UPDATE "/collections" SET indexed = ? WHERE name = ?', waitingTo, name)
  }
  const rowOf = (id: string): number | undefined => {
    if (how.reader) catchUp()
    return tail.get(id) ?? rowIn(db, find, id)
  }
  catchUp()
  return {
    rowOf,
    isSeen: (id) => rowOf(id) !== undefined,
    added: (id, rid) => {
      known = rid
      added += 1
      tail.set(id, rid)
      how.onRollback(() => tail.delete(id))
    },
    removed: (id) => {
      const rid = tail.get(id)
      if (rid !== undefined) how.onRollback(() => tail.set(id, rid))
      tail.delete(id)
      db.run(`DELETE FROM ${tables.keys} WHERE id = ?`, idCell(id))
    },
    indexSome: () => {
      if (waiting.length === 0 && tail.size >= fullTail) {
        waiting = [...tail.keys()].sort()
        waitingTo = known
      }
      if (waiting.length > 0) indexSlice(Math.max(smallestSlice, added * 2))
      added = 0
    },
  }
}

const rowIn = (db: Db, sql: string, id: string): number | undefined => {
  const row = db.one(sql, idCell(id))
  return row === undefined ? undefined : Number(row['rid'])
}
