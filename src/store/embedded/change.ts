import type { Filter, Sort, Update, UpdateAnswer } from '../port.ts'
import { holdsBytes } from './codec.ts'
import { type Query, queryOf, rowsOf } from './scan.ts'
import type { Loaded, Table } from './table.ts'
import { type Apply, seedOf, updateOf } from './update.ts'
import type { Fields } from './values.ts'

/** A write, read from the caller at once and done within a group. */
export type Work<T> = (table: Table) => T

/** @throws HubError QUERY_UNSUPPORTED where the document cannot be kept as it is */
export const insertOf = (table: Table, document: object): Work<{ readonly insertedId: string }> => {
  const entry = table.entryOf({ ...document })
  return (rows) => {
    rows.insert(entry)
    return { insertedId: entry.id }
  }
}

interface Changing {
  readonly filter: Filter
  readonly update: Update
  readonly upsert: boolean
  readonly many: boolean
}

/** `updateOne` and `updateMany`. */
export const changeOf = ({ filter, update, upsert, many }: Changing): Work<UpdateAnswer> => {
  const query = queryOf(filter, { isBlind: () => !holdsBytes(update), ...(many ? {} : { limit: 1 }) })
  const apply = updateOf(update)
  return (table) => {
    const rows = [...rowsOf(table, query)]
    if (rows.length === 0 && upsert) {
      table.insert(table.entryOf(seeded(query, apply)))
      return { matchedCount: 0, modifiedCount: 0, upsertedCount: 1 }
    }
    let modifiedCount = 0
    for (const row of rows) if (changed(table, row, apply)) modifiedCount += 1
    return { matchedCount: rows.length, modifiedCount, upsertedCount: 0 }
  }
}

interface FindingAndChanging {
  readonly filter: Filter
  readonly update: Update
  readonly returnDocument: 'before' | 'after'
  readonly upsert?: boolean
  readonly sort?: Sort
}

/** `findOneAndUpdate`; the document is read anew before or after, so it shares nothing with what was written. */
export const findAndChangeOf = (asked: FindingAndChanging): Work<Fields | null> => {
  const query = queryOf(asked.filter, { sort: asked.sort ?? {}, limit: 1, isBlind: () => !holdsBytes(asked.update) })
  const apply = updateOf(asked.update)
  return (table) => {
    const [row] = rowsOf(table, query)
    if (row === undefined) {
      if (asked.upsert !== true) return null
      const entry = table.entryOf(seeded(query, apply))
      table.insert(entry)
      return asked.returnDocument === 'before' ? null : documentAt(table, table.keys.rowOf(entry.id))
    }
    const before = asked.returnDocument === 'before' ? documentAt(table, row.rid) : null
    changed(table, row, apply)
    return before ?? documentAt(table, row.rid)
  }
}

/** `deleteMany`. */
export const removeOf = (filter: Filter): Work<{ readonly deletedCount: number }> => {
  const query = queryOf(filter, { isBlind: () => true })
  return (table) => {
    const rows = [...rowsOf(table, query)]
    for (const row of rows) table.remove(row)
    return { deletedCount: rows.length }
  }
}

const changed = (table: Table, row: Loaded, apply: Apply): boolean => {
  const before = row.entry()
  apply(row.document, { inserting: false })
  return table.replace(row, before)
}

const seeded = ({ filter }: Query, apply: Apply): Fields => {
  const document = seedOf(filter)
  apply(document, { inserting: true })
  return document
}

const documentAt = (table: Table, rid: number | undefined): Fields | null =>
  rid === undefined ? null : (table.load(rid)?.document ?? null)
