import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, renameSync, rmSync } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import { pipeline as piped } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { HubError } from '../../kernel/errors.ts'
import type { Doc, Store } from '../port.ts'
import { pack, unpack } from './packed.ts'
import { batchesOf, type CollectionName, collections } from './walk.ts'

/** Rows by collection. */
export type Counts = Readonly<Record<string, number>>

export interface Moved {
  readonly where: CollectionName
  readonly rows: number
}

/**
 * A backup is gzipped text: a line that says what it is, a line a document, and a last line with counts and a digest over all before it.
 * So one that was cut or changed is known before anything is taken from it.
 */
export const writeArchive = async (
  store: Pick<Store, 'collection'>,
  { file, head, progress }: { readonly file: string; readonly head: Head; readonly progress: (moved: Moved) => void },
): Promise<Counts> => {
  const counts: Record<string, number> = {}
  const hash = createHash('sha256')
  const lines = async function* (): AsyncGenerator<string> {
    const line = (value: string): string => {
      hash.update(`${value}\n`)
      return `${value}\n`
    }
    yield line(JSON.stringify(head))
    for (const name of collections) {
      counts[name] = 0
      for await (const page of batchesOf(store, name)) {
        counts[name] += page.length
        yield page.map((document) => line(`{"in":"${name}","document":${pack(document)}}`)).join('')
        progress({ where: name, rows: counts[name] })
      }
    }
    yield `${JSON.stringify({ end: true, counts, digest: hash.digest('hex') })}\n`
  }
  const unfinished = `${file}.part`
  try {
    rmSync(unfinished, { force: true })
    await piped(
      Readable.from(lines()),
      createGzip({ level: 6 }),
      createWriteStream(unfinished, { mode: 0o600, flags: 'wx', flush: true }),
    )
    renameSync(unfinished, file)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw asWriteError(error, file)
  }
  return counts
}

const asWriteError = (error: unknown, file: string): unknown => {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT')
    return new HubError('STORE_FULL', `there is no space left for "${file}"`, {}, error)
  return new HubError('USAGE', `"${file}" cannot be written (${String(error.code)})`, {}, error)
}

/** What a backup says of itself in its first line. */
export interface Head {
  readonly backup: 'crossdock'
  readonly schema: number
  readonly at: string
}

/** A backup that was read to its end and found whole. */
export interface Checked {
  readonly head: Head
  readonly counts: Counts
  readonly digest: string
}

/** Reads a backup through to its end. @throws BACKUP_DAMAGED it was cut, or is not as it was written, or is none */
export const checkArchive = async (file: string): Promise<Checked> => {
  const hash = createHash('sha256')
  const counts: Record<string, number> = {}
  let head: Head | undefined
  let end: { readonly counts: Counts; readonly digest: string } | undefined
  for await (const { text, value } of linesOf(file)) {
    if (end !== undefined) throw damaged(file, 'something stands after its end')
    if (head === undefined) {
      if (!isHead(value)) throw damaged(file, 'it does not begin as a backup does')
      head = value
    } else if (isEnd(value)) {
      end = value
      continue
    } else if (isLine(value)) counts[value.in] = (counts[value.in] ?? 0) + 1
    else throw damaged(file, 'a line of it is none')
    hash.update(`${text}\n`)
  }
  if (head === undefined || end === undefined) throw damaged(file, 'it is cut short')
  if (end.digest !== hash.digest('hex')) throw damaged(file, 'its digest differs: it is not as it was written')
  if (collections.some((name) => (end?.counts[name] ?? 0) !== (counts[name] ?? 0)))
    throw damaged(file, 'it does not hold as many documents as it says')
  return { head, ...end }
}

/** The documents of a backup that was checked. */
export async function* documentsIn(
  file: string,
): AsyncGenerator<{ readonly where: CollectionName; readonly document: Doc; readonly bytes: number }> {
  for await (const { text, value } of linesOf(file))
    if (isLine(value)) yield { where: value.in, document: unpack(value.document), bytes: text.length }
}

async function* linesOf(file: string): AsyncGenerator<{ readonly text: string; readonly value: unknown }> {
  // The callback hears of a failure too; it is the reading below that tells of it.
  const unzipped = pipeline(createReadStream(file), createGunzip(), () => undefined)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  try {
    for await (const chunk of unzipped) {
      const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = pieces.pop() ?? ''
      for (const text of pieces) yield { text, value: JSON.parse(text) }
    }
  } catch (cause) {
    throw damaged(file, 'it is cut short, or is no backup', cause)
  } finally {
    unzipped.destroy()
  }
  if (rest !== '') throw damaged(file, 'it is cut short')
}

const damaged = (file: string, why: string, cause?: unknown): HubError =>
  cause instanceof HubError
    ? cause
    : new HubError('BACKUP_DAMAGED', `${file}: ${why}; nothing was taken from it`, { file }, cause)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const isHead = (value: unknown): value is Head & Readonly<Record<string, unknown>> =>
  isObject(value) &&
  value['backup'] === 'crossdock' &&
  typeof value['schema'] === 'number' &&
  typeof value['at'] === 'string'

const isEnd = (value: unknown): value is { readonly counts: Counts; readonly digest: string } =>
  isObject(value) && value['end'] === true && isObject(value['counts']) && typeof value['digest'] === 'string'

const isLine = (value: unknown): value is { readonly in: CollectionName; readonly document: unknown } =>
  isObject(value) && collections.some((name) => name === value['in']) && isObject(value['document'])
