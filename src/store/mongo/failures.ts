import { MongoBulkWriteError, MongoError, MongoInvalidArgumentError, MongoServerError } from 'mongodb'
import { HubError } from '../../kernel/errors.ts'
import { isDuplicateKey } from '../port.ts'

/** What the driver's error means to a caller: a duplicate key stays as it is; a database that cannot be reached, or is full, is said by name. */
export const asStoreError = (error: unknown, hosts: string): unknown => {
  if (!(error instanceof MongoError || isBrokenRoad(error)) || isDuplicateKey(error)) return error
  const kind = kindOf(error)
  // What the driver says may quote a document, or the address with its password: only the kind of error and its number are told.
  const what = isBrokenRoad(error) ? error.code : `${error.name}${error.code === undefined ? '' : ` ${error.code}`}`
  return new HubError(kind.code, `MongoDB at ${hosts}: ${kind.says} (${what})`, { hosts }, error)
}

interface BrokenRoad extends Error {
  readonly code: string
}

/** A socket that ended a moment ago throws while the driver writes to it, and the driver lets Node's own error through. */
const isBrokenRoad = (error: unknown): error is BrokenRoad =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && broken.has(error.code)

// https://nodejs.org/api/errors.html#common-system-errors and #nodejs-error-codes, read 28 Nov 2026
const broken = new Set([
  ...['EPIPE', 'ECONNRESET', 'ECONNABORTED', 'ECONNREFUSED', 'ENOTCONN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END', 'ERR_SOCKET_CLOSED', 'ERR_SOCKET_CLOSED_BEFORE_CONNECTION'],
])

/** True where the database knows us not: waiting does not help. */
export const isDenied = (error: unknown): boolean =>
  error instanceof MongoError && (error.code === 18 || error.code === 13 || error.code === 8000)

interface Kind {
  readonly code: 'STORE_FULL' | 'STORE_AWAY' | 'UNEXPECTED'
  readonly says: string
}

// https://www.mongodb.com/docs/manual/reference/error-codes/, read 28 Nov 2026
const full = new Set<number | string>([14031, 12501])
const denied: Kind = { code: 'STORE_AWAY', says: 'it refuses the user or the password' }

/** The driver takes no such call; waiting does not mend it. */
const misused: Kind = { code: 'UNEXPECTED', says: 'the driver refuses the call' }

const kindOf = (error: MongoError | BrokenRoad): Kind => {
  if (isDenied(error)) return denied
  if (full.has(error.code ?? 0)) return { code: 'STORE_FULL', says: 'there is no space left' }
  if (error instanceof MongoInvalidArgumentError) return misused
  const answered = error instanceof MongoServerError && !(error instanceof MongoBulkWriteError)
  if (answered && !isPassing(error)) return { code: 'UNEXPECTED', says: 'it refuses' }
  return { code: 'STORE_AWAY', says: 'it does not answer' }
}

const isPassing = (error: MongoServerError): boolean =>
  ['RetryableWriteError', 'TransientTransactionError'].some((label) => error.hasErrorLabel(label)) ||
  waits.has(Number(error.code))

/** Numbers of a server that is stepping down, starting, or not yet sure that a majority has it. */
const waits = new Set([50, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436])
