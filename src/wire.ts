import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectors } from '../connectors/index.ts'
import { startWorkers } from '../workers/main.ts'
import { ask, carry } from './connector/carry.ts'
import { openHttp } from './connector/http.ts'
import type { Account, Accounts } from './flow/account.ts'
import type { Carrier } from './flow/carrier.ts'
import { listensOf } from './flow/react.ts'
import { openSpend } from './flow/spend.ts'
import type { Log } from './kernel/log.ts'
import { openInProcessBell } from './queue/in-process.ts'
import { type Place, readSetup, type Setup } from './setup.ts'
import { openEmbedded } from './store/embedded/open.ts'
import { openRepositories } from './store/repositories.ts'

/** The version of the documents this program writes; a file of a greater one is refused. */
const schema = 1
/** The name of the embedded store's file, in the data folder. */
export const dataFile = 'crossdock.db'

/** Every connector there is. */
export const allConnectors = connectors

/** Reads and checks config, connections and mappings, with every connector there is. */
export const setUp = (place: Omit<Place, 'connectors'>): Setup => readSetup({ ...place, connectors })

/** Everything put together over one store: the flows' deps, ready to be served and worked. */
export const openHub = async ({ config, accounts: list }: Pick<Setup, 'config' | 'accounts'>, log: Log) => {
  const folder = config.data.folder
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  const store = openEmbedded({
    file: join(folder, dataFile),
    program: { name: 'crossdock', schema },
    collections: { inbox: { keys: 'deferred' } },
  })
  const repositories = await openRepositories(store)
  // The file is ours alone, so whoever held a lease on it is gone.
  await repositories.freeLeases(new Date())
  const accounts = accountsOf(list)
  await repositories.connections.ensure(list.map((account) => ({ id: account.id, connector: account.connector.id })))
  const now = (): Date => new Date()
  const common = {
    ...repositories,
    store,
    accounts,
    log,
    now,
    bell: openInProcessBell(),
    listens: listensOf(accounts),
    carrier: carrierOf({ config, accounts, connections: repositories.connections, now }),
    schedule: { ...config.retry, dice: Math.random },
    retrySeconds: config.retry.seconds,
    awaiting: config.awaiting,
    leaseMs: config.lease.seconds * 1000,
    batch: config.ingest.batch,
    everyMs: config.relay.everyMs,
  }
  return { ...common, repositories, config, startWorkers: () => startWorkers(common) }
}
export type Hub = Awaited<ReturnType<typeof openHub>>

const accountsOf = (list: readonly Account[]): Accounts => {
  const byId = new Map(list.map((account) => [account.id, account]))
  return { find: (id) => byId.get(id), all: () => list }
}

interface CarrierDeps {
  readonly config: Setup['config']
  readonly accounts: Accounts
  readonly connections: Parameters<typeof openSpend>[0]['connections']
  readonly now: () => Date
}

const carrierOf = ({ config, accounts, connections, now }: CarrierDeps): Carrier => {
  const limitsOf = (connection: string) => accounts.find(connection)?.limits ?? config.limits
  const spend = openSpend({ connections, limitsOf, now, sleep: (ms) => sleep(ms) })
  const send = openHttp({ spend, now, timeoutMs: config.outbound.timeoutMs })
  return {
    carry: (account, errand) => carry({ send }, account.connector, account, errand),
    ask: (account, subject) => ask({ send }, account.connector, account, subject),
  }
}
