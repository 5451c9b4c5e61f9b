import type { SandboxCall, SandboxReply } from '../../src/connector/sandbox.ts'
import { HubError } from '../../src/kernel/errors.ts'
import { type Json, readJson } from '../../src/kernel/json.ts'
import { type Dispatched, readied, sent } from './sandbox-dispatch.ts'
import { filtered, returned } from './sandbox-filter.ts'
import type { State, Step } from './sandbox-posts.ts'
import type { Parcel } from './sandbox-shop.ts'
import { detailsOf, shipmentOf } from './sandbox-wire.ts'

type Answered = Step & { readonly reply: SandboxReply }
interface At {
  readonly state: State
  readonly call: SandboxCall
  readonly now: Date
}

/** No limit is published: it takes so many calls in a minute by its own clock. */
export const callsAMinute = 600
/** Seconds, as they were seen: https://flipkart.github.io/fk-api-platform-docs/docs/intro, read 23 Nov 2026. */
const tokenLasts = 5_183_999

/** The calls that the hub makes. */
export const answerCall = (before: State, call: SandboxCall, now: Date): Answered => {
  const minute = before.minute.filter((ms) => ms > now.getTime() - 60_000)
  const above = minute.length >= callsAMinute
  const state = {
    ...before,
    calls: before.calls + 1,
    minute: above ? minute : [...minute, now.getTime()],
    aboveLimits: before.aboveLimits + (above ? 1 : 0),
  }
  const at = { state, call, now }
  if (call.path === '/oauth-service/oauth/token') return granted(at)
  const until = state.tokens[call.headers['authorization']?.replace(/^Bearer /, '') ?? '']
  if (until === undefined || until <= now.getTime()) return no(at, 401, 'Invalid or expired access token')
  if (above && !state.unlimited) return no(at, 429, 'Too many requests')
  const route = routes.find(({ method, path }) => method === call.method && path.test(call.path))
  return route === undefined ? no(at, 404, 'No such resource') : route.answer(at)
}

const say = ({ now }: At, status: number, body: object): SandboxReply => ({
  status,
  headers: { 'content-type': 'application/json', date: now.toUTCString() },
  body: JSON.stringify(body),
})
/** The body of a 4xx is not published. */
const no = (at: At, status: number, sentence: string): Answered => ({
  state: at.state,
  posts: [],
  reply: say(at, status, { errors: [{ code: String(status), message: sentence }] }),
})
/** A body, or why there is none. */
const shown = (at: At, body: object | string): Answered =>
  typeof body === 'string' ? no(at, 422, body) : { state: at.state, posts: [], reply: say(at, 200, body) }
const became = (at: At, { state, posts, body }: Dispatched): Answered =>
  typeof body === 'string' ? no(at, 422, body) : { state, posts, reply: say(at, 200, body) }

/** GET /oauth-service/oauth/token, with the application's credentials as HTTP Basic: intro, read 23 Nov 2026. */
const granted = (at: At): Answered => {
  const { state, call, now } = at
  const basic = `Basic ${Buffer.from(`${state.appId}:${state.secret}`).toString('base64')}`
  if (call.headers['authorization'] !== basic) return no(at, 401, 'Bad credentials')
  const { grant_type: type, scope, refresh_token: refresh } = call.query
  const isOurs = type === 'client_credentials' && scope === 'Seller_Api' && state.refreshToken === undefined
  const isPartners = type === 'refresh_token' && refresh === state.refreshToken
  if (!isOurs && !isPartners) return no(at, 400, 'invalid_grant')
  const token = `token-${state.seed}-${Object.keys(state.tokens).length + 1}`
  const tokens = { ...state.tokens, [token]: now.getTime() + tokenLasts * 1000 }
  const body = { access_token: token, token_type: 'bearer', expires_in: tokenLasts, scope: 'Seller_Api' }
  return { state: { ...state, tokens }, posts: [], reply: say(at, 200, body) }
}

/** What a shipment can be asked by: one of them alone in a call. */
const finders: Readonly<Record<string, (parcel: Parcel) => readonly string[]>> = {
  shipmentIds: ({ id }) => [id],
  orderIds: ({ order }) => [order],
  orderItemIds: ({ items }) => items.map(({ id }) => id),
}

const found = (at: At): Answered => {
  const { state, call } = at
  const [by, ...others] = Object.keys(finders).filter((name) => call.query[name] !== undefined)
  const find = by === undefined ? undefined : finders[by]
  if (by === undefined || find === undefined || others.length > 0)
    return no(at, 400, 'One of shipmentIds, orderIds, orderItemIds is expected')
  const ids = call.query[by]?.split(',') ?? []
  const parcels = Object.values(state.parcels).filter((parcel) => find(parcel).some((id) => ids.includes(id)))
  return shown(at, { shipments: parcels.map(shipmentOf) })
}

const detailed = (at: At): Answered => {
  const ids = decodeURIComponent(at.call.path.slice(at.call.path.lastIndexOf('/') + 1)).split(',')
  const parcels = ids.flatMap((id) => at.state.parcels[id] ?? [])
  return shown(at, { shipments: parcels.map(detailsOf) })
}

const routes: readonly {
  readonly method: string
  readonly path: RegExp
  readonly answer: (at: At) => Answered
}[] = [
  {
    method: 'POST',
    path: /^\/sellers\/v3\/shipments\/filter$/,
    answer: (at) => shown(at, filtered(at.state, { body: bodyOf(at.call) })),
  },
  {
    method: 'GET',
    path: /^\/sellers\/v3\/shipments\/filter$/,
    answer: (at) => shown(at, filtered(at.state, { token: at.call.query['next_token'] ?? '' })),
  },
  {
    method: 'POST',
    path: /^\/sellers\/v3\/shipments\/dispatch$/,
    answer: (at) => became(at, readied(at.state, bodyOf(at.call), at.now)),
  },
  {
    method: 'POST',
    path: /^\/sellers\/v3\/shipments\/selfShip\/dispatch$/,
    answer: (at) => became(at, sent(at.state, bodyOf(at.call), at.now)),
  },
  { method: 'GET', path: /^\/sellers\/v2\/returns$/, answer: (at) => shown(at, returned(at.state, at.call.query)) },
  { method: 'GET', path: /^\/sellers\/v3\/shipments$/, answer: found },
  { method: 'GET', path: /^\/sellers\/v3\/shipments\/[^/]+$/, answer: detailed },
]

const bodyOf = ({ body }: SandboxCall): Json => {
  try {
    return readJson(body)
  } catch (error) {
    if (error instanceof HubError) return null
    throw error
  }
}
