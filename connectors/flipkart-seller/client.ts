import { classify as byStatus } from '../../src/connector/classify.ts'
import type { Answer, Connector, Grant, Trouble } from '../../src/connector/contract.ts'
import { type Code, HubError } from '../../src/kernel/errors.ts'
import type { Checker } from '../../src/kernel/schema.ts'
import { type Results, results, tokenAnswer } from './payloads.ts'
import type { Settings } from './settings.ts'

const hosts = { production: 'https://api.flipkart.net', sandbox: 'https://sandbox-api.flipkart.net' } as const

/** https://flipkart.github.io/fk-api-platform-docs/docs/intro, read 23 Nov 2026. */
export const base = ({ environment }: Settings): string => hosts[environment]

export const authorise: NonNullable<Connector<Settings>['authorise']> = (_ask, { token = '' }) => ({
  authorization: `Bearer ${token}`,
})

/**
 * The seller's own application gets its token by its credentials alone, a partner's by the refresh token of the seller's consent,
 * which lasts 180 days. https://flipkart.github.io/fk-api-platform-docs/docs/intro, read 23 Nov 2026.
 */
export const access: Grant<Settings> = {
  ask: ({ settings, secrets }) => {
    const [refreshToken] = secrets['refreshToken'] ?? []
    const proof = Buffer.from(`${settings.appId}:${secrets['appSecret']?.[0] ?? ''}`).toString('base64')
    return {
      base: base(settings),
      method: 'GET',
      path: '/oauth-service/oauth/token',
      query:
        refreshToken === undefined
          ? { grant_type: 'client_credentials', scope: 'Seller_Api' }
          : { grant_type: 'refresh_token', refresh_token: refreshToken },
      headers: { authorization: `Basic ${proof}` },
    }
  },
  read: (answer) => {
    const { access_token: token, expires_in: lastsSeconds } = checked(tokenAnswer, answer, 'a token')
    return { token, lastsSeconds }
  },
  // an OAuth endpoint refuses credentials and consent with a 400, too: RFC 6749, 5.2
  classify: (answer, now) => {
    const usual = byStatus(answer, now)
    return usual !== undefined && answer.status === 400 ? { ...usual, code: 'CHANNEL_DENIED' } : usual
  },
}

/**
 * What an answer says. A command is answered 200 with what became of each shipment, and now and then a page of a server that is down comes as
 * a 200, too. The body of a 4xx is not published. https://flipkart.github.io/fk-api-platform-docs/docs/response-codes, read 23 Nov 2026.
 */
export const classify = (answer: Answer, now: Date): Trouble | undefined => {
  const usual = byStatus(answer, now)
  if (usual !== undefined) return answer.status === clientClosed ? { ...usual, code: 'CHANNEL_AWAY' } : usual
  if (results.is(answer.body)) return troubleIn(answer.body)
  const page = answer.body === undefined ? Buffer.from(answer.bytes).toString('utf8', 0, 2000) : ''
  const said = serverDown.exec(page)
  return said === null
    ? undefined
    : { code: 'CHANNEL_AWAY', sentence: `Flipkart answered ${answer.status} with "${said[0]}"` }
}

/** Flipkart's own 499: the call took longer than a server before it would wait. */
const clientClosed = 499
const serverDown =
  /internal server error|bad gateway|service (temporarily )?unavailable|gateway time-?out|\b50[0234]\b/i

/** Of several troubles the one that passes by itself comes first: what was done meanwhile is seen before the rest is sent again. */
const order = ['CHANNEL_AWAY', 'CHANNEL_CONFLICT', 'CHANNEL_REFUSED'] as const satisfies readonly Code[]

const troubleIn = ({ shipments }: Results): Trouble | undefined => {
  const failed = shipments.filter(({ status, processingStatus }) => (status ?? processingStatus) === 'FAILURE')
  const codes = failed.map(codeOf)
  const code = order.find((one) => codes.includes(one))
  return code === undefined ? undefined : { code, sentence: failed.map(wordsOf).join('; ') }
}

type Result = Results['shipments'][number]

/** UNPROCESSABLE_ENTITY also says that it is so already: then it is looked at again. */
const codeOf = ({ errorCode, errorMessage }: Result): (typeof order)[number] => {
  if (errorCode === 'DEPENDENT_SYSTEM_CALL_FAILED') return 'CHANNEL_AWAY'
  return /already/i.test(`${errorCode ?? ''} ${errorMessage ?? ''}`) ? 'CHANNEL_CONFLICT' : 'CHANNEL_REFUSED'
}

const wordsOf = ({ shipmentId = 'a shipment', errorCode, errorMessage }: Result): string =>
  `Flipkart says ${errorCode ?? 'FAILURE'} of ${shipmentId}${errorMessage ? `: ${errorMessage}` : ''}`

/** @throws CHANNEL_UNREADABLE naming what the answer lacks */
export const checked = <T>(checker: Checker<T>, { body }: Answer, what: string): T => {
  if (checker.is(body)) return body
  const [fault] = checker.faults(body)
  throw new HubError(
    'CHANNEL_UNREADABLE',
    `expected ${what} of Flipkart: ${fault?.path ?? ''} ${fault?.expected ?? 'nothing came'}`,
  )
}
