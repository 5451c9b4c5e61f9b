import { classify as byStatus } from '../../src/connector/classify.ts'
import type { Answer, Ask, Connector, Query, Trouble } from '../../src/connector/contract.ts'
import { type Code, HubError } from '../../src/kernel/errors.ts'
import { millisecondsOf, readInstant } from '../../src/kernel/time.ts'
import { type Errors, errors, type Order, orderAnswer } from './payloads.ts'
import { type Settings, writtenAgainst } from './settings.ts'

const hosts = { production: 'https://connect.squareup.com', sandbox: 'https://connect.squareupsandbox.com' } as const

/** https://developer.squareup.com/docs/build-basics/general-considerations, read 24 Nov 2026. */
export const base = ({ environment }: Settings): string => hosts[environment]

export const authorise: NonNullable<Connector<Settings>['authorise']> = (_ask, { secrets, settings }) => ({
  authorization: `Bearer ${secrets['accessToken']?.[0] ?? ''}`,
  'square-version': settings.squareVersion ?? writtenAgainst,
})

/** Codes whose meaning the HTTP status does not carry: https://developer.squareup.com/docs/build-basics/handling-errors, read 24 Nov 2026. */
const codeOf: Readonly<Record<string, Code>> = {
  RATE_LIMITED: 'CHANNEL_SLOW_DOWN',
  VERSION_MISMATCH: 'CHANNEL_CONFLICT',
  CONFLICT: 'CHANNEL_CONFLICT',
  UNAUTHORIZED: 'CHANNEL_DENIED',
  ACCESS_TOKEN_EXPIRED: 'CHANNEL_DENIED',
  ACCESS_TOKEN_REVOKED: 'CHANNEL_DENIED',
  CLIENT_DISABLED: 'CHANNEL_DENIED',
  APPLICATION_DISABLED: 'CHANNEL_DENIED',
  FORBIDDEN: 'CHANNEL_DENIED',
  INSUFFICIENT_SCOPES: 'CHANNEL_DENIED',
  INTERNAL_SERVER_ERROR: 'CHANNEL_AWAY',
  BAD_GATEWAY: 'CHANNEL_AWAY',
  SERVICE_UNAVAILABLE: 'CHANNEL_AWAY',
  GATEWAY_TIMEOUT: 'CHANNEL_AWAY',
  TEMPORARY_ERROR: 'CHANNEL_AWAY',
  REQUEST_TIMEOUT: 'CHANNEL_AWAY',
}

/** Square's own words where it gives any, also inside a 200; else what the status says. */
export const classify = (answer: Answer, now: Date): Trouble | undefined => {
  const usual = byStatus(answer, now)
  if (!errors.is(answer.body)) return usual
  const [first] = answer.body.errors
  const code = first === undefined ? undefined : codeOf[first.code]
  return {
    code: code ?? usual?.code ?? 'CHANNEL_REFUSED',
    sentence: answer.body.errors.map(wordsOf).join('; '),
    ...(usual?.waitSeconds === undefined ? {} : { waitSeconds: usual.waitSeconds }),
  }
}

const wordsOf = ({ code, detail, field }: Errors['errors'][number]): string =>
  `Square says ${code}${field === undefined ? '' : ` at ${field}`}${detail === undefined ? '' : `: ${detail}`}`

/** The request that reads one order. */
export const readOrder = (id: string): Ask => ({ method: 'GET', path: `/v2/orders/${encodeURIComponent(id)}` })

/**
 * The order in an answer of GET or PUT /v2/orders/{id}.
 * @throws CHANNEL_UNREADABLE where it is not there
 */
export const orderIn = (answer: Answer | undefined): Order => {
  const body = answer?.body
  if (orderAnswer.is(body)) return body.order
  const [fault] = orderAnswer.faults(body)
  throw new HubError(
    'CHANNEL_UNREADABLE',
    `expected an order of Square: ${fault?.path ?? ''} ${fault?.expected ?? 'nothing came'}`,
  )
}

/** Its version; an order of the till has none, and is ranked by its time in ms. One order has always the one or always the other. */
export const rankOf = ({ version, updated_at, created_at }: Order): number =>
  version ?? millisecondsOf(readInstant(updated_at ?? created_at ?? ''))

export const order: Query<Settings> = {
  topic: 'read/order',
  ask: (id) => readOrder(id),
  read(answer) {
    if (answer.status === 404) return 'gone'
    return { rank: rankOf(orderIn(answer)), ...(answer.at === undefined ? {} : { observed: answer.at }) }
  },
}
