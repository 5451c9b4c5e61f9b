import { classify as byStatus } from '../../src/connector/classify.ts'
import type { Answer, Ask, Connector, Grant, Lane, List, Listed, Query, Trouble } from '../../src/connector/contract.ts'
import { type Code, HubError } from '../../src/kernel/errors.ts'
import type { Checker } from '../../src/kernel/schema.ts'
import { millisecondsOf, readInstant } from '../../src/kernel/time.ts'
import { type Errors, errors, type Order, orderAnswer, searchAnswer, tokenAnswer, tokenError } from './payloads.ts'
import type { Settings } from './settings.ts'

/** https://developer-docs.amazon.com/sp-api/docs/sp-api-endpoints, read 24 Nov 2026. */
export const base = ({ region, environment }: Settings): string =>
  `https://${environment === 'sandbox' ? 'sandbox.' : ''}sellingpartnerapi-${region}.amazon.com`

/** Signatures of AWS are asked for no more: https://developer-docs.amazon.com/sp-api/changelog/sp-api-will-no-longer-require-aws-iam-or-aws-signature-version-4, read 24 Nov 2026. */
export const authorise: NonNullable<Connector<Settings>['authorise']> = (_ask, { token }): Record<string, string> =>
  token === undefined ? {} : { 'x-amz-access-token': token }

/** The allowance of each operation, as its description in the model says; Amazon counts each by itself. */
export const lanes = {
  search: { requestsPerSecond: 0.0056, burst: 20 },
  'get-order': { requestsPerSecond: 0.5, burst: 30 },
  confirm: { requestsPerSecond: 2, burst: 10 },
} as const satisfies Readonly<Record<string, Lane>>
export type LaneName = keyof typeof lanes

/** What an answer of Login with Amazon means for us: clients/sellingpartner-api-aa-java, LWAExceptionErrorCode.java, read 24 Nov 2026. */
const refusals: Readonly<Record<string, { readonly code: Code; readonly sentence: string }>> = {
  invalid_grant: {
    code: 'CHANNEL_DENIED',
    sentence: 'the seller took the consent back, or the refresh token is not of this application',
  },
  access_denied: { code: 'CHANNEL_DENIED', sentence: 'the seller took the consent back' },
  invalid_client: {
    code: 'CHANNEL_DENIED',
    sentence: 'the client id or the client secret is wrong, or the secret was rotated away',
  },
  unauthorized_client: { code: 'CHANNEL_DENIED', sentence: 'the application may not ask for this seller' },
  invalid_scope: { code: 'CHANNEL_DENIED', sentence: 'the application has not the scope' },
  server_error: { code: 'CHANNEL_AWAY', sentence: 'Login with Amazon failed' },
  temporarily_unavailable: { code: 'CHANNEL_AWAY', sentence: 'Login with Amazon is away' },
}

/** The access token, of an hour: https://developer-docs.amazon.com/sp-api-blog/docs/selling-partner-api-migration-for-private-developers, read 24 Nov 2026. */
export const access: Grant<Settings> = {
  ask: ({ settings, secrets }) => ({
    base: 'https://api.amazon.com',
    method: 'POST',
    path: '/auth/o2/token',
    form: {
      grant_type: 'refresh_token',
      refresh_token: secrets['refreshToken']?.[0] ?? '',
      client_id: settings.clientId,
      client_secret: secrets['clientSecret']?.[0] ?? '',
    },
  }),
  read: (answer) => {
    const { access_token, expires_in } = bodyOf(tokenAnswer, answer, 'an access token of Login with Amazon')
    return { token: access_token, lastsSeconds: expires_in }
  },
  classify: (answer, now) => {
    const usual = byStatus(answer, now)
    if (usual === undefined || !tokenError.is(answer.body)) return usual
    const { error, error_description } = answer.body
    const known = refusals[error]
    const words = `Login with Amazon says ${error}${error_description === undefined ? '' : `: ${error_description}`}`
    return known === undefined
      ? { ...usual, sentence: words }
      : { code: known.code, sentence: `${known.sentence} (${words})` }
  },
  // a token that has run out is answered 403, not 401: https://github.com/amzn/selling-partner-api-models/issues/4122, read 24 Nov 2026
  spent: ({ status, body }) => status === 401 || (status === 403 && /expired/i.test(wordsIn(body))),
}

const wordsIn = (body: unknown): string =>
  errors.is(body) ? body.errors.map(({ message, details = '' }) => `${message} ${details}`).join(' ') : ''

/** A retry of what was done already, in Amazon's words: https://github.com/amzn/selling-partner-api-models/issues/5037, read 24 Nov 2026. */
const doneAlready = /PackageToUpdateNotFound|already fulfilled/i

/** By the HTTP status: one and the same code is written in several ways. */
export const classify = (answer: Answer, now: Date): Trouble | undefined => {
  const usual = byStatus(answer, now)
  if (usual === undefined || !errors.is(answer.body)) return usual
  const code =
    usual.code === 'CHANNEL_REFUSED' && doneAlready.test(wordsIn(answer.body)) ? 'CHANNEL_CONFLICT' : usual.code
  return { ...usual, code, sentence: answer.body.errors.map(sentenceOf).join('; ') }
}

const sentenceOf = ({ code, message, details = '' }: Errors['errors'][number]): string =>
  `Amazon says ${code}: ${message}${details === '' ? '' : ` (${details})`}`

/** What the seller and the application are allowed, where Amazon says it; of a 429 it says nothing. */
export const laneRate = ({ headers }: Answer): number | undefined => {
  const rate = Number(headers['x-amzn-ratelimit-limit'])
  return rate > 0 ? rate : undefined
}

/** @throws CHANNEL_UNREADABLE naming what is not there */
const bodyOf = <T>(checker: Checker<T>, answer: Answer | undefined, what: string): T => {
  const body: unknown = answer?.body
  if (checker.is(body)) return body
  const [fault] = checker.faults(body)
  throw new HubError(
    'CHANNEL_UNREADABLE',
    `expected ${what}: ${fault?.path ?? ''} ${fault?.expected ?? 'nothing came'}`,
  )
}

/** Everything that is shown to the application; what its roles do not cover is left out without an error. */
const everything = [
  'BUYER',
  'RECIPIENT',
  'PROCEEDS',
  'EXPENSE',
  'PROMOTION',
  'CANCELLATION',
  'FULFILLMENT',
  'PACKAGES',
  'TAX',
  'PAYMENT',
].join(',')

/** getOrder: the request that reads one order. @param included names of data sets, with commas between */
export const readOrder = (id: string, included: string = everything): Ask => ({
  method: 'GET',
  path: `/orders/2026-01-01/orders/${encodeURIComponent(id)}`,
  query: { includedData: included },
  lane: 'get-order' satisfies LaneName,
})

export const orderIn = (answer: Answer | undefined): Order => bodyOf(orderAnswer, answer, 'an order of Amazon').order

/** Orders have no version: the time of the last change, in ms. */
const rankOf = ({ lastUpdatedTime }: Order): number => millisecondsOf(readInstant(lastUpdatedTime))

export const order: Query<Settings> = {
  topic: 'read/order',
  ask: (id) => readOrder(id),
  read: (answer) => {
    if (answer.status === 404) return 'gone'
    return { rank: rankOf(orderIn(answer)), ...(answer.at === undefined ? {} : { observed: answer.at }) }
  },
}

const windowNames = { changed: 'lastUpdated', placed: 'created' } as const

/** searchOrders, all marketplaces in one call, for it may be called every three minutes only. */
export const orders: List<Settings> = {
  description: 'Orders of all marketplaces of the connection, by when they changed or were placed.',
  topic: 'read/order',
  by: ['changed', 'placed'],
  // "at least two minutes before the time of the request"
  lagSeconds: 120,
  ask: ({ window, settings }, page) => ({
    method: 'GET',
    path: '/orders/2026-01-01/orders',
    query: {
      [`${windowNames[window.by]}After`]: window.from.toISOString(),
      // "at or before": the end of our window is not in it
      [`${windowNames[window.by]}Before`]: new Date(window.to.getTime() - 1).toISOString(),
      marketplaceIds: settings.marketplaces.join(','),
      maxResultsPerPage: '100',
      includedData: everything,
      // all else must be what it was: https://github.com/amzn/selling-partner-api-sdk/issues/717, read 24 Nov 2026
      ...(page === undefined ? {} : { paginationToken: page }),
    },
    lane: 'search' satisfies LaneName,
  }),
  read: (answer) => {
    const { orders: found, pagination } = bodyOf(searchAnswer, answer, 'a page of orders of Amazon')
    const next = pagination?.nextToken ?? ''
    return { items: found.map((one) => listed(one, answer.at)), ...(next === '' ? {} : { next }) }
  },
}

const listed = (one: Order, observed: number | undefined): Listed => {
  const total = one.proceeds?.grandTotal
  return {
    order: one.orderId,
    rank: rankOf(one),
    placed: millisecondsOf(readInstant(one.createdTime)),
    changed: rankOf(one),
    ...(observed === undefined ? {} : { observed }),
    ...(total === undefined ? {} : { total: { amount: total.amount, currency: total.currencyCode } }),
    payload: { order: one },
  }
}
