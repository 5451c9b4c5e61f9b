import { faultLine } from '../config/yaml.ts'
import type { EventKind } from './canonical/events.ts'
import type { Account, Accounts } from './flow/account.ts'
import { listensOf } from './flow/react.ts'
import { HubError } from './kernel/errors.ts'
import type { Log } from './kernel/log.ts'
import type { Setup } from './setup.ts'
import type { Repositories } from './store/repositories.ts'

type Checked = Pick<Setup, 'config' | 'check' | 'file'>

/** The connections made through the API. One that the file names too, or whose secrets are gone, refuses the start, as one of the file does. */
export const madeAccounts = async (
  { connections }: Pick<Repositories, 'connections'>,
  { config, check, file = 'config' }: Checked,
): Promise<readonly Account[]> => {
  const specs = (await connections.all()).flatMap(({ spec }) => spec ?? [])
  const inFile = new Set(config.connections.map(({ id }) => id))
  const made = specs.filter(({ id }) => !inFile.has(id))
  const { accounts, faults } = check(made, (pointer) => ({
    file: `connection ${made[Number(pointer.split('/')[2])]?.id ?? ''}, made through the API`,
    line: 0,
  }))
  const twice = specs
    .filter(({ id }) => inFile.has(id))
    .map(({ id }) => ({ file, line: 0, sentence: `connection ${id} ${standsTwice}` }))
  const all = [...twice, ...faults]
  if (all.length > 0) throw new HubError('CONFIG_INVALID', all.map(faultLine).join('\n'), { faults: all })
  return accounts
}
const standsTwice =
  'stands in the file and was made through the API: take it out of the file, or call it otherwise there'

/** The accounts as they are now: one that is put is found at once, and what it listens to is listened to. */
export const openAccounts = (list: readonly Account[]) => {
  const byId = new Map(list.map((account) => [account.id, account]))
  let all = list
  const accounts: Accounts = { find: (id) => byId.get(id), all: () => all }
  let listens = listensOf(accounts)
  const changed = (): void => {
    all = [...byId.values()]
    listens = listensOf(accounts)
  }
  return {
    ...accounts,
    listens: (kind: EventKind) => listens(kind),
    put: (account: Account): void => {
      byId.set(account.id, account)
      changed()
    },
    drop: (id: string): void => {
      byId.delete(id)
      changed()
    },
  }
}

/** ms between two looks at what other processes were told of connections. */
const followedMs = 2_000

interface Following {
  readonly setup: Checked
  readonly accounts: ReturnType<typeof openAccounts>
  readonly log: Log
  readonly now: () => Date
}

/** On a database of many processes: a connection that is put or taken out through the API of one is so in all of them, seconds later. */
export const followConnections = (
  { connections, inbox, outbox }: Pick<Repositories, 'connections' | 'inbox' | 'outbox'>,
  { setup: { config, check }, accounts, log, now: clock }: Following,
): { stop(): void } => {
  const inFile = new Set(config.connections.map(({ id }) => id))
  let known = new Map<string, string>()
  const taken = new Set<string>()
  const look = async (): Promise<void> => {
    // What this process put off while it knew nothing of them; a look later, so that nothing is under way any more.
    for (const id of taken) {
      await Promise.all([inbox, outbox].map((rows) => rows.hasten(id, clock())))
      taken.delete(id)
    }
    const specs = (await connections.all()).flatMap(({ spec }) => spec ?? []).filter(({ id }) => !inFile.has(id))
    const now = new Map(specs.map((spec) => [spec.id, JSON.stringify(spec)]))
    for (const spec of specs.filter(({ id }) => known.get(id) !== now.get(id))) {
      const checked = check([spec], () => ({ file: `connection ${spec.id}, made through the API`, line: 0 }))
      const [account] = checked.accounts
      if (account !== undefined && checked.faults.length === 0) {
        accounts.put(account)
        taken.add(spec.id)
      } else log.error({ connection: spec.id, because: checked.faults.map(faultLine) }, 'connection not taken up')
    }
    for (const id of known.keys()) if (!now.has(id)) accounts.drop(id)
    known = now
  }
  let looking = false
  const timer = setInterval(async () => {
    if (looking) return
    looking = true
    // A store that is away is told of by whoever needs it; the next look sees the same.
    await look().catch(() => undefined)
    looking = false
  }, followedMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
