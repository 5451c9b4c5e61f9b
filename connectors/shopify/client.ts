import { classify as classifyStatus } from '../../src/connector/classify.ts'
import type { Answer, Ask, Query, Secrets, Trouble } from '../../src/connector/contract.ts'
import { type Code, HubError, refuse } from '../../src/kernel/errors.ts'
import type { Json } from '../../src/kernel/json.ts'
import type { Checker } from '../../src/kernel/schema.ts'
import { hasUserErrors, isFailed, readOrderAnswer, tellsCost } from './payloads.ts'
import { pageSizes, readOrder } from './queries.ts'
import type { Settings } from './settings.ts'

export const base = ({ shop }: Settings): string => `https://${shop}.myshopify.com`

/** @throws CHANNEL_DENIED where the connection has no access token */
export const authorise = (_ask: Ask, { secrets }: { readonly secrets: Secrets }): Readonly<Record<string, string>> => ({
  'x-shopify-access-token':
    secrets['accessToken']?.[0] ??
    refuse('CHANNEL_DENIED', 'expected the secret accessToken, without which Shopify answers nothing'),
})

/** One call of the GraphQL Admin API. */
export const graphql = (
  { apiVersion }: Settings,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Ask => ({
  method: 'POST',
  path: `/admin/api/${apiVersion}/graphql.json`,
  body: { query, variables },
})

/** Shopify's id of a thing in GraphQL, from the number that webhooks name it by; and back. */
export const gidOf = (kind: 'Order' | 'LineItem', id: string): string => `gid://shopify/${kind}/${id}`
export const numberOf = (gid: string): string => gid.slice(gid.lastIndexOf('/') + 1)

/** @throws CHANNEL_UNREADABLE naming what the answer lacks */
export const readAnswer = <T>(checker: Checker<T>, { body }: Answer): T => {
  if (checker.is(body)) return body
  const [fault] = checker.faults(body)
  throw new HubError('CHANNEL_UNREADABLE', `Shopify's answer ${fault?.path ?? ''} ${fault?.expected ?? 'is no JSON'}`)
}

export const orderQuery: Query<Settings> = {
  topic: 'read/order',
  ask: (subject, settings) => graphql(settings, readOrder, { id: gidOf('Order', subject) }),
  read: (answer) => {
    const { order } = readAnswer(readOrderAnswer, answer).data
    if (order === null) return 'gone'
    if (order.lineItems.pageInfo.hasNextPage) {
      throw new HubError(
        'CHANNEL_UNREADABLE',
        `expected an order of at most ${pageSizes.lines} lines, but Shopify has more; its webhooks carry them all`,
      )
    }
    return { rank: Date.parse(order.updatedAt), ...(answer.at === undefined ? {} : { observed: answer.at }) }
  },
}

// https://shopify.dev/docs/api/admin-graphql#status_and_error_codes, read 2026-11-24
const byCode: Readonly<Record<string, Code>> = {
  THROTTLED: 'CHANNEL_SLOW_DOWN',
  ACCESS_DENIED: 'CHANNEL_DENIED',
  SHOP_INACTIVE: 'CHANNEL_DENIED',
  INTERNAL_SERVER_ERROR: 'CHANNEL_AWAY',
  TIMEOUT: 'CHANNEL_AWAY',
  MAX_COST_EXCEEDED: 'CHANNEL_UNREADABLE',
  undefinedField: 'CHANNEL_UNREADABLE',
}
/** 402: the shop is frozen over its bill; 423: locked by Shopify. Both want the merchant before any call is of use. */
const shopShut: ReadonlySet<number> = new Set([402, 423])

/** GraphQL says no inside a 200: as errors beside the data, or as userErrors within it. */
export const classify = (answer: Answer, now: Date): Trouble | undefined => {
  if (shopShut.has(answer.status))
    return { code: 'CHANNEL_DENIED', sentence: `the shop is shut at Shopify (${answer.status})` }
  return classifyStatus(answer, now) ?? errorsOf(answer.body) ?? userErrorsOf(answer.body)
}

const errorsOf = (body: Json | undefined): Trouble | undefined => {
  if (!isFailed(body)) return undefined
  const codes = body.errors.map((error) => error.extensions?.code ?? '')
  const code = byCode[codes.find((one) => one in byCode) ?? ''] ?? 'CHANNEL_REFUSED'
  const sentence = body.errors.map((error) => error.message).join('; ')
  return code === 'CHANNEL_SLOW_DOWN' ? throttled(body, sentence) : { code, sentence }
}

/** The bucket refills by `restoreRate` points a second; a call that costs more than the full bucket never fits. */
const throttled = (body: unknown, sentence: string): Trouble => {
  if (!tellsCost(body)) return { code: 'CHANNEL_SLOW_DOWN', sentence }
  const { requestedQueryCost, throttleStatus } = body.extensions.cost
  const [asked, most, left, rate] = [
    requestedQueryCost,
    throttleStatus.maximumAvailable,
    throttleStatus.currentlyAvailable,
    throttleStatus.restoreRate,
  ].map(Number)
  if (asked === undefined || most === undefined || left === undefined || rate === undefined)
    return { code: 'CHANNEL_SLOW_DOWN', sentence }
  if (asked > most)
    return { code: 'CHANNEL_UNREADABLE', sentence: `the query costs ${asked} points, the shop allows ${most}` }
  return { code: 'CHANNEL_SLOW_DOWN', sentence, waitSeconds: Math.max(1, Math.ceil((asked - left) / rate)) }
}

/**
 * Somebody changed the order between our look and our call: looking again settles it, or says what is open.
 * Shopify gives these no code, so they are known by their words (nozzlegear/ShopifySharp#948, community.shopify.com).
 */
const changedMeanwhile =
  /line item quantity requested|unfulfillable status|not in an open state|does not exist|please try again/i

/** The words of a change that was not made; undefined where it was. */
export const userErrorsOf = (body: Json | undefined): Trouble | undefined => {
  if (!hasUserErrors(body)) return undefined
  const errors = Object.values(body.data).flatMap((payload) => payload.userErrors)
  const sentence = errors.map(({ field, message }) => (field ? `${field.join('.')}: ${message}` : message)).join('; ')
  return { code: changedMeanwhile.test(sentence) ? 'CHANNEL_CONFLICT' : 'CHANNEL_REFUSED', sentence }
}
