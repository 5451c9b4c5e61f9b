import { asHubError, HubError } from '../kernel/errors.ts'
import { type Json, readJson } from '../kernel/json.ts'
import { classify } from './classify.ts'
import type { Answer, Ask, Connector, Grant, Lane, Secrets, Trouble } from './contract.ts'
import { failureOf, refusalOf } from './http-errors.ts'
import { openRoads } from './http-roads.ts'
import { urlOf } from './http-url.ts'

/** What a call needs to know of a connection. */
export interface Account {
  readonly id: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly secrets: Secrets
  /** Stands in for every host of the connector, and is the one loopback address that is admitted. */
  readonly sandboxUrl?: string
}

export interface HttpDeps {
  /** Waits for, and spends, one call of the connection's allowance, and of the lane's where one is named. */
  readonly spend: (connection: string, lane?: NamedLane) => Promise<void>
  /** Takes in what the channel says it allows of a lane, in calls a second. */
  readonly learn?: (connection: string, lane: string, requestsPerSecond: number) => void
  /** Gives the token of a grant; required where a connector has grants. `spent`: one that the other side takes no more. */
  readonly tokenFor?: TokenFor
  readonly now: () => Date
  /** ms for one call, from the first byte to the last; 20,000 where absent. */
  readonly timeoutMs?: number
}

export interface SendOptions {
  /** Another scheme and host than the connector's. The connector's own credentials do not go there. */
  readonly base?: string
  readonly headers?: Readonly<Record<string, string>>
  /** In place of the connector's `authorise`: headers over the exact bytes sent. */
  readonly sign?: (body: Uint8Array) => Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Statuses that are an answer and no failure: 404 to a question is "gone". */
  readonly accept?: readonly number[]
  /** In place of the connector's `classify`. */
  readonly classify?: Connector['classify']
}

export interface NamedLane extends Lane {
  readonly name: string
}

export interface TokenWanted {
  readonly connector: Connector
  readonly account: Account
  /** The name of the grant. */
  readonly name: string
  readonly grant: Grant<Account['settings']>
  readonly spent?: string
  readonly send: Send
}
export type TokenFor = (wanted: TokenWanted) => Promise<string>

/**
 * One call to the other side.
 * @throws HubError whose `detail.sent` says whether anything may have reached it:
 *   CHANNEL_AWAY no answer · HOST_REFUSED outside the connector's hosts · CHANNEL_UNREADABLE above 10 MiB ·
 *   or what `classify` made of the answer, with `detail.status` and, where the channel says so, `detail.waitSeconds`
 */
export type Send = (connector: Connector, account: Account, ask: Ask, options?: SendOptions) => Promise<Answer>

const maxAnswerBytes = 10 * 1024 * 1024

/** The one outbound client. It follows no redirects, uses no proxy, and reaches no private address. */
export const openHttp = (deps: HttpDeps): Send => {
  const roads = openRoads()
  const send: Send = async (connector, account, ask, options = {}) => {
    const once = async (token: string | undefined): Promise<Told> => {
      const base = options.base ?? connector.base?.(account.settings)
      const inQuery = queryProofOf(connector, account, options)
      const asked = { ...ask, query: { ...ask.query, ...inQuery } }
      const url = urlOf(connector.id, { base, sandboxUrl: account.sandboxUrl, ask: asked })
      const body = bodyOf(ask)
      const proof = proofOf({ connector, account, now: deps.now(), token }, ask, { options, body })
      const headers = {
        ...usualHeaders(ask, body),
        ...lowered(ask.headers),
        ...lowered(options.headers),
        ...lowered(proof),
      }
      mustBeHeaders(connector.id, headers)
      await deps.spend(account.id, laneOf(connector, ask))
      const road = roads(url, account.sandboxUrl !== undefined)
      const signal = deadline(deps.timeoutMs ?? 20_000, options.signal)
      const answer = await call({ url, method: ask.method, headers, body, road, signal })
      const said = ask.lane === undefined ? undefined : connector.laneRate?.(answer)
      if (said !== undefined) deps.learn?.(account.id, ask.lane ?? '', said)
      return { answer, proof: { ...proof, ...inQuery } }
    }
    const { answer, proof } = await withToken(deps, send, { connector, account, ask, options, once })
    if (options.accept?.includes(answer.status)) return answer
    const trouble = (options.classify ?? connector.classify ?? classify)(answer, deps.now())
    if (trouble === undefined) return answer
    throw refusalOf(
      withWait(trouble, laneOf(connector, ask)),
      { status: answer.status, ...(ask.lane === undefined ? {} : { lane: ask.lane }) },
      [...Object.values(account.secrets).flat(), ...Object.values(proof)],
    )
  }
  return send
}

interface Told {
  readonly answer: Answer
  /** The headers and query parameters that proved us: nothing of them may be told on. */
  readonly proof: Readonly<Record<string, string>>
}

interface Sending {
  readonly connector: Connector
  readonly account: Account
  readonly ask: Ask
  readonly options: SendOptions
  readonly once: (token: string | undefined) => Promise<Told>
}

/** Sends under the token of the ask's grant; one that has run out before its time is got anew, once. */
const withToken = async (
  { tokenFor }: HttpDeps,
  send: Send,
  { connector, account, ask, options, once }: Sending,
): Promise<Told> => {
  const name = ask.grant ?? 'access'
  const grant = options.base === undefined && options.sign === undefined ? connector.grants?.[name] : undefined
  if (grant === undefined) return once(undefined)
  if (tokenFor === undefined) throw new HubError('CONFIG_INVALID', `nobody gives tokens to ${connector.id}`)
  const wanted = { connector, account, name, grant, send }
  const token = await tokenFor(wanted)
  const told = await once(token)
  if (!(grant.spent?.(told.answer) ?? told.answer.status === 401)) return told
  return once(await tokenFor({ ...wanted, spent: token }))
}

const laneOf = ({ id, lanes }: Connector, { lane: name }: Ask): NamedLane | undefined => {
  if (name === undefined) return undefined
  const lane = lanes?.[name]
  if (lane === undefined) throw new HubError('CONFIG_INVALID', `connector ${id} has no lane "${name}"`)
  return { name, ...lane }
}

/** Where the channel names no time to wait: one call's worth of the lane, for less would be refused again. */
const withWait = (trouble: Trouble, lane: NamedLane | undefined): Trouble =>
  lane === undefined || trouble.code !== 'CHANNEL_SLOW_DOWN' || trouble.waitSeconds !== undefined
    ? trouble
    : { ...trouble, waitSeconds: Math.ceil(1 / lane.requestsPerSecond) }

const bodyOf = ({ body, form }: Ask): Buffer | undefined => {
  if (form !== undefined) return Buffer.from(new URLSearchParams(form).toString())
  return body === undefined ? undefined : Buffer.from(JSON.stringify(body))
}

const usualHeaders = ({ form }: Ask, body: Uint8Array | undefined): Record<string, string> => ({
  accept: 'application/json',
  'user-agent': 'Crossdock',
  ...(body === undefined
    ? {}
    : { 'content-type': form === undefined ? 'application/json' : 'application/x-www-form-urlencoded' }),
})

const lowered = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

/** The client would leave such characters out without a word, and send another secret than the one configured. */
const mustBeHeaders = (connector: string, headers: Readonly<Record<string, string>>): void => {
  const odd = Object.keys(headers).find((name) => !/^[\t\x20-\x7e\x80-\xff]*$/.test(headers[name] ?? ''))
  if (odd === undefined) return
  throw new HubError('CONFIG_INVALID', `connector ${connector}: header ${odd} holds a character that none may hold`, {
    sent: false,
  })
}

interface From {
  readonly connector: Connector
  readonly account: Account
  readonly now: Date
  readonly token: string | undefined
}
interface To {
  readonly options: SendOptions
  readonly body: Uint8Array | undefined
}

const proofOf = (
  { connector, account, now, token }: From,
  ask: Ask,
  { options, body }: To,
): Readonly<Record<string, string>> => {
  if (options.sign !== undefined) return options.sign(body ?? new Uint8Array())
  if (options.base !== undefined) return {}
  const { secrets, settings } = account
  return connector.authorise?.(ask, { secrets, settings, now, ...(token === undefined ? {} : { token }) }) ?? {}
}

/** As with the headers: another base, and what is signed in another way, never see the connector's credentials. */
const queryProofOf = (
  { authoriseQuery }: Connector,
  { secrets, settings }: Account,
  { base, sign }: SendOptions,
): Readonly<Record<string, string>> =>
  base === undefined && sign === undefined ? (authoriseQuery?.({ secrets, settings }) ?? {}) : {}

const deadline = (ms: number, signal: AbortSignal | undefined): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(ms), ...(signal === undefined ? [] : [signal])])

interface Call {
  readonly url: URL
  readonly method: Ask['method']
  readonly headers: Record<string, string>
  readonly body: Buffer | undefined
  readonly road: ReturnType<ReturnType<typeof openRoads>>
  readonly signal: AbortSignal
}

const call = async ({ url, method, headers, body, road, signal }: Call): Promise<Answer> => {
  try {
    // Loaded with the first call: a hub takes orders before it makes one.
    const { default: axios } = await import('axios')
    const {
      status,
      headers: said,
      data,
    } = await axios.request<Buffer>({
      url: url.href,
      method,
      headers,
      data: body,
      signal,
      transport: road.transport,
      httpAgent: road.agents.http,
      httpsAgent: road.agents.https,
      responseType: 'arraybuffer',
      transformRequest: [(bytes) => bytes],
      transformResponse: [(bytes) => bytes],
      validateStatus: () => true,
      maxRedirects: 0,
      proxy: false,
      maxContentLength: maxAnswerBytes,
      maxBodyLength: maxAnswerBytes,
    })
    return answerOf(status, headersOf(said), data)
  } catch (error) {
    throw failureOf(error, { host: url.host, sent: road.sent(), expired: signal.aborted })
  }
}

const headersOf = (said: object): Record<string, string> =>
  Object.fromEntries(Object.entries(said).map(([name, value]) => [name.toLowerCase(), String(value)]))

const answerOf = (status: number, headers: Record<string, string>, bytes: Uint8Array): Answer => {
  const at = Date.parse(headers['date'] ?? '')
  return { status, headers, bytes, body: jsonOf(bytes), ...(Number.isNaN(at) ? {} : { at }) }
}

const jsonOf = (bytes: Uint8Array): Json | undefined => {
  if (bytes.length === 0) return undefined
  try {
    return readJson(bytes)
  } catch (error) {
    if (asHubError(error).code === 'PAYLOAD_UNREADABLE') return undefined
    throw error
  }
}
