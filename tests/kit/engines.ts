import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { describe, inject } from 'vitest'
import { openEmbedded } from '../../src/store/embedded/open.ts'
import { openMongo } from '../../src/store/mongo/open.ts'
import type { Program, Store } from '../../src/store/port.ts'
import { storeProgram } from '../../src/wire.ts'
import type { Waived } from './store-things.ts'

/** An engine of the store, as tests are run on it. */
export interface TestEngine {
  readonly name: 'embedded' | 'mongo'
  /** An empty store; what lay in it is gone when it is closed. */
  open(program?: Program): Promise<Store>
  /** Rules of the conformance suite that it is known to break. */
  readonly waived: Waived
}

const embedded: TestEngine = {
  name: 'embedded',
  open: async (program = storeProgram) =>
    openEmbedded({
      file: join(mkdtempSync(join(tmpdir(), 'crossdock-')), 'crossdock.db'),
      program,
      collections: { inbox: { keys: 'deferred' } },
    }),
  waived: {},
}

const { mongo: url, isStandIn } = inject('servers')

/** A database of the tests' own on the server that is there. */
export const freshDatabase = (): string => {
  const address = new URL(url ?? 'mongodb://127.0.0.1')
  address.pathname = `/crossdock_test_${randomBytes(6).toString('hex')}`
  return address.href
}

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
    return {
      ...store,
      close: async () => {
        await store.close()
        await dropDatabase(address)
      },
    }
  },
  waived: isStandIn
    ? {
        'orders text beyond the basic plane by its code points':
          'the stand-in compares text by UTF-16, MongoDB by UTF-8',
      }
    : {},
}

/** Runs the same tests on every engine; on MongoDB where there is one. */
export const onEachEngine = (tests: (engine: TestEngine) => void): void => {
  describe('on the embedded engine', () => tests(embedded))
  withServers('mongo')('on MongoDB', () => tests(mongo))
}

/** Describes what needs these servers. Where one is missing it is left out, and the end of the run says so. */
export const withServers = (...needed: readonly ('mongo' | 'redis')[]): typeof describe | typeof describe.skip =>
  needed.every((name) => inject('servers')[name] !== undefined) ? describe : describe.skip
