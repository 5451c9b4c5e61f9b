import type { Account } from '../../src/flow/account.ts'
import { type App, buildApp, type HttpDeps } from '../../src/http/app.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { type Role, roles } from '../../src/store/rows.ts'
import { type AcmeOrder, acmeAccount, acmeOrder } from '../flow/acme.ts'
import { openClock, openFlow, openOtherSide } from '../flow/kit.ts'
import type { TestEngine } from '../kit/engines.ts'
import { acme, acmeShort, signed } from './acme.ts'
import { expectAsDescribed } from './described.ts'

const accountsOfHub = () => [
  acmeAccount('corner-shop', { connector: acme, secrets: { webhookSecret: ['sesame'], spare: [] } }),
  acmeAccount('market-hall', { connector: acme }),
  acmeAccount('kiosk', { connector: acmeShort }),
  acmeAccount('closed-shop', { connector: acme, enabled: false }),
]

export interface Call {
  readonly role?: Role
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is. */
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answered {
  readonly status: number
  readonly body: unknown
  readonly headers: Readonly<Record<string, unknown>>
}

/** A whole hub over an empty store of its own, worked by hand; every answer is held against its description. */
export const openHub = async (
  { open }: Pick<TestEngine, 'open'>,
  more: Partial<HttpDeps> = {},
  others: readonly Account[] = [],
) => {
  const clock = openClock()
  const other = openOtherSide()
  const store = await open()
  const flow = await openFlow({ store, accounts: [...accountsOfHub(), ...others], clock, other })
  const { repositories } = flow
  const app = await buildApp({
    accounts: flow.accounts,
    repositories,
    store,
    bell: flow.bell,
    listens: flow.listens,
    connectors: [acme, acmeShort],
    log: silentLog,
    now: clock.now,
    version: '1.2.3',
    bodyLimitBytes: 1_048_576,
    ready: async () => ({ ready: true, because: [], degraded: [] }),
    ...more,
  })
  const keys = new Map<Role, string>()
  for (const role of roles) keys.set(role, (await flow.repositories.keys.make(role, role, clock.now())).text)
  const call = callOf(app, keys)
  const hook = hookOf(app, clock.now)
  return {
    app,
    flow,
    clock,
    other,
    store,
    repositories,
    call,
    get: (url: string, role: Role = 'viewer') => call('GET', url, { role }),
    post: (url: string, body?: unknown, how: Call = {}) =>
      call('POST', url, { role: 'operator', ...how, ...(body === undefined ? {} : { body }) }),
    hook,
    /** Orders that have come in and were worked. */
    take: async (...orders: readonly (AcmeOrder & Hook)[]) => {
      for (const { connection, ...order } of orders)
        await hook(acmeOrder(order), connection === undefined ? {} : { connection })
      await flow.work()
    },
    close: async () => {
      await app.close()
      await store.close()
    },
  }
}
export type Hub = Awaited<ReturnType<typeof openHub>>

type Method = 'GET' | 'POST' | 'DELETE' | 'PUT' | 'PATCH' | 'OPTIONS'

const callOf =
  (app: App, keys: ReadonlyMap<Role, string>) =>
  async (method: Method, url: string, { role, body, text, headers = {} }: Call = {}): Promise<Answered> => {
    const payload = text ?? (body === undefined ? undefined : JSON.stringify(body))
    const answer = await app.inject({
      method,
      url,
      ...(payload === undefined ? {} : { payload }),
      headers: {
        ...(role === undefined ? {} : { authorization: `Bearer ${keys.get(role) ?? ''}` }),
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    })
    const isJson = /json/.test(String(answer.headers['content-type']))
    const read: unknown = isJson ? answer.json() : answer.body
    expectAsDescribed(app, { method, url, status: answer.statusCode, body: read })
    return { status: answer.statusCode, body: read, headers: answer.headers }
  }

export interface Hook {
  readonly connection?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string | undefined>>
}

/** Posts a message as the channel does; a header given as undefined is left out. */
const hookOf =
  (app: App, now: () => Date) =>
  async (body: string, { connection = 'corner-shop', path = '', headers = {} }: Hook = {}): Promise<Answered> => {
    const usual = {
      'content-type': 'application/json',
      'x-acme-topic': 'order',
      'x-acme-signature': signed(body, { at: now().toISOString() }),
    }
    const given = Object.fromEntries(
      Object.entries({ ...usual, ...headers }).filter(([, value]) => value !== undefined),
    )
    const url = `/webhooks/${connection}${path}`
    const answer = await app.inject({ method: 'POST', url, payload: body, headers: given })
    return { status: answer.statusCode, body: answer.json(), headers: answer.headers }
  }

/** What lies at a path in an answer. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (held, step) => (typeof held === 'object' && held !== null ? Reflect.get(held, step) : undefined),
    value,
  )

/** The ids, or another field, of the items of a page. */
export const each = (page: unknown, ...path: readonly (string | number)[]): readonly unknown[] => {
  const items = at(page, 'items')
  return Array.isArray(items) ? items.map((item: unknown) => at(item, ...path)) : []
}

/** Every item of a list, page by page; a list of more pages than it can have is cut off. */
export const pagedThrough = async (hub: Hub, url: string, most = 20): Promise<readonly unknown[]> => {
  const items: unknown[] = []
  let cursor = ''
  for (let page = 0; page < most; page += 1) {
    const { body } = await hub.get(`${url}${cursor}`)
    items.push(...each(body))
    if (at(body, 'next') === null) return items
    cursor = `&cursor=${String(at(body, 'next'))}`
  }
  return [...items, 'and so on']
}
