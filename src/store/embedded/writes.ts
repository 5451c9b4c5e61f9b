import { HubError } from '../../kernel/errors.ts'
import type { Db } from './db.ts'
import { asStoreError, DuplicateKey } from './failures.ts'

/**
 * Group commit. Everything queued in a few turns of the event loop runs in one transaction; no promise settles before it is
 * durable. A duplicate key or a refused operator is the outcome of one write and leaves the others be, but is told after the
 * commit too: until then the row it collided with may still be lost. Any other error undoes the whole group.
 */
export interface Writes {
  enqueue<T>(work: () => T): Promise<T>
  /** Commits what is queued at once. */
  flush(): void
  /** Within `work`: what to undo in memory if the group is rolled back. */
  onRollback(undo: () => void): void
  readonly counts: { groups: number; writes: number; failedGroups: number }
}

interface Queued {
  readonly run: () => void
  readonly settle: () => void
  readonly reject: (error: unknown) => void
}

/** So many turns of the event loop may one group gather; a third one brought next to nothing. */
const mostTurns = 2

/** @param beforeCommit housekeeping that rides along with each group */
export const groupedWrites = (db: Db, file: string, beforeCommit: () => void): Writes => {
  let queue: Queued[] = []
  let undos: (() => void)[] = []
  const counts = { groups: 0, writes: 0, failedGroups: 0 }

  const commit = (group: readonly Queued[]): void => {
    db.run('BEGIN IMMEDIATE')
    for (const { run } of group) run()
    beforeCommit()
    db.run('COMMIT')
  }
  const undo = (): void => {
    if (db.isOpen() && db.inTransaction()) db.exec('ROLLBACK')
    for (const each of undos.reverse()) each()
  }
  // A turn that brought writes is often followed by one that brings more: one commit then serves both. A third fewer commits were
  // counted under load, at the cost of one turn where there is none.
  const flushSoon = (seen: number, turns: number): void => {
    setImmediate(() => {
      if (queue.length > seen && turns > 1) flushSoon(queue.length, turns - 1)
      else flush()
    })
  }
  const flush = (): void => {
    const group = queue
    if (group.length === 0) return
    queue = []
    undos = []
    try {
      commit(group)
      counts.groups += 1
      counts.writes += group.length
      for (const { settle } of group) settle()
    } catch (error) {
      undo()
      counts.failedGroups += 1
      for (const { reject } of group) reject(asStoreError(error, file))
    }
  }
  return {
    enqueue: (work) =>
      new Promise((resolve, reject) => {
        if (queue.length === 0) flushSoon(0, mostTurns)
        queue.push(queued(work, resolve, reject))
      }),
    flush,
    onRollback: (each) => void undos.push(each),
    counts,
  }
}

const queued = <T>(work: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): Queued => {
  let settle = (): void => undefined
  const run = (): void => {
    try {
      const value = work()
      settle = () => resolve(value)
    } catch (error) {
      if (!(error instanceof DuplicateKey) && !(error instanceof HubError)) throw error
      settle = () => reject(error)
    }
  }
  return { run, settle: () => settle(), reject }
}
