import nock from 'nock'
import { askGrant } from '../../src/connector/grant.ts'
import { openHttp, type Send, type TokenFor } from '../../src/connector/http.ts'
import type { SandboxCall, SandboxPost } from '../../src/connector/sandbox.ts'
import { asHubError, type HubError } from '../../src/kernel/errors.ts'
import { type Json, readJson } from '../../src/kernel/json.ts'
import type { Bench } from './prove-connector-bench.ts'

/** A call as it left us: the real method, address, headers and body. */
export interface Called extends SandboxCall {
  readonly url: string
}

/** What a call meets instead of the sandbox. before: the network refuses it; after: the sandbox acts, and its answer is lost. */
export type Mishap =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string }
  | 'before'
  | 'after'

/** The other side of the network: the sandbox behind the connector's real hosts. */
export interface Outside {
  readonly send: Send
  readonly calls: Called[]
  readonly answers: Json[]
  readonly posts: SandboxPost[]
  state: unknown
  /** What the next calls meet; asked with the number of the call, from 0. */
  mishap: (call: number) => Mishap | undefined
}

/** Runs work against the sandbox; every host of the world is it, so that a call to a wrong one is seen. */
export const withOutside = async <T>(
  bench: Bench,
  from: { readonly state: unknown; readonly now: Date },
  work: (outside: Outside) => Promise<T>,
): Promise<T> => {
  const tokens = new Map<string, string>()
  // One token may be asked for under another.
  let granting = 0
  const tokenFor: TokenFor = async (wanted) => {
    const held = tokens.get(wanted.name)
    if (held !== undefined && held !== wanted.spent) return held
    granting += 1
    const { token } = await askGrant(wanted, from.now).finally(() => {
      granting -= 1
    })
    tokens.set(wanted.name, token)
    return token
  }
  const outside: Outside = {
    send: openHttp({ spend: () => Promise.resolve(), now: () => from.now, tokenFor }),
    calls: [],
    answers: [],
    posts: [],
    state: from.state,
    mishap: () => undefined,
  }
  nock.disableNetConnect()
  const everywhere = nock(/.*/).persist()
  const reply = (request: Request): Promise<[number, string, Record<string, string>]> =>
    granting > 0
      ? grant(bench, outside, { request, now: from.now })
      : answer(bench, outside, { request, now: from.now })
  for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) everywhere[method](/.*/).reply(reply)
  try {
    return await work(outside)
  } finally {
    nock.cleanAll()
    nock.enableNetConnect()
  }
}

const answer = async (
  { connector }: Bench,
  outside: Outside,
  { request, now }: { readonly request: Request; readonly now: Date },
): Promise<[number, string, Record<string, string>]> => {
  const called = await calledOf(request)
  const mishap = outside.mishap(outside.calls.length)
  outside.calls.push(called)
  if (mishap === 'before') throw brokenBy('ECONNREFUSED')
  if (mishap !== undefined && mishap !== 'after')
    return [mishap.status, mishap.body, { 'content-type': 'application/json', ...mishap.headers }]
  const { state, reply, posts } = connector.sandbox.answer(outside.state, called, now)
  outside.state = state
  outside.posts.push(...posts)
  if (mishap === 'after') throw brokenBy('ECONNRESET')
  outside.answers.push(reply.body === '' ? null : readJson(Buffer.from(reply.body)))
  return [reply.status, reply.body, { ...reply.headers }]
}

/** A token is got on the side: no call that is looked at, and nothing befalls it. */
const grant = async (
  { connector }: Bench,
  outside: Outside,
  { request, now }: { readonly request: Request; readonly now: Date },
): Promise<[number, string, Record<string, string>]> => {
  const { state, reply } = connector.sandbox.answer(outside.state, await calledOf(request), now)
  outside.state = state
  return [reply.status, reply.body, { ...reply.headers }]
}

const brokenBy = (code: string): Error => Object.assign(new Error(code), { code })

const calledOf = async (request: Request): Promise<Called> => {
  const { pathname, searchParams } = new URL(request.url)
  return {
    method: request.method,
    url: request.url,
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: Object.fromEntries(request.headers),
    body: new Uint8Array(await request.arrayBuffer()),
  }
}

/** Hosts that a connector may call: its own, and those its commands go to. */
export const hostsOf = ({ connector, account }: Bench): readonly string[] =>
  [connector, ...Object.values(connector.commands)]
    .map((one) => one.base?.(account.settings))
    .flatMap((base) => (base === undefined ? [] : [new URL(base).origin]))

/** The error that work ends in. @throws where it ends well */
export const errorOf = async (work: () => Promise<unknown>): Promise<HubError> => {
  try {
    await work()
  } catch (error) {
    return asHubError(error)
  }
  throw new Error('expected a failure, but it went well')
}

/** Ids that lead a careless path elsewhere. */
export const oddIds = [
  '//evil.example/x',
  '..',
  '../..',
  '\\\\evil.example\\x',
  '@evil.example/',
  'a?admin=1',
  'a#b',
  'a/b',
  '%2e%2e/x',
] as const

/** @throws where a call went to another host, or an id became part of an address's structure */
export const mustStayHome = (bench: Bench, { calls }: Outside): void => {
  const hosts = hostsOf(bench)
  for (const { url } of calls) {
    const { origin, pathname, search } = new URL(url)
    if (!hosts.includes(origin)) throw new Error(`${origin} was called; the connector's hosts are ${hosts.join(', ')}`)
    if (/admin=1/.test(search) || /\/a\/b(\/|$)|\/x$/.test(pathname))
      throw new Error(`an id was not encoded: it became part of ${pathname}${search}`)
  }
}
