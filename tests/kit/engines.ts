import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { describe, inject, onTestFinished } from 'vitest'
import { openEmbedded } from '../../src/store/embedded/open.ts'
import { openMongo } from '../../src/store/mongo/open.ts'
import type { Program, Store } from '../../src/store/port.ts'
import { openRepositories } from '../../src/store/repositories.ts'
import { dataFile, storeProgram } from '../../src/wire.ts'
import type { Waived } from './store-things.ts'

/** Where an empty store is: what the environment says of it, and what takes it away again. */
export interface Ground {
  readonly env: Readonly<Record<string, string>>
  clear(): Promise<void>
}

/** An engine of the store, as tests are run on it. */
export interface TestEngine {
  readonly name: 'embedded' | 'mongo'
  /** An empty store; what lay in it is gone when it is closed. */
  open(program?: Program): Promise<Store>
  /** Room for an empty store that a hub opens, closes, and opens again. */
  ground(): Ground
  /** Rules of the conformance suite that it is known to break. */
  readonly waived: Waived
}

const embedded: TestEngine = {
  name: 'embedded',
  open: async (program = storeProgram) => {
    const folder = freshFolder()
    const file = join(folder, dataFile)
    if (program === storeProgram) copyFileSync(await prepared(), file)
    return clearedOnClose(openFile(file, program), async () => removeFolder(folder))
  },
  ground: () => {
    const folder = freshFolder()
    return { env: { CROSSDOCK_DATA: folder }, clear: async () => removeFolder(folder) }
  },
  waived: {},
}

const openFile = (file: string, program: Program) =>
  openEmbedded({ file, program, collections: { inbox: { keys: 'deferred' } } })

/** A file in which the indexes stand and nothing else: making them writes to the disk many times over, copying it does not. */
const prepared = (): Promise<string> => {
  preparing ??= prepare()
  return preparing
}
let preparing: Promise<string> | undefined

const prepare = async (): Promise<string> => {
  const folder = freshFolder()
  process.once('exit', () => removeFolder(folder))
  const file = join(folder, dataFile)
  const store = openFile(file, storeProgram)
  await openRepositories(store)
  await store.close()
  return file
}

const freshFolder = (): string => mkdtempSync(join(tmpdir(), 'crossdock-'))
const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true })

const clearedOnClose = (store: Store, clear: () => Promise<void>): Store => ({
  ...store,
  close: async () => {
    await store.close()
    await clear()
  },
})

const { mongo: url, isStandIn } = inject('servers')

const byUtf16 = 'the stand-in compares text by UTF-16, MongoDB by UTF-8'

/** A database of the tests' own on the server that is there. */
export const freshDatabase = (): string => {
  const address = new URL(url ?? 'mongodb://127.0.0.1')
  address.pathname = `/crossdock_test_${randomBytes(6).toString('hex')}`
  return address.href
}

/** Takes away a database that tests made. */
export const dropDatabase = async (address: string): Promise<void> => {
  const client = new MongoClient(address)
  await client.db().dropDatabase()
  await client.close()
}

const mongo: TestEngine = {
  name: 'mongo',
  open: async (program = storeProgram) => {
    const address = freshDatabase()
    const store = await openMongo({ url: address, program, poolSize: 10, timeoutMs: 10_000, waitMs: 10_000 })
    return clearedOnClose(store, () => dropDatabase(address))
  },
  ground: () => {
    const address = freshDatabase()
    const folder = freshFolder()
    return {
      env: { MONGO_URL: address, CROSSDOCK_DATA: folder },
      clear: async () => {
        removeFolder(folder)
        await dropDatabase(address)
      },
    }
  },
  waived: isStandIn
    ? {
        'orders text beyond the basic plane by its code points': byUtf16,
      }
    : {},
}

/** What is not asked of both engines at once while one of them is the stand-in, and why. */
export const leftOut: readonly { readonly because: string; readonly meets: RegExp }[] = isStandIn
  ? [{ because: byUtf16, meets: /[\ud800-\udbff]/ }]
  : []

/** An empty store for the test that runs, closed when that is over. */
export const storeForTest = async ({ open }: Pick<TestEngine, 'open'>): Promise<Store> => {
  const store = await open()
  onTestFinished(() => store.close())
  return store
}

/** Runs the same tests on every engine; on MongoDB where there is one. */
export const onEachEngine = (tests: (engine: TestEngine) => void): void => {
  describe('on the embedded engine', () => tests(embedded))
  withServers('mongo')('on MongoDB', () => tests(mongo))
}

/** Runs tests that want both engines at once, where there is a MongoDB. */
export const onBothEngines = (tests: (embedded: TestEngine, mongo: TestEngine) => void): void => {
  withServers('mongo')('on both engines', () => tests(embedded, mongo))
}

/** Describes what needs these servers. Where one is missing it is left out, and the end of the run says so. */
export const withServers = (
  ...needed: readonly ('mongo' | 'redis' | 'moto')[]
): typeof describe | typeof describe.skip =>
  needed.every((name) => inject('servers')[name] !== undefined) ? describe : describe.skip
