import { existsSync, statSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import type { UpkeepOptions } from './cli/upkeep.ts'
import { type StoreFault, verify } from './flow/verify.ts'
import { HubError } from './kernel/errors.ts'
import { checkFile } from './store/embedded/check.ts'
import { openEmbedded } from './store/embedded/open.ts'
import { type Counts, checkArchive, documentsIn, writeArchive } from './store/moving/archive.ts'
import { copyAll, endJourney, insertAll, refuseMoved } from './store/moving/copy.ts'
import { batchesOf, isEmpty } from './store/moving/walk.ts'
import type { Doc, Store } from './store/port.ts'
import { openRepositories } from './store/repositories.ts'
import { type Checked, dataFile, openStore, storeProgram } from './wire.ts'

type Placed = Pick<Checked, 'config' | 'servers'>

/** Where data are: a database, or a folder with its file. */
export interface Place {
  /** As it may be shown: no user, no password. */
  readonly name: string
  /** @throws STORE_LOCKED a hub is at work there */
  open(): Promise<Store>
  /** Beside a hub that may be at work. @throws NOT_FOUND there are no data */
  openToRead(): Promise<Store>
}

/** The place that config and environment name. */
export const placeOf = ({ config, servers }: Placed): Place =>
  servers.mongo === undefined ? folderPlace(config.data.folder) : databasePlace({ config, servers }, servers.mongo)

/** Another place, as the words of a verb name it: an address of MongoDB, or a folder. */
export const placeNamed = (placed: Placed, text: string): Place =>
  /^mongodb(\+srv)?:\/\//.test(text) ? databasePlace(placed, text) : folderPlace(text)

const databasePlace = ({ config }: Placed, url: string): Place => {
  const open = (): Promise<Store> => openStore({ config, servers: { mongo: url } })
  const address = URL.canParse(url) ? new URL(url) : undefined
  const database = address?.pathname.slice(1) || 'crossdock'
  return { name: `MongoDB at ${address?.host ?? '?'}, database ${database}`, open, openToRead: open }
}

const folderPlace = (folder: string): Place => {
  const file = join(folder, dataFile)
  return {
    name: isAbsolute(file) ? file : resolve(file),
    open: async () => openEmbedded({ file, program: storeProgram, collections: { inbox: { keys: 'deferred' } } }),
    openToRead: async () => {
      if (!existsSync(file))
        throw new HubError('NOT_FOUND', `there are no data in "${folder}" yet`, {
          cure: 'Name their folder by data.folder or CROSSDOCK_DATA, or their database by MONGO_URL.',
        })
      return openEmbedded({ file, program: storeProgram, readOnly: true, snapshot: true })
    },
  }
}

const within = async <T>(store: Store, work: (store: Store) => Promise<T>): Promise<T> => {
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** Holds all that is kept against what must always be true; the file itself first, where there is one. */
export const verifyData = async (
  setup: Placed,
  options: UpkeepOptions & { readonly fault: (fault: Omit<StoreFault, 'id'> & { readonly id?: string }) => void },
): Promise<Counts> => {
  const place = placeOf(setup)
  if (setup.servers.mongo === undefined && existsSync(place.name)) {
    const faults = checkFile(place.name, storeProgram)
    for (const fault of faults) options.fault(fault)
    // What cannot be read cannot be understood either.
    if (faults.length > 0) return {}
  }
  return within(await place.openToRead(), (store) => verify({ store, batchesOf, ...options }))
}

/** Writes everything into one file, beside a hub that may be at work. */
export const backUp = async (setup: Placed, file: string, { progress }: UpkeepOptions): Promise<Counts> => {
  if (existsSync(file)) throw new HubError('USAGE', `"${file}" is there already; a backup replaces nothing`)
  return within(await placeOf(setup).openToRead(), (store) =>
    writeArchive(store, {
      file,
      head: { backup: 'crossdock', schema: storeProgram.schema, at: new Date().toISOString() },
      progress,
    }),
  )
}

/** Takes everything out of a backup, after it was read to its end and found whole. @throws BACKUP_DAMAGED · TARGET_TAKEN · STORE_NEWER */
export const restore = async (setup: Placed, file: string, { progress }: UpkeepOptions): Promise<Counts> => {
  if (!existsSync(file) || !statSync(file).isFile()) throw new HubError('USAGE', `expected a backup, got "${file}"`)
  const { head, counts } = await checkArchive(file)
  if (head.schema > storeProgram.schema)
    throw new HubError('STORE_NEWER', `${file} was written by a newer program: its schema is ${head.schema}`)
  const place = placeOf(setup)
  return within(await place.open(), async (store) => {
    if (!(await isEmpty(store)))
      throw new HubError('TARGET_TAKEN', `${place.name} holds data already; it is left as it is`)
    const done: Record<string, number> = {}
    let page: Doc[] = []
    let from: Parameters<typeof insertAll>[1] | undefined
    const flush = async (): Promise<void> => {
      if (from !== undefined && page.length > 0) await insertAll(store, from, page)
      page = []
    }
    for await (const { where, document } of documentsIn(file)) {
      if (where !== from || page.length === 500) await flush()
      from = where
      page.push(document)
      done[where] = (done[where] ?? 0) + 1
      if (page.length === 500) progress({ where, rows: done[where] })
    }
    await flush()
    await freeAll(store)
    return counts
  })
}

/** Moves everything to another place, or goes on with a move that was broken off. @throws TARGET_TAKEN · MOVE_DIFFERS · STORE_LOCKED · STORE_MOVED */
export const move = async (setup: Placed, text: string, { progress }: UpkeepOptions): Promise<Counts> => {
  const [source, target] = [placeOf(setup), placeNamed(setup, text)]
  const names = { from: source.name, to: target.name }
  if (names.from === names.to) throw new HubError('USAGE', `${names.to} is where the data are`)
  // Opened for reading first: it says where there are none.
  await within(await source.openToRead(), async () => undefined)
  return within(await source.open(), async (from) => {
    await refuseMoved(from)
    await refuseBusy(from, names.from)
    return within(await target.open(), async (to) => {
      const counts = await copyAll({ from, to, names, progress })
      await freeAll(to)
      await endJourney({ from, to, names })
      return counts
    })
  })
}

/** Nobody is at work on what was just brought here. Makes the indexes as well. */
const freeAll = async (store: Store): Promise<void> => {
  const repositories = await openRepositories(store)
  await repositories.freeLeases(new Date())
}

/** A file is locked by its hub; of a database only its leases tell. */
const refuseBusy = async (store: Store, name: string): Promise<void> => {
  const held = { state: 'leased', dueAt: { $gt: new Date() } }
  const found = await Promise.all(['inbox', 'outbox'].map((where) => store.collection<Doc>(where).findOne(held)))
  if (found.some((one) => one !== null))
    throw new HubError('STORE_LOCKED', `somebody is at work on ${name}`, {
      cure: 'Stop every process of the hub; work that was under way is free after lease.seconds.',
    })
}
