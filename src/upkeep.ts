import { existsSync, statSync } from 'node:fs'
import { isLocalKey } from './cli/start.ts'
import type { Done, UpkeepOptions, VerifyUpkeep } from './cli/upkeep.ts'
import { knowReceipts } from './flow/know-receipts.ts'
import { verify } from './flow/verify.ts'
import { asHubError, HubError } from './kernel/errors.ts'
import { type Placed, placeNamed, placeOf } from './places.ts'
import { checkFile } from './store/embedded/check.ts'
import { checkArchive, documentsIn, type Moved, writeArchive } from './store/moving/archive.ts'
import { beginArrival, endArrival, endJourney, refuseMoved, refuseMovedFrom } from './store/moving/arrival.ts'
import { copyAll, insertAll } from './store/moving/copy.ts'
import { batchesOf, countsOf } from './store/moving/walk.ts'
import type { Doc, Store } from './store/port.ts'
import { openRepositories } from './store/repositories.ts'
import { storeProgram } from './wire.ts'

const within = async <T>(store: Store, work: (store: Store) => Promise<T>): Promise<T> => {
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** Tells how far it is, of how much there is where somebody watches. */
const progressOver = async (store: Store, { progress, isWatched }: UpkeepOptions): Promise<(moved: Moved) => void> => {
  if (!isWatched) return () => undefined
  const counts = await countsOf(store)
  return ({ where, rows }) => progress({ where, rows, of: Math.max(rows, counts[where] ?? 0) })
}

/** Holds all that is kept against what must always be true; the file itself first, where there is one. */
export const verifyData = async (setup: Placed, { fault, ...options }: VerifyUpkeep): Promise<Done> => {
  const place = placeOf(setup)
  if (place.file !== undefined && existsSync(place.file)) {
    const faults = checkFile(place.file, storeProgram)
    for (const one of faults) fault(one)
    // What cannot be read cannot be understood either.
    if (faults.length > 0) return { place: place.name, counts: {} }
  }
  return within(await place.openToRead(), async (store) => {
    const counts = await verify({ store, batchesOf, fault, progress: await progressOver(store, options) })
    await refuseMoved(store).catch((error: unknown) => fault({ where: 'meta', sentence: asHubError(error).message }))
    return { place: place.name, counts }
  })
}

/** Writes everything into one file, beside a hub that may be at work. @throws USAGE the file is there, or cannot be written · STORE_FULL */
export const backUp = async (setup: Placed, file: string, options: UpkeepOptions): Promise<Done> => {
  if (existsSync(file)) throw new HubError('USAGE', `"${file}" is there already; a backup replaces nothing`)
  const head = { backup: 'crossdock', schema: storeProgram.schema, at: new Date().toISOString() } as const
  return within(await placeOf(setup).openToRead(), async (store) => {
    const progress = await progressOver(store, options)
    return { place: file, counts: await writeArchive(store, { file, head, progress }) }
  })
}

/**
 * Takes everything out of a backup, after it was read to its end and found whole; goes on with a restore of it that was broken off.
 * @throws BACKUP_DAMAGED · TARGET_TAKEN · STORE_NEWER
 */
export const restore = async (setup: Placed, file: string, { progress }: UpkeepOptions): Promise<Done> => {
  if (!existsSync(file) || !statSync(file).isFile()) throw new HubError('USAGE', `expected a backup, got "${file}"`)
  const { head, counts, digest } = await checkArchive(file)
  if (head.schema > storeProgram.schema)
    throw new HubError('STORE_NEWER', `${file} was written by a newer program: its schema is ${head.schema}`)
  const place = placeOf(setup)
  return within(await place.open(), async (store) => {
    const coming = { by: 'restore', from: `the backup of ${head.at} (${digest.slice(0, 12)})` } as const
    await beginArrival(store, { coming, place: place.name })
    for await (const { where, page, rows } of pagesIn(file)) {
      await insertAll(store, where, page)
      progress({ where, rows, of: counts[where] ?? rows })
    }
    await setFree(store)
    await knowReceipts({ store, batches: batchesOf }, new Date())
    await endArrival(store)
    return { place: place.name, counts }
  })
}

const mostBytes = 8 * 1024 * 1024

/** The documents of a backup, as many together as one insert takes well. */
async function* pagesIn(file: string): AsyncGenerator<Moved & { readonly page: readonly Doc[] }> {
  let open: { where: Moved['where']; rows: number; page: Doc[]; bytes: number } | undefined
  for await (const { where, document, bytes } of documentsIn(file)) {
    if (open !== undefined && (open.where !== where || open.page.length === 500 || open.bytes > mostBytes)) {
      yield open
      open = { where, rows: open.where === where ? open.rows : 0, page: [], bytes: 0 }
    }
    open ??= { where, rows: 0, page: [], bytes: 0 }
    open.page.push(document)
    open.rows += 1
    open.bytes += bytes
  }
  if (open !== undefined) yield open
}

/** Moves everything to another place, or goes on with a move that was broken off. @throws TARGET_TAKEN · MOVE_DIFFERS · STORE_LOCKED · STORE_MOVED */
export const move = async (setup: Placed, text: string, options: UpkeepOptions): Promise<Done & { from: string }> => {
  const [source, target] = [placeOf(setup), placeNamed(setup, text)]
  const names = { from: source.name, to: target.name }
  if (names.from === names.to) throw new HubError('USAGE', `${names.to} is where the data are`)
  // Opened for reading first: it says where there are none.
  await within(await source.openToRead(), async () => undefined)
  return within(await source.open(), async (from) => {
    await source.refuseBusy(from)
    return within(await target.open(), async (to) => {
      await refuseMovedFrom({ from, to, names })
      const counts = await copyAll({ from, to, names, progress: await progressOver(from, options) })
      await setFree(to)
      await endJourney({ from, to, names })
      return { place: names.to, from: names.from, counts }
    })
  })
}

/** Nobody is at work on what was just brought here, and no verb has a key for it yet. Makes the indexes as well. */
const setFree = async (store: Store): Promise<void> => {
  const { freeLeases, keys } = await openRepositories(store)
  await freeLeases(new Date())
  const local = (await keys.list()).filter(({ name }) => isLocalKey(name))
  await Promise.all(local.map(({ _id }) => keys.remove(_id)))
}
