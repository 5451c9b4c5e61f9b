import { classify as byStatus } from '../../src/connector/classify.ts'
import type { Answer, Ask, Connector, Query, Trouble } from '../../src/connector/contract.ts'
import { digestValue } from '../../src/kernel/digest.ts'
import { type Code, HubError } from '../../src/kernel/errors.ts'
import type { Json } from '../../src/kernel/json.ts'
import { millisecondsOf, readInstant } from '../../src/kernel/time.ts'
import { plainText } from './entities.ts'
import { type Order, order as orderChecker, type Refusal, refusal } from './payloads.ts'
import type { Settings } from './settings.ts'

/** Scheme and host alone; a folder of the site goes into the path of each call. */
export const base = ({ site }: Settings): string => new URL(site).origin

/** A path of the REST API, below the site's own folder. */
export const restPath = ({ site }: Settings, route: string): string =>
  `${new URL(site).pathname.replace(/\/+$/, '')}/wp-json${route}`

const keysOf = (secrets: Readonly<Record<string, readonly string[]>>) => ({
  consumer_key: secrets['consumerKey']?.[0] ?? '',
  consumer_secret: secrets['consumerSecret']?.[0] ?? '',
})

/** https://woocommerce.github.io/woocommerce-rest-api-docs/#authentication-over-https, read 24 Nov 2026. */
export const authorise: NonNullable<Connector<Settings>['authorise']> = (_, { secrets, settings }) => {
  if (settings.queryAuth === true) return {}
  const { consumer_key, consumer_secret } = keysOf(secrets)
  return { authorization: `Basic ${Buffer.from(`${consumer_key}:${consumer_secret}`).toString('base64')}` }
}

export const authoriseQuery: NonNullable<Connector<Settings>['authoriseQuery']> = ({ secrets, settings }) =>
  settings.queryAuth === true ? keysOf(secrets) : {}

/** Codes whose meaning the status may not carry. https://woocommerce.github.io/woocommerce-rest-api-docs/#errors, read 24 Nov 2026. */
const codeOf: Readonly<Record<string, Code>> = {
  woocommerce_rest_authentication_error: 'CHANNEL_DENIED',
  woocommerce_rest_cannot_view: 'CHANNEL_DENIED',
  woocommerce_rest_cannot_edit: 'CHANNEL_DENIED',
  rest_no_route: 'CHANNEL_REFUSED',
}

const noRoute =
  'the site has no such address (rest_no_route): WooCommerce, or the plug-in that settings.tracking names, is not active there; ' +
  'activate it, or set tracking to note, which needs no plug-in'

/** WooCommerce's own words where it gives any; a web page is no answer, whatever its status. */
export const classify = (answer: Answer, now: Date): Trouble | undefined => {
  const usual = byStatus(answer, now)
  if (refusal.is(answer.body) && usual !== undefined) return { ...usual, ...troubleIn(answer.body, usual) }
  if (answer.body !== undefined) return usual
  return { ...usual, code: usual?.code ?? 'CHANNEL_AWAY', sentence: pageSentence(answer) }
}

const wordOf = (body: Refusal): string => ('code' in body ? body.code : body.error)

const troubleIn = (body: Refusal, usual: Trouble): Trouble => {
  const word = wordOf(body)
  const said = `WooCommerce says ${word}: ${plainText(body.message.replace(/<[^>]*>/g, ''))}`
  return { code: codeOf[word] ?? usual.code, sentence: word === 'rest_no_route' ? noRoute : said }
}

const pageSentence = ({ status, headers }: Answer): string => {
  const onwards = URL.parse(headers['location'] ?? '')
  if (status >= 300 && status < 400 && onwards !== null)
    return `the site sends us on to ${onwards.origin} (${status}): write the address that it has there as settings.site`
  return `the site answered ${status} with a web page instead of JSON: a plug-in, a firewall or a maintenance page stands before its REST API, or its permalinks are plain`
}

/** The request that reads one order. */
export const readOrder = (id: string, settings: Settings): Ask => ({
  method: 'GET',
  path: restPath(settings, `/wc/v3/orders/${encodeURIComponent(id)}`),
})

/**
 * The order in an answer of GET or PUT /orders/{id}.
 * @throws CHANNEL_UNREADABLE where it is not there
 */
export const orderIn = (answer: Answer | undefined): Order => {
  const body = answer?.body
  if (orderChecker.is(body)) return body
  const [fault] = orderChecker.faults(body)
  throw new HubError(
    'CHANNEL_UNREADABLE',
    `expected an order of WooCommerce: ${fault?.path ?? ''} ${fault?.expected ?? 'nothing came'}`,
  )
}

/** A time of `date_*_gmt`, in ms: UTC without saying so. */
export const timeOf = (gmt: string): number => millisecondsOf(readInstant(`${gmt}Z`))

/** When it changed last, in ms; a draft that was never saved has no time, and comes before everything. */
export const rankOf = ({ date_modified_gmt, date_created_gmt }: Order): number => {
  const gmt = date_modified_gmt ?? date_created_gmt
  return gmt === null || gmt === undefined ? 0 : timeOf(gmt)
}

/** A refund leaves the time of its order as it was, and a second may hold two changes: what is told tells itself apart. */
export const markOf = (told: Json | undefined): string => digestValue(told)

export const order: Query<Settings> = {
  topic: 'read/order',
  ask: readOrder,
  read(answer) {
    if (answer.status === 404 || answer.status === 410) return goneOrRefused(answer)
    const rank = rankOf(orderIn(answer))
    return { rank, mark: markOf(answer.body), ...(answer.at === undefined ? {} : { observed: answer.at }) }
  },
}

/** Only WooCommerce itself may say that an order is gone: a site without it knows no order at all. */
const goneOrRefused = (answer: Answer): 'gone' => {
  if (refusal.is(answer.body) && wordOf(answer.body) === 'woocommerce_rest_shop_order_invalid_id') return 'gone'
  const { code, sentence } = classify(answer, new Date(0)) ?? { code: 'CHANNEL_UNREADABLE', sentence: 'no answer' }
  throw new HubError(code, sentence, { status: answer.status })
}
