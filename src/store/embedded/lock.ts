import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { refuse } from '../../kernel/errors.ts'

/**
 * Takes the right to be the one hub on a file: an exclusive lock on an empty file beside it, held by the operating system for
 * as long as the process lives, so that it is gone after `kill -9` too.
 * @returns gives the lock back
 * @throws HubError STORE_LOCKED where another hub, in this process or another, has it
 */
export const takeLock = (file: string): (() => void) => {
  const beside = `${file}.lock`
  closeSync(openSync(beside, 'a', 0o600))
  const lock = new DatabaseSync(beside, { timeout: 0 })
  try {
    // In memory, or a journal file beside the lock would outlive a kill.
    lock.exec('PRAGMA journal_mode = MEMORY')
    lock.exec('BEGIN EXCLUSIVE')
  } catch {
    lock.close()
    refuse('STORE_LOCKED', `${file} is in use by another hub; only one may write to it`, { file })
  }
  return () => lock.close()
}
