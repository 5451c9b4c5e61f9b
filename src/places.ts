import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { asHubError, HubError } from './kernel/errors.ts'
import { isEmpty } from './store/moving/walk.ts'
import type { Store } from './store/port.ts'
import { isAnyonePresent } from './store/presence.ts'
import { type Checked, dataFile, openFolder, openStore } from './wire.ts'

export type Placed = Pick<Checked, 'config' | 'servers'>

/** Where data are: a database, or a folder with its file. */
export interface Place {
  /** As it may be shown: no user, no password. */
  readonly name: string
  /** The file, where it is one. */
  readonly file?: string
  /** @throws STORE_LOCKED a hub is at work there */
  open(): Promise<Store>
  /** Beside a hub that may be at work. @throws NOT_FOUND there are no data */
  openToRead(): Promise<Store>
  /** A file is locked by its hub; who is at work on a database counts on in it. @throws STORE_LOCKED */
  refuseBusy(store: Store): Promise<void>
}

/** The place that config and environment name. */
export const placeOf = ({ config, servers }: Placed): Place =>
  servers.mongo === undefined ? folderPlace(config.data.folder) : databasePlace({ config, servers }, servers.mongo)

/** Another place, as the words of a verb name it: an address of MongoDB, or a folder. @throws USAGE */
export const placeNamed = (placed: Placed, text: string): Place => {
  if (/^mongodb(\+srv)?:\/\//.test(text)) return databasePlace(placed, text)
  if (basename(text) === dataFile) return folderPlace(dirname(text))
  if (text === '' || /^[a-z+]+:\/\//.test(text) || (existsSync(text) && !statSync(text).isDirectory()))
    throw new HubError('USAGE', 'expected --to to name a folder, or an address such as mongodb://host:27017/crossdock')
  return folderPlace(text)
}

const databasePlace = ({ config }: Placed, url: string): Place => {
  const open = (begin = true): Promise<Store> => openStore({ config, servers: { mongo: url } }, begin)
  const name = databaseName(url)
  return {
    name,
    open: () => open(),
    openToRead: async () => {
      const store = await open(false).catch((error: unknown) => {
        throw asHubError(error).code === 'NOT_FOUND' ? noData(name) : error
      })
      if (!(await isEmpty(store))) return store
      await store.close()
      throw noData(name)
    },
    refuseBusy: async (store) => {
      if (await isAnyonePresent(store))
        throw new HubError('STORE_LOCKED', `somebody is at work on ${name}`, {
          cure: 'Stop every process of the hub first.',
        })
    },
  }
}

/** Hosts and database alone. An address that is none of its kind is not shown at all: it may hold a password anywhere. */
const databaseName = (url: string): string => {
  const [, hosts = '?', path] = /^mongodb(?:\+srv)?:\/\/(?:[^/@]*@)?([^/@?]+)(?:\/([^/@?]*))?(?:\?.*)?$/.exec(url) ?? []
  return `MongoDB at ${hosts}, database ${path === undefined || path === '' ? 'crossdock' : path}`
}

const folderPlace = (folder: string): Place => {
  const file = resolve(join(folder, dataFile))
  return {
    name: file,
    file,
    open: async () => openFolder(folder),
    openToRead: async () => {
      if (!existsSync(file)) throw noData(`"${folder}"`)
      return openFolder(folder, { readOnly: true, snapshot: true })
    },
    refuseBusy: async () => undefined,
  }
}

const noData = (place: string): HubError =>
  new HubError('NOT_FOUND', `there are no data in ${place} yet`, {
    cure: 'Name their folder by data.folder or CROSSDOCK_DATA, or their database by MONGO_URL.',
  })
