import type { Entry, Loaded } from './table.ts'
import { copyFields } from './values.ts'

/**
 * Rows as they were last written, so that they need not be loaded and read again: a row of work is claimed, handed out and finished
 * within moments. Each look gives a copy. Rows that lie in the file as something else are never here.
 */
export interface Recent {
  find(rid: number, isBlind: () => boolean): Loaded | undefined
  /** @param row whose document is nobody else's from now on */
  note(row: Loaded, entry: Entry): void
  forget(rid: number): void
}

/** Rows kept; and how long a text may be, in characters: above that, reading it again costs no more than a copy. */
const most = { rows: 1_000, text: 4_096 }

/** @param onRollback where the group is undone, its rows lie in the file as they did before */
export const openRecent = (onRollback: (undo: () => void) => void): Recent => {
  const held = new Map<number, Loaded>()
  return {
    find: (rid, isBlind) => {
      const row = held.get(rid)
      if (row === undefined || (row.unread !== undefined && !isBlind())) return undefined
      return { ...row, document: copyFields(row.document) }
    },
    note: ({ rid, document, unread }, entry) => {
      held.delete(rid)
      if (entry.text.length > most.text || entry.bytes instanceof Uint8Array) return
      held.set(rid, {
        rid,
        document,
        ...(entry.bytes === null || unread === undefined ? {} : { unread }),
        entry: () => entry,
      })
      onRollback(() => held.delete(rid))
      const [oldest] = held.keys()
      if (held.size > most.rows && oldest !== undefined) held.delete(oldest)
    },
    forget: (rid) => {
      held.delete(rid)
    },
  }
}
