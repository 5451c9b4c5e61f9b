import { randomUUID } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectors } from '../connectors/index.ts'
import { startWorkers } from '../workers/main.ts'
import { followConnections, madeAccounts, openAccounts } from './accounts.ts'
import { ask, askHealth, carry, list } from './connector/carry.ts'
import { openHttp, type Send } from './connector/http.ts'
import { openMailboxes } from './connector/mailbox.ts'
import type { Accounts } from './flow/account.ts'
import type { Carrier } from './flow/carrier.ts'
import { openSpend } from './flow/spend.ts'
import { openTokens } from './flow/tokens.ts'
import type { Connecting } from './http/deps.ts'
import type { Log } from './kernel/log.ts'
import type { Bell, Stage } from './queue/bell.ts'
import { openInProcessBell } from './queue/in-process.ts'
import { type Place, readSetup, type Setup } from './setup.ts'
import type { Connections } from './store/connections.ts'
import { makeFolder } from './store/embedded/file.ts'
import { openEmbedded } from './store/embedded/open.ts'
import { refuseMoved } from './store/moving/arrival.ts'
import type { Store } from './store/port.ts'
import { bePresent } from './store/presence.ts'
import { openRepositories } from './store/repositories.ts'

/** Whose the data are, and the version of the documents this program writes; a store of a greater one is refused. */
export const storeProgram = { name: 'crossdock', schema: 1 }
/** The name of the embedded store's file, in the data folder. */
export const dataFile = 'crossdock.db'

/** Every connector there is. */
export const allConnectors = connectors

/** Reads and checks config, connections and mappings, with every connector there is. */
export const setUp = (place: Omit<Place, 'connectors'>): Setup => readSetup({ ...place, connectors })

/** What a hub is opened with. */
export type Checked = Pick<Setup, 'config' | 'servers' | 'accounts' | 'check' | 'file'>

/**
 * Everything put together over one store: the flows' deps, ready to be served and worked.
 * @throws CONFIG_INVALID with every fault of the connections made through the API · STORE_LOCKED
 */
export const openHub = async (setup: Checked, log: Log) => {
  const folder = setup.config.data.folder
  makeFolder(folder)
  chmodSync(folder, 0o700)
  const store = await openStore(setup)
  const closing = [store.close]
  try {
    const bell = await openBell(setup, log)
    closing.unshift(bell.close)
    return await hubOver({ store, bell, log }, setup)
  } catch (error) {
    for (const close of closing) await close()
    throw error
  }
}
export type Hub = Awaited<ReturnType<typeof openHub>>

/**
 * The database where one is named, else the file in the data folder. The driver is loaded where it is needed.
 * @param begin whether a database is begun where there is none; else NOT_FOUND
 */
export const openStore = async (
  { config, servers }: Pick<Checked, 'config' | 'servers'>,
  begin = true,
): Promise<Store> => {
  if (servers.mongo === undefined) return openFolder(config.data.folder)
  const { openMongo } = await import('./store/mongo/open.ts')
  return openMongo({ url: servers.mongo, program: storeProgram, begin, ...config.mongo })
}

/** The file in a data folder; with `reading`, beside a hub that may be at work on it. */
export const openFolder = (folder: string, reading?: { readonly readOnly: true; readonly snapshot: true }): Store =>
  openEmbedded({
    file: join(folder, dataFile),
    program: storeProgram,
    ...(reading ?? { collections: { inbox: { keys: 'deferred' } } }),
  })

/** The bell over all processes where a Redis is named beside a database; else that of this process, and the relay of the others. */
const openBell = async ({ config, servers }: Checked, log: Log): Promise<Bell> => {
  if (servers.mongo === undefined || servers.redis === undefined) return openInProcessBell()
  const { openBullBell } = await import('./queue/bullmq.ts')
  return openBullBell({ url: servers.redis, log, ...config.bell })
}

interface Under {
  readonly store: Store
  readonly bell: Bell
  readonly log: Log
}

const hubOver = async ({ store, bell, log }: Under, setup: Checked) => {
  const { config, servers, accounts: configured } = setup
  await refuseMoved(store)
  const repositories = await openRepositories(store)
  // The file is ours alone, so whoever held a lease on it is gone; a database may have others at work.
  if (servers.mongo === undefined) await repositories.freeLeases(new Date())
  const accounts = openAccounts([...configured, ...(await madeAccounts(repositories, setup))])
  await repositories.connections.ensure(
    configured.map((account) => ({ id: account.id, connector: account.connector.id })),
  )
  const now = (): Date => new Date()
  const following =
    servers.mongo === undefined ? undefined : followConnections(repositories, { setup, accounts, log, now })
  const send = sendOf({ config, accounts, connections: repositories.connections, now })
  const common = {
    ...repositories,
    store,
    accounts,
    log,
    now,
    bell,
    listens: accounts.listens,
    carrier: carrierOf(send),
    openMailbox: openMailboxes({ timeoutMs: config.outbound.timeoutMs }),
    schedule: { ...config.retry, dice: Math.random },
    retrySeconds: config.retry.seconds,
    awaiting: config.awaiting,
    leaseMs: config.lease.seconds * 1000,
    losses: config.lease.losses,
    batch: config.ingest.batch,
    everyMs: config.relay.everyMs,
    holder: randomUUID(),
  }
  const presence = servers.mongo === undefined ? undefined : bePresent(store, common.holder)
  const connecting = connectingOf({ setup, accounts, send })
  return {
    ...common,
    repositories,
    config,
    connecting,
    startWorkers: (chosen?: readonly Stage[]) => startWorkers(common, chosen),
    /** What is still claimed is given back: whoever did it does so no more. A store that is away leaves it to the leases. */
    giveBack: async () => {
      const at = now()
      const callsEnd = new Date(at.getTime() + config.outbound.timeoutMs)
      await repositories.freeLeases(at, { holder: common.holder, callsEnd }).catch(() => undefined)
    },
    close: async () => {
      following?.stop()
      await presence?.stop()
      await bell.close()
      await store.close()
    },
  }
}

interface ConnectingDeps {
  readonly setup: Checked
  readonly accounts: ReturnType<typeof openAccounts>
  readonly send: Send
}

const connectingOf = ({ setup: { config, check }, accounts, send }: ConnectingDeps): Connecting => ({
  inFile: new Map(config.connections.map((connection) => [connection.id, connection])),
  check,
  put: accounts.put,
  drop: accounts.drop,
  ask: (account, subject, signal) => ask({ send }, account.connector, account, subject, signal),
  health: (account, signal) => askHealth({ send }, account.connector, account, signal),
  timeoutMs: config.outbound.timeoutMs,
})

interface SendDeps {
  readonly config: Setup['config']
  readonly accounts: Accounts
  readonly connections: Connections
  readonly now: () => Date
}

const sendOf = ({ config, accounts, connections, now }: SendDeps): Send => {
  const limitsOf = (connection: string) => accounts.find(connection)?.limits ?? config.limits
  const pause = (ms: number): Promise<void> => sleep(ms)
  const { spend, learn } = openSpend({ connections, limitsOf, now, sleep: pause })
  const tokenFor = openTokens({ connections, now, sleep: pause })
  return openHttp({ spend, learn, tokenFor, now, timeoutMs: config.outbound.timeoutMs })
}

const carrierOf = (send: Send): Carrier => ({
  carry: (account, errand) => carry({ send }, account.connector, account, errand),
  ask: (account, subject) => ask({ send }, account.connector, account, subject),
  list: (account, wanted) => list({ send }, account.connector, account, wanted),
})
