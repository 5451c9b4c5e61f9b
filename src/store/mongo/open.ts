import { setTimeout as sleep } from 'node:timers/promises'
import { type Db, MongoClient } from 'mongodb'
import { HubError, refuse } from '../../kernel/errors.ts'
import { type Collection, type Doc, isDuplicateKey, type Program, type Store } from '../port.ts'
import { openCollection } from './collection.ts'
import { asStoreError, isDenied } from './failures.ts'

/** What the engine needs to open a database. */
export interface MongoOptions {
  /** `mongodb://…`; its path names the database, `crossdock` where it has none. */
  readonly url: string
  readonly program: Program
  /** Whether a database is begun where there is none; unless told otherwise it is. */
  readonly begin?: boolean
  readonly poolSize: number
  /** ms until a call counts as unanswered. */
  readonly timeoutMs: number
  /** ms that the start waits for a database that does not answer. */
  readonly waitMs: number
}

/** As of which version of the server retryable writes and all operators of the port do as the program expects. */
const oldest = 6
const standardDatabase = 'crossdock'

/**
 * The grown-up engine of the store: every write is on a majority's journal before it is told.
 * @throws STORE_AWAY after `waitMs`, naming the host · STORE_OLD · STORE_FOREIGN · STORE_NEWER · CONFIG_INVALID the address is none
 * · NOT_FOUND there is none, and none is to be begun
 */
export const openMongo = async (options: MongoOptions): Promise<Store> => {
  const client = clientOf(options)
  const hosts = hostsOf(client)
  const db = client.db(/^[^/]+:\/\/[^/]+\/[^?]/.test(options.url) ? client.options.dbName : standardDatabase)
  try {
    await reach(client, db, options.waitMs)
    await refuseOld(db, hosts)
    await refuseOthers(db, hosts, options)
    return storeOn(client, db, hosts)
  } catch (error) {
    await client.close()
    throw asStoreError(error, hosts)
  }
}

const hostsOf = (client: MongoClient): string => client.options.hosts.map(String).join(', ')

const clientOf = ({ url, poolSize, timeoutMs }: MongoOptions): MongoClient => {
  try {
    return new MongoClient(url, {
      appName: 'crossdock',
      maxPoolSize: poolSize,
      serverSelectionTimeoutMS: timeoutMs,
      connectTimeoutMS: timeoutMs,
      socketTimeoutMS: timeoutMs,
      waitQueueTimeoutMS: timeoutMs,
      heartbeatFrequencyMS: 2_000,
      writeConcern: { w: 'majority', journal: true },
      retryWrites: true,
      retryReads: true,
      ignoreUndefined: true,
      promoteBuffers: true,
    })
  } catch (cause) {
    // The driver's own sentence quotes the address, which may hold a password.
    throw new HubError(
      'CONFIG_INVALID',
      'expected MONGO_URL to be an address such as mongodb://user:password@host:27017/crossdock',
      { cure: 'Correct MONGO_URL; signs such as @ : / in a password are written as %40 %3A %2F.' },
      cause,
    )
  }
}

/** Waits for a database that is starting; one that refuses us is not waited for. */
const reach = async (client: MongoClient, db: Db, waitMs: number): Promise<void> => {
  const until = performance.now() + waitMs
  for (;;) {
    try {
      // A client that did not get through at first does not try again unless it is told to.
      await client.connect()
      await db.command({ ping: 1 })
      // Who may not read is found out now, not with the first order.
      await db.listCollections({}, { nameOnly: true }).toArray()
      return
    } catch (error) {
      if (isDenied(error) || performance.now() >= until) throw unreached(error, hostsOf(client), waitMs)
      await sleep(Math.min(250, Math.max(1, until - performance.now())))
    }
  }
}

const unreached = (error: unknown, hosts: string, waitMs: number): unknown => {
  if (isDenied(error)) return asStoreError(error, hosts)
  const cure = 'Start the database, or correct the address in MONGO_URL.'
  const told = new HubError(
    'STORE_AWAY',
    `MongoDB at ${hosts} did not answer within ${waitMs} ms`,
    { hosts, cure },
    error,
  )
  return asStoreError(error, hosts) === error ? error : told
}

const refuseOld = async (db: Db, hosts: string): Promise<void> => {
  const { version } = await db.command({ buildInfo: 1 })
  refuseOldVersion(String(version), hosts)
}

/** @throws STORE_OLD */
export const refuseOldVersion = (version: string, hosts: string): void => {
  if (!(Number.parseInt(version, 10) >= oldest))
    refuse('STORE_OLD', `MongoDB at ${hosts} is version ${version}; ${oldest} or newer is needed`, { hosts, version })
}

interface Owner extends Doc {
  readonly program: string
  readonly schema: number
}
const ownerId = 'store'

/** Whose the database is stands in `meta`; one that holds anything else and says nothing is another's. */
const refuseOthers = async (
  db: Db,
  hosts: string,
  { program, begin = true }: Pick<MongoOptions, 'program' | 'begin'>,
): Promise<void> => {
  const { name, schema } = program
  const meta = db.collection<Owner>('meta')
  const place = `the database ${db.databaseName} at ${hosts}`
  // Looked through before it is asked whose it is: who starts beside us says so first, and makes the rest then.
  const standing = (await db.listCollections({}, { nameOnly: true }).toArray()).map((one) => one.name)
  const owner = await meta.findOne({ _id: ownerId })
  if (owner === null) {
    const others = standing.filter((one) => one !== meta.collectionName && !one.startsWith('system.'))
    if (others.length > 0)
      refuse(
        'STORE_FOREIGN',
        `${place} holds what ${name} did not write (${others.slice(0, 5).join(', ')}); it is left as it is`,
        { hosts },
      )
    if (!begin) refuse('NOT_FOUND', `there is no data in ${place} yet`, { hosts })
    await meta.updateOne({ _id: ownerId }, { $setOnInsert: { program: name, schema } }, { upsert: true }).catch(ifThere)
    return refuseOthers(db, hosts, { program, begin })
  }
  if (owner.program !== name)
    refuse('STORE_FOREIGN', `${place} belongs to ${owner.program}; it is left as it is`, { hosts })
  if (owner.schema > schema) {
    const found = `its schema is ${owner.schema}, this program knows ${schema}`
    refuse('STORE_NEWER', `${place} was written by a newer ${name}: ${found}`, { hosts, schema: owner.schema })
  }
}

/** Of two who begin at once, one may find the key taken. */
const ifThere = (error: unknown): void => {
  if (!isDuplicateKey(error)) throw error
}

const storeOn = (client: MongoClient, db: Db, hosts: string): Store => {
  const collections = new Map<string, ReturnType<typeof openCollection>>()
  return {
    collection: <T extends Doc>(name: string) => {
      const collection = collections.get(name) ?? openCollection(db.collection(name), hosts)
      collections.set(name, collection)
      // What lies in a collection is the caller's to say; the driver's own types are claims as well.
      return collection as unknown as Collection<T>
    },
    ping: async () => {
      await db.command({ ping: 1 }).catch((error: unknown) => {
        throw asStoreError(error, hosts)
      })
    },
    close: () => client.close(),
  }
}
