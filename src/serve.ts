import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { InProcess } from './cli/open-api.ts'
import { type Left, settle } from './cli/settle.ts'
import { localKey, type Part, type Startable } from './cli/start.ts'
import { isHeldBack } from './flow/hold-back.ts'
import { buildApp } from './http/app.ts'
import type { App, HttpDeps } from './http/deps.ts'
import { HubError } from './kernel/errors.ts'
import { openLog, silentLog } from './kernel/log.ts'
import { stages } from './queue/bell.ts'
import type { Setup } from './setup.ts'
import { isAnyonePresent } from './store/presence.ts'
import { allConnectors, type Checked, dataFile, type Hub, openHub } from './wire.ts'

/** Bytes that a body may have; a connector may say more for its own. */
const bodyLimitBytes = 1024 * 1024
/** Work under way is given so long to end; what does not is given back, as long as the store takes it: ten seconds in all. */
const endingMs = 7_000
const givingBackMs = 1_500
/** For the last lines of the log. */
const lastWordsMs = 250
/** A verb that works in this process waits so long for what it caused, where that gets no less. */
const settlingMs = 30_000

/** The hub with its HTTP side, for `start`. Listens to nobody and works nothing yet. */
export const openServer = async (setup: Checked, version: string, { role, stages }: Part): Promise<Startable> => {
  const log = openLog(setup.config.log.level)
  const hub = await openHub(setup, log)
  const stage = { at: 'starting' }
  const app = await appOf(hub, { version, ...(role === 'worker' ? { serves: 'health' as const } : {}) }, stage)
  let workers: ReturnType<Hub['startWorkers']> | undefined
  return {
    keys: hub.keys,
    log,
    now: hub.now,
    folder: setup.config.data.folder,
    connections: hub.accounts.all(),
    listen: () => listen(app, setup.config.server),
    startWorkers: () => {
      if (role !== 'api') workers = hub.startWorkers(stages)
      stage.at = 'up'
    },
    close: async () => {
      stage.at = 'stopping'
      const ended = Promise.all([app.close(), workers?.stop()])
      await Promise.race([ended, sleep(endingMs, undefined, { ref: false })])
      await Promise.race([hub.giveBack(), sleep(givingBackMs, undefined, { ref: false })])
      await hub.close()
      // A call that nobody waits for any more would hold the process by its socket until it is answered.
      setTimeout(() => process.exit(), lastWordsMs).unref()
    },
  }
}

/**
 * The hub in this process, spoken to without a network.
 * @param make whether data are begun where there are none
 * @throws NOT_FOUND there are none · STORE_LOCKED
 */
export const openInProcess = async (setup: Checked, version: string, make: boolean): Promise<InProcess> => {
  const { folder } = setup.config.data
  if (!make && setup.servers.mongo === undefined && !existsSync(join(folder, dataFile)))
    throw new HubError('NOT_FOUND', `there are no data in "${folder}" yet`, {
      cure: 'Start the hub once with `crossdock start`, or name its folder by data.folder or CROSSDOCK_DATA.',
    })
  // A verb rings for nobody: the relays of those that run find what it left, and it works where Redis is away.
  const { redis: _, ...servers } = setup.servers
  const hub = await openHub({ ...setup, servers }, silentLog)
  const app = await appOf(hub, { version }, { at: 'up' })
  let workers: ReturnType<Hub['startWorkers']> | undefined
  return {
    inject: (request, key) => inject(app, request, key),
    makeKey: async () => {
      const { id, text } = await hub.keys.make(localKey, 'admin', hub.now())
      return { text, drop: async () => void (await hub.keys.remove(id)) }
    },
    startWorkers: (pulls) => {
      workers ??= hub.startWorkers(stages.filter((stage) => pulls || stage !== 'pull'))
    },
    settle: async () => {
      const left = await settle({ left: () => leftIn(hub), now: hub.now, sleep, patienceMs: settlingMs })
      // Who is at work on the same database goes on with it, and may have brought it.
      const isOthers = left > 0 && servers.mongo !== undefined && (await isAnyonePresent(hub.store, hub.holder))
      return isOthers ? 0 : left
    },
    close: async () => {
      await workers?.stop()
      await app.close()
      await hub.giveBack()
      await hub.close()
    },
  }
}

const appOf = (hub: Hub, shown: Pick<HttpDeps, 'version' | 'serves'>, stage: { readonly at: string }): Promise<App> =>
  buildApp({
    ...hub,
    ...shown,
    connectors: allConnectors,
    bodyLimitBytes,
    ready: async () => {
      const { away } = await hub.bell.look()
      const degraded = away ? ['Redis takes no rings: what is due is found by the relay, a little later'] : []
      return stage.at === 'up'
        ? { ready: true, because: [], degraded }
        : { ready: false, because: [stage.at], degraded }
    },
  })

/** What the system says where an address cannot be listened on. */
const notListened: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'is in use'],
  ['EADDRNOTAVAIL', 'is no address of this machine'],
  ['ENOTFOUND', 'is no address of this machine'],
  ['EAI_AGAIN', 'is no address that is known'],
  ['EACCES', 'may not be used'],
])

/** Gives the address as a program on this machine reaches it. */
const listen = async (app: App, { host, port }: Setup['config']['server']): Promise<string> => {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const why = notListened.get(code)
    if (why === undefined) throw cause
    throw new HubError(
      'CONFIG_INVALID',
      `${host}:${port} ${why}`,
      {
        cure: 'Name another in server.host and server.port, or by CROSSDOCK_HOST and CROSSDOCK_PORT.',
      },
      cause,
    )
  }
  const [taken] = app.addresses()
  const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }
  return `http://${everywhere[host] ?? (host.includes(':') ? `[${host}]` : host)}:${typeof taken === 'object' ? taken.port : port}`
}

const inject = async (app: App, request: Parameters<InProcess['inject']>[0], key: string) => {
  const { method, path, body, headers } = request
  const answer = await app.inject({
    method,
    url: path,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  })
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json<unknown>() }
}

/** What could be done now. What was put off, and what a stopped connection holds, stays. */
const leftIn = async ({ inbox, outbox, orders, connections, accounts, leaseMs, now }: Hub): Promise<Left> => {
  const at = now()
  const enabled = accounts.all().flatMap(({ id, enabled: is }) => (is ? [id] : []))
  const held = (await connections.all()).filter((row) => isHeldBack(row, at))
  const open = enabled.filter((id) => !held.some(({ _id }) => _id === id))
  const dueFor = (ids: readonly string[]) => ({ connection: { $in: [...ids] }, state: 'due', dueAt: { $lte: at } })
  // The range is for the index: it leaves out what is done.
  const leased = { state: 'leased', dueAt: { $gt: new Date(0) } }
  const [dueMessages, messages, reactions, dueCommands, commands] = await Promise.all([
    inbox.countWhere(dueFor(enabled)),
    inbox.countWhere(leased),
    // A reaction that is being worked on is due when its lease ends.
    orders.count({ 'react.dueAt': { $lte: new Date(at.getTime() + leaseMs) } }),
    outbox.countWhere(dueFor(open)),
    outbox.countWhere(leased),
  ])
  return [dueMessages + messages, reactions, dueCommands + commands]
}
