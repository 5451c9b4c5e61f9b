import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Account, Accounts } from '../../src/flow/account.ts'
import type { Carrier, Errand } from '../../src/flow/carrier.ts'
import type { EnterDeps } from '../../src/flow/enter.ts'
import { listensOf } from '../../src/flow/react.ts'
import type { ReceiveDeps } from '../../src/flow/receive.ts'
import { type Log, silentLog } from '../../src/kernel/log.ts'
import { openInProcessBell } from '../../src/queue/in-process.ts'
import { openEmbedded } from '../../src/store/embedded/open.ts'
import type { Store } from '../../src/store/port.ts'
import { openRepositories, type Repositories } from '../../src/store/repositories.ts'
import { ingestBatch } from '../../workers/ingest.ts'
import { openPulling } from '../../workers/pull.ts'
import { openLanes } from '../../workers/push.ts'
import { reactBatch } from '../../workers/react.ts'
import { acmeAccount } from './acme.ts'

/** A clock that only tests move. */
export const openClock = (start = '2026-11-24T10:00:00.000Z') => {
  let now = new Date(start)
  return {
    now: () => now,
    pass: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000)
    },
  }
}

/** The other side in memory: what it was told, by the key it was told under. */
export const openOtherSide = () => {
  const effects = new Map<string, Errand>()
  const asked: string[] = []
  const calls: string[] = []
  let answer: (errand: Errand) => void = () => {}
  let found: Awaited<ReturnType<Carrier['ask']>> = 'gone'
  let list: Carrier['list'] = async () => ({ items: [] })
  const carrier: Carrier = {
    carry: async (_account, errand) => {
      calls.push(errand.command)
      answer(errand)
      effects.set(errand.command, errand)
      return { externalIds: [`f-${errand.command.slice(4, 10)}`] }
    },
    ask: async (_account, subject) => {
      asked.push(subject)
      return found
    },
    list: (account, wanted) => list(account, wanted),
  }
  return {
    carrier,
    effects,
    asked,
    calls,
    /** What happens on each call before it takes effect. */
    onCall: (next: (errand: Errand) => void) => {
      answer = next
    },
    answers: (next: typeof found) => {
      found = next
    },
    lists: (next: Carrier['list']) => {
      list = next
    },
  }
}

export interface FlowOptions {
  readonly store: Store
  readonly accounts?: readonly Account[]
  readonly clock: ReturnType<typeof openClock>
  readonly other: ReturnType<typeof openOtherSide>
  readonly retrySeconds?: readonly number[]
  readonly log?: Log
}

export const accountsOf = (list: readonly Account[]): Accounts => ({
  find: (id) => list.find((account) => account.id === id),
  all: () => list,
})

/** All flows over a store, worked by hand: `work` goes on until nothing is due. */
export const openFlow = async ({
  store,
  accounts = [acmeAccount('corner-shop')],
  clock,
  other,
  retrySeconds = [5, 30],
  log = silentLog,
}: FlowOptions) => {
  const repositories = await openRepositories(store)
  const found = accountsOf(accounts)
  await repositories.connections.ensure(
    accounts.map((account) => ({ id: account.id, connector: account.connector.id })),
  )
  const schedule = { seconds: retrySeconds, jitterPercent: 0, dice: () => 0.5 }
  const common = {
    ...repositories,
    accounts: found,
    bell: openInProcessBell(),
    log,
    now: clock.now,
    listens: listensOf(found),
    schedule,
    awaiting: { seconds: [30, 300], days: 14 },
    retrySeconds,
    leaseMs: 60_000,
    losses: 20,
    holder: 'tests',
    batch: 50,
    carrier: other.carrier,
  }
  const lanes = openLanes(common)
  const pulling = openPulling(common)
  const round = async (): Promise<number> => {
    await pulling.batch()
    await pulling.idle()
    const ingested = await ingestBatch(common)
    const reacted = await reactBatch(common)
    await lanes.batch()
    await lanes.idle()
    return ingested + reacted
  }
  const work = async (): Promise<void> => {
    while ((await round()) > 0);
  }
  return {
    ...common,
    repositories,
    pulling,
    work,
    receiveDeps: common satisfies ReceiveDeps,
    enterDeps: common satisfies EnterDeps,
  }
}

export type Flow = Awaited<ReturnType<typeof openFlow>>
export const repositoriesOf = (flow: Flow): Repositories => flow.repositories

export const temporaryFile = (): string => join(mkdtempSync(join(tmpdir(), 'crossdock-')), 'crossdock.db')

/** A store on a file: for what is of the embedded engine alone. */
export const openTestStore = (file = temporaryFile()): Store =>
  openEmbedded({ file, program: { name: 'crossdock', schema: 1 }, collections: { inbox: { keys: 'deferred' } } })
