import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { HubError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Keys } from '../store/keys.ts'
import { exits, type Terminal } from './verb.ts'

/** A hub as `start` needs it: put together, not yet listening. */
export interface Startable {
  readonly keys: Keys
  readonly log: Log
  readonly now: () => Date
  readonly folder: string
  readonly connections: readonly { readonly id: string; readonly enabled: boolean; readonly sandboxUrl?: string }[]
  /** Listens, and gives the address. */
  listen(): Promise<string>
  startWorkers(): void
  /** No new work; what was begun is finished; the store is closed. */
  close(): Promise<void>
}

export interface StartDeps {
  readonly terminal: Terminal
  readonly env: Readonly<Record<string, string | undefined>>
  readonly open: () => Promise<Startable>
  /** Resolves with the first signal to stop. */
  readonly stopped: Promise<string>
}

/** Name of the keys that verbs of the same owner use; made anew at each start. */
export const localKey = 'local'
/** Beside the data file, for its owner alone: where the hub is, and a key. */
export const runningFile = (folder: string): string => join(folder, 'hub.json')

/** Runs the hub until it is told to stop. */
export const start = async ({ terminal, env, open, stopped }: StartDeps): Promise<number> => {
  const hub = await open()
  try {
    noteConnections(hub, terminal)
    const address = await hub.listen()
    await firstKey(hub, terminal, env)
    await leaveNote(hub, address)
    hub.startWorkers()
    terminal.note(`Listening on ${address}; the API is described at ${address}/docs`)
    hub.log.info({ address }, 'hub started')
    const why = await stopped
    hub.log.info({ why }, 'hub stops')
  } finally {
    rmSync(runningFile(hub.folder), { force: true })
    await hub.close()
  }
  return exits.done
}

/** As many characters as 128 random bits take. */
const shortestKey = 22

/** What must not go unseen: that no channel can reach the hub, or that it speaks to none. */
const noteConnections = ({ connections }: Startable, { note }: Terminal): void => {
  for (const { id, sandboxUrl } of connections)
    if (sandboxUrl !== undefined) note(`SANDBOX: ${id} speaks to ${sandboxUrl}, not to its channel`)
  if (connections.every(({ enabled }) => !enabled))
    note('No connection is enabled: nothing can come in. config/connections.example.yaml shows one of each.')
}

/** A first key, shown once, where there is none; in a container the one that the environment names. */
const firstKey = async ({ keys, now }: Startable, terminal: Terminal, env: StartDeps['env']): Promise<void> => {
  const given = env['CROSSDOCK_ADMIN_KEY']
  if (given !== undefined && given !== '') {
    if (given.length < shortestKey) {
      throw new HubError(
        'USAGE',
        `expected CROSSDOCK_ADMIN_KEY to have ${shortestKey} characters or more, got ${given.length}`,
      )
    }
    await keys.ensure(given, 'CROSSDOCK_ADMIN_KEY', 'admin', now())
    return
  }
  if ((await keys.list()).some((key) => key.name !== localKey)) return
  const { text } = await keys.make('first', 'admin', now())
  terminal.note(`Your first API key (role admin). It is shown this once; only its hash is kept:\n\n  ${text}\n`)
}

const leaveNote = async ({ keys, now, folder }: Startable, address: string): Promise<void> => {
  for (const key of await keys.list()) if (key.name === localKey) await keys.remove(key._id)
  const { text } = await keys.make(localKey, 'admin', now())
  writeFileSync(runningFile(folder), JSON.stringify({ address, key: text, pid: process.pid }), { mode: 0o600 })
}
