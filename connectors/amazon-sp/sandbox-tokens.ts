import type { SandboxCall } from '../../src/connector/sandbox.ts'
import { checkerOf } from '../../src/kernel/schema.ts'
import { RestrictedRequest } from './payloads.ts'
import type { State } from './sandbox-posts.ts'
import { type Answered, no, say } from './sandbox-reply.ts'

const hour = 3600

/** Login with Amazon. */
export const grant = (state: State, { body }: SandboxCall, now: Date): Answered => {
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

const tokenOf = ({ headers }: SandboxCall): string => headers['x-amz-access-token'] ?? ''

/** Why a call is not let in. A restricted token opens what it was asked for, and nothing else. */
export const stranger = (state: State, call: SandboxCall, now: Date): Answered | undefined => {
  const until = state.tokens[tokenOf(call)]
  const denied = { code: 'Unauthorized', message: 'Access to requested resource is denied.' }
  if (until === undefined)
    return no(state, 403, { ...denied, details: 'The access token you provided is revoked, malformed or invalid.' })
  if (until <= now.getTime())
    return no(state, 403, { ...denied, details: 'The access token you provided has expired.' })
  return isRestricted(state, call) && resourceOf(state, call) === undefined ? no(state, 403, denied) : undefined
}

const isRestricted = ({ restricted }: State, call: SandboxCall): boolean => Object.hasOwn(restricted, tokenOf(call))

/** A path with its variable is of any order. */
const resourceOf = ({ restricted }: State, call: SandboxCall) =>
  restricted[tokenOf(call)]?.find(
    ({ method, path }) =>
      method === call.method &&
      path.split('/').length === call.path.split('/').length &&
      path.split('/').every((step, at) => step === '{orderId}' || step === call.path.split('/')[at]),
  )

/** The kinds of restricted data that a call is shown. */
export const elementsOf = (state: State, call: SandboxCall): ReadonlySet<string> =>
  new Set(resourceOf(state, call)?.dataElements ?? [])

const asked = checkerOf(RestrictedRequest)
/** By path: the kinds that there are. https://developer-docs.amazon.com/sp-api/docs/get-order-information and get-order-item-information, read 28 Nov 2026. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  orders: ['buyerInfo', 'shippingAddress', 'buyerTaxInformation'],
  orderItems: ['buyerInfo'],
}

/** createRestrictedDataToken, for the reads of v0 that are played. */
export const restrict = (state: State, { body }: SandboxCall, now: Date): Answered => {
  const request: unknown = jsonOf(body)
  if (!asked.is(request)) return no(state, 400, { code: 'InvalidInput', message: 'Invalid Input' })
  const odd = request.restrictedResources.find(({ method, path, dataElements = [] }) => {
    const [, items] = /^\/orders\/v0\/orders\/[^/]+(?:\/(orderItems))?$/.exec(path) ?? [undefined, 'none']
    const known = kinds[items ?? 'orders'] ?? []
    return method !== 'GET' || dataElements.length === 0 || dataElements.some((one) => !known.includes(one))
  })
  if (odd !== undefined)
    return no(state, 400, {
      code: 'InvalidInput',
      message: 'Application does not have access to one or more requested data elements',
      details: `${odd.method} ${odd.path}`,
    })
  const restrictedDataToken = `Atz.sprdt|sandbox-${state.start.seed}-${state.calls}`
  const tokens = { ...state.tokens, [restrictedDataToken]: now.getTime() + hour * 1000 }
  const restricted = { ...state.restricted, [restrictedDataToken]: request.restrictedResources }
  return say({ ...state, tokens, restricted }, 200, { restrictedDataToken, expiresIn: hour })
}

const jsonOf = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(body).toString())
  } catch {
    return undefined
  }
}
