import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { digest } from '../../kernel/digest.ts'
import { HubError, refuse } from '../../kernel/errors.ts'
import type { Program } from '../port.ts'
import { type Db, openDb } from './db.ts'
import { asStoreError } from './failures.ts'

/**
 * Makes the folder and those above it, for their owner only, where they are not there. One by one: Node's own `recursive` never
 * comes back where the system says "no such file" for good, as in /proc.
 * @throws HubError CONFIG_INVALID where a file has the name, STORE_AWAY where it cannot be made
 */
export const makeFolder = (folder: string): void => {
  const found = statSync(folder, { throwIfNoEntry: false })
  if (found?.isDirectory() === true) return
  if (found !== undefined)
    throw new HubError('CONFIG_INVALID', `the data are to lie in "${folder}", which is a file and no folder`, {
      cure: 'Name a folder by data.folder or CROSSDOCK_DATA.',
    })
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (cause) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return
    const why = cause instanceof Error ? cause.message : String(cause)
    const cure = 'Name another by data.folder or CROSSDOCK_DATA.'
    throw new HubError('STORE_AWAY', `the folder "${folder}" cannot be made: ${why}`, { cure }, cause)
  }
}

/**
 * Makes sure the file is there, for its owner only, in a folder that can be written.
 * @returns its path with links followed, so that two names of one file share one lock
 * @throws HubError STORE_AWAY where it cannot be, STORE_DAMAGED where it is no database
 */
export const prepareFile = (file: string): string => {
  try {
    makeFolder(dirname(file))
    closeSync(openSync(file, 'a', 0o600))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new HubError(
      'STORE_AWAY',
      `cannot write ${basename(file)} in the folder ${dirname(file)}: ${why}`,
      { file },
      cause,
    )
  }
  return existing(file)
}

/** For a reader: the file must be there already. */
export const existing = (file: string): string => {
  if (!existsSync(file)) refuse('STORE_AWAY', `${file} is not there; a reader does not make it`, { file })
  const real = realpathSync(file)
  refuseOtherFormats(real)
  return real
}

/**
 * Opens the connection and refuses what is not ours to write.
 * @throws HubError STORE_FOREIGN, STORE_NEWER, STORE_DAMAGED
 */
export const openOurs = (file: string, program: Program, readOnly: boolean): Db => {
  const db = openDb(file, { readOnly })
  try {
    refuseOthers(db, file, program)
    if (!readOnly) makeOurs(db, program)
    if (!readOnly) chmodSync(file, 0o600)
    return db
  } catch (error) {
    db.close()
    throw asStoreError(error, file)
  }
}

const refuseOtherFormats = (file: string): void => {
  const { size } = statSync(file)
  if (size === 0) return
  const head = Buffer.alloc(100)
  const handle = openSync(file, 'r')
  readSync(handle, head, 0, 100, 0)
  closeSync(handle)
  if (head.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
    refuse('STORE_DAMAGED', `${file} is not a database, or its beginning is damaged`, { file })
  }
  const whole = pagesOf(head)
  if (size < whole && !hasJournal(file)) {
    const cure = 'Run `crossdock verify`, and restore the last backup into another folder.'
    refuse('STORE_DAMAGED', `${file} is cut short: it has ${size} bytes, and says that it has ${whole}`, { file, cure })
  }
}

/** Bytes that the file says it has; 0 where it does not say. https://www.sqlite.org/fileformat2.html#the_database_header, read 2026-11-28 */
const pagesOf = (head: Buffer): number => {
  const page = head.readUInt16BE(16)
  const isSaid = head.readUInt32BE(24) === head.readUInt32BE(92)
  return isSaid ? (page === 1 ? 65_536 : page) * head.readUInt32BE(28) : 0
}

/** After a crash pages may still lie in the journal alone. */
const hasJournal = (file: string): boolean => existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0

const refuseOthers = (db: Db, file: string, program: Program): void => {
  const id = numberOf(db, 'application_id')
  const schema = numberOf(db, 'user_version')
  const objects = Number(db.one('SELECT count(*) AS n FROM sqlite_schema')?.['n'])
  if (objects > 0 && id !== applicationId(program.name)) {
    refuse('STORE_FOREIGN', `${file} was not written by ${program.name}; it is left as it is`, { file })
  }
  if (schema > program.schema) {
    const found = `its schema is ${schema}, this program knows ${program.schema}`
    refuse('STORE_NEWER', `${file} was written by a newer ${program.name}: ${found}`, { file, schema })
  }
}

const makeOurs = (db: Db, program: Program): void => {
  // 16 KiB pages halve the pages written for each message; a page size only takes before the first write.
  db.exec('PRAGMA page_size = 16384')
  db.exec('PRAGMA journal_mode = WAL')
  db.exec('PRAGMA synchronous = FULL')
  // No memory map: with one, a failing disk kills the process instead of answering an error.
  db.exec('PRAGMA cache_size = -65536')
  db.exec('PRAGMA temp_store = MEMORY')
  db.exec('PRAGMA wal_autocheckpoint = 2000')
  db.exec('PRAGMA journal_size_limit = 67108864')
  // What is written over or deleted is blanked in the page, which is written anyway: nothing of it stays readable there.
  db.exec('PRAGMA secure_delete = FAST')
  db.exec(`PRAGMA application_id = ${applicationId(program.name)}`)
  db.exec(`PRAGMA user_version = ${program.schema}`)
}

// 31 bits, because SQLite reads the field as a signed number.
const applicationId = (name: string): number => Number.parseInt(digest(name).slice(0, 7), 16)

const numberOf = (db: Db, pragma: string): number => Number(db.one(`PRAGMA ${pragma}`)?.[pragma])
