import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HubError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Stage } from '../queue/bell.ts'
import type { Keys } from '../store/keys.ts'
import { exits, type Terminal } from './verb.ts'

export const parts = ['all', 'api', 'worker'] as const

/** What of the hub a process is: its API, its work, or both; and which stages it works. */
export interface Part {
  readonly role: (typeof parts)[number]
  readonly stages: readonly Stage[]
}

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
  readonly part: Part
  readonly open: () => Promise<Startable>
  /** Resolves with the first signal to stop. */
  readonly stopped: Promise<string>
  /** Ends the process whatever it waits for. */
  readonly leave: () => void
}

/** How the names of keys begin that verbs of the same owner use. */
export const localKey = 'local'
/** Name of the key that is made anew at each start on a data folder: hubs on one database have one each. */
const localKeyOf = (folder: string): string => `${localKey}@${hostname()}:${resolve(folder)}`
export const isLocalKey = (name: string): boolean => name === localKey || name.startsWith(`${localKey}@`)
/** Beside the data file, for its owner alone: where the hub is, and a key. */
export const runningFile = (folder: string): string => join(folder, 'hub.json')

/** Runs the hub until it is told to stop. */
export const start = async ({ terminal, env, part, open, stopped, leave }: StartDeps): Promise<number> => {
  // A server may be waited for, and whoever stops the start does not want to wait for it.
  const hub = await Promise.race([open(), stopped.then(() => undefined)])
  if (hub === undefined) {
    terminal.note('Stopped before it was up.')
    leave()
    return exits.done
  }
  let removeNote = async (): Promise<void> => {}
  try {
    noteConnections(hub, terminal)
    const address = await hub.listen()
    if (part.role !== 'worker') {
      await firstKey(hub, terminal, env)
      removeNote = await leaveNote(hub, address)
    }
    hub.startWorkers()
    terminal.note(
      part.role === 'worker'
        ? `At work on ${part.stages.join(', ')}; how it fares is told at ${address}/health/ready`
        : `Listening on ${address}; the API is described at ${address}/docs`,
    )
    hub.log.info({ address, role: part.role }, 'hub started')
    const why = await stopped
    hub.log.info({ why }, 'hub stops')
  } finally {
    await removeNote()
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
  if ((await keys.list()).some((key) => !isLocalKey(key.name))) return
  const { text } = await keys.make('first', 'admin', now())
  terminal.note(`Your first API key (role admin). It is shown this once; only its hash is kept:\n\n  ${text}\n`)
}

/** Waits no longer for a store that does not take a key away: the next start on the folder does. */
const removingMs = 1_000

/** @returns what takes it away again, where no other process has put its own there since */
const leaveNote = async ({ keys, now, folder }: Startable, address: string): Promise<() => Promise<void>> => {
  const name = localKeyOf(folder)
  for (const key of await keys.list()) if (key.name === name) await keys.remove(key._id)
  const { id, text } = await keys.make(name, 'admin', now())
  const file = runningFile(folder)
  const note = JSON.stringify({ address, key: text, pid: process.pid })
  writeFileSync(file, note, { mode: 0o600 })
  return async () => {
    if (existsSync(file) && readFileSync(file, 'utf8') === note) rmSync(file)
    const removed = keys.remove(id).catch(() => undefined)
    await Promise.race([removed, sleep(removingMs, undefined, { ref: false })])
  }
}
