import type { SandboxCall } from '../../src/connector/sandbox.ts'
import { confirm } from './sandbox-confirm.ts'
import type { State } from './sandbox-posts.ts'
import { type Answered, no, say } from './sandbox-reply.ts'
import { search } from './sandbox-search.ts'
import { includedIn, orderOf } from './sandbox-wire.ts'

/** Rates and bursts of the usage plans, per operation, as the models' descriptions give them. */
const plans = {
  searchOrders: { rate: 0.0056, burst: 20 },
  getOrder: { rate: 0.5, burst: 30 },
  confirmShipment: { rate: 2, burst: 10 },
} as const
type Operation = keyof typeof plans

/** Spends one call of an operation's bucket, by the sandbox's own clock. */
const throttled = (
  state: State,
  operation: Operation,
  now: Date,
): { readonly state: State; readonly over: boolean } => {
  const { rate, burst } = plans[operation]
  const interval = 1000 / rate
  const from = Math.max(state.spent[operation] ?? 0, now.getTime())
  const over = from + interval - now.getTime() > burst * interval
  return over
    ? { state: { ...state, aboveLimits: state.aboveLimits + 1 }, over: state.start.unlimited !== true }
    : { state: { ...state, spent: { ...state.spent, [operation]: from + interval } }, over: false }
}

/** Login with Amazon and the three operations that are played. */
export const answerCall = (before: State, call: SandboxCall, now: Date): Answered => {
  const state = { ...before, calls: before.calls + 1 }
  if (call.path === '/auth/o2/token') return grant(state, call, now)
  const refused = stranger(state, call, now)
  if (refused !== undefined) return refused
  const [, id, confirming] =
    /^\/orders\/(?:2026-01-01|v0)\/orders\/([^/]+)(\/shipmentConfirmation)?$/.exec(call.path) ?? []
  if (call.method === 'GET' && call.path === '/orders/2026-01-01/orders')
    return within(state, 'searchOrders', now, (next) => search(next, call, now))
  if (id === undefined) return no(state, 404, { code: 'NotFound', message: 'Resource not found.' })
  const name = decodeURIComponent(id)
  if (confirming !== undefined)
    return within(state, 'confirmShipment', now, (next) => confirm(next, { call, id: name, now }))
  return within(state, 'getOrder', now, (next) => show(next, name, call))
}

const within = (state: State, operation: Operation, now: Date, work: (state: State) => Answered): Answered => {
  const spent = throttled(state, operation, now)
  // it says neither its rate nor how long to wait: the models list no such header on 429
  if (spent.over)
    return no(spent.state, 429, {
      code: 'QuotaExceeded',
      message: 'You exceeded your quota for the requested resource.',
    })
  const answered = work(spent.state)
  const headers = { ...answered.reply.headers, 'x-amzn-ratelimit-limit': String(plans[operation].rate) }
  return { ...answered, reply: { ...answered.reply, headers } }
}

const stranger = (state: State, { headers }: SandboxCall, now: Date): Answered | undefined => {
  const until = state.tokens[headers['x-amz-access-token'] ?? '']
  const denied = { code: 'Unauthorized', message: 'Access to requested resource is denied.' }
  if (until === undefined)
    return no(state, 403, { ...denied, details: 'The access token you provided is revoked, malformed or invalid.' })
  return until <= now.getTime()
    ? no(state, 403, { ...denied, details: 'The access token you provided has expired.' })
    : undefined
}

const hour = 3600

const grant = (state: State, { body }: SandboxCall, now: Date): Answered => {
  const form = new URLSearchParams(Buffer.from(body).toString())
  const { secrets, settings } = state.start
  const wrong = (error: string, error_description: string): Answered =>
    say(state, error === 'invalid_client' ? 401 : 400, { error, error_description })
  if (
    form.get('client_id') !== settings['clientId'] ||
    !(secrets['clientSecret'] ?? []).includes(form.get('client_secret') ?? '')
  )
    return wrong('invalid_client', 'Client authentication failed')
  if (form.get('grant_type') !== 'refresh_token')
    return wrong('unsupported_grant_type', 'The authorization grant type is not supported')
  const refresh_token = form.get('refresh_token') ?? ''
  if (!(secrets['refreshToken'] ?? []).includes(refresh_token))
    return wrong('invalid_grant', 'The request has an invalid grant parameter : refresh_token')
  const access_token = `Atza|sandbox-${state.start.seed}-${state.calls}`
  const tokens = { ...state.tokens, [access_token]: now.getTime() + hour * 1000 }
  return say({ ...state, tokens }, 200, { access_token, token_type: 'bearer', expires_in: hour, refresh_token })
}

const show = (state: State, id: string, { query }: SandboxCall): Answered => {
  const sale = Object.hasOwn(state.sales, id) ? state.sales[id] : undefined
  if (sale === undefined) return no(state, 404, { code: 'NotFound', message: 'Order not found.' })
  return say(state, 200, { order: orderOf(sale, includedIn(query)) })
}
