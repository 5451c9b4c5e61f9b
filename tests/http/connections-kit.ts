import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { faultLine } from '../../config/yaml.ts'
import { type App, buildApp } from '../../src/http/app.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { type Role, roles } from '../../src/store/rows.ts'
import { allConnectors, openHub, setUp } from '../../src/wire.ts'
import { ingestBatch } from '../../workers/ingest.ts'
import { reactBatch } from '../../workers/react.ts'
import type { TestEngine } from '../kit/engines.ts'
import { expectAsDescribed } from './described.ts'

const secretOf = (words: string): string => `whsec_${Buffer.from(words.padEnd(30, '.')).toString('base64')}`
export const inbound = secretOf('what orders are signed with')
export const newer = secretOf('what they are signed with now')

const fileText = `
connections:
  - id: phone-desk
    connector: direct
  - id: old-desk
    connector: direct
    enabled: false
`

export interface Answered {
  readonly status: number
  readonly body: unknown
}

/** A folder with a config file, and an empty store, in which a hub is opened, closed, and opened again. */
export const openPlace = (engine: TestEngine) => {
  const ground = engine.ground()
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-connections-'))
  const file = join(folder, 'crossdock.yaml')
  const env: Record<string, string> = {
    CROSSDOCK_CONFIG: file,
    ...ground.env,
    TILL_SECRET: inbound,
    SHOP_SECRET: 'sesame',
    SHOP_TOKEN: 'shpat_open',
  }
  const write = (text: string) => writeFileSync(file, text)
  write(fileText)
  return {
    folder,
    env,
    /** Adds to the config file. */
    add: (text: string) => write(fileText + text),
    write,
    open: (sandbox = false) => openPlacedHub(env, sandbox),
    remove: async () => {
      rmSync(folder, { recursive: true, force: true })
      await ground.clear()
    },
  }
}

const openPlacedHub = async (env: Readonly<Record<string, string>>, sandbox: boolean) => {
  const setup = setUp({ env, sandbox })
  if (setup.faults.length > 0) throw new Error(setup.faults.map(faultLine).join('\n'))
  const hub = await openHub(setup, silentLog)
  const app = await buildApp({
    ...hub,
    connectors: allConnectors,
    version: '1.2.3',
    bodyLimitBytes: 1_048_576,
    ready: async () => ({ ready: true, because: [], degraded: [] }),
  })
  const keys = new Map<Role, string>()
  for (const role of roles) keys.set(role, (await hub.keys.make(role, role, hub.now())).text)
  return {
    app,
    call: callOf(app, keys),
    hook: hookOf(app),
    /** All that is due of messages and orders is done. */
    work: async () => {
      while ((await ingestBatch(hub)) + (await reactBatch(hub)) > 0);
    },
    close: async () => {
      await app.close()
      await hub.store.close()
    },
  }
}
export type PlacedHub = Awaited<ReturnType<typeof openPlacedHub>>

const callOf =
  (app: App, keys: ReadonlyMap<Role, string>) =>
  async (
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    url: string,
    body?: unknown,
    role: Role = 'integrator',
  ): Promise<Answered> => {
    const answer = await app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${keys.get(role) ?? ''}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const read: unknown = answer.json()
    expectAsDescribed(app, { method, url, status: answer.statusCode, body: read })
    return { status: answer.statusCode, body: read }
  }

/** An order as a system of the merchant's own posts it, signed. */
const hookOf =
  (app: App) =>
  async (connection: string, externalId: string, secret = inbound): Promise<number> => {
    const payload = JSON.stringify(order(externalId))
    const at = new Date()
    const headers = {
      'content-type': 'application/json',
      'webhook-id': externalId,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(externalId, at, payload),
    }
    return (await app.inject({ method: 'POST', url: `/webhooks/${connection}`, payload, headers })).statusCode
  }

export const order = (externalId: string) => ({
  externalId,
  placedAt: '2026-11-20T11:15:30Z',
  currency: 'EUR',
  lines: [{ id: '1', sku: 'TEA-100', title: 'Green tea', quantity: 1, amount: '8.90' }],
})

type Answer = (reply: ServerResponse) => void

/** A channel on this machine that answers every question alike, until it is told otherwise. */
export const openChannel = async () => {
  const asked: string[] = []
  let answer: Answer = (reply) => void reply.end('{"data":{"order":null}}')
  const server = createServer((request, reply) => {
    asked.push(String(request.headers['x-shopify-access-token']))
    reply.setHeader('content-type', 'application/json')
    request.resume().once('end', () => answer(reply))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const at = server.address()
  return {
    url: `http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}`,
    asked,
    answers: (next: Answer) => {
      answer = next
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => void server.close(resolve))
    },
  }
}
