import { classify as byStatus } from '../../src/connector/classify.ts'
import type { Answer, Grant } from '../../src/connector/contract.ts'
import type { Code } from '../../src/kernel/errors.ts'
import { bodyOf, classify, type LaneName, wordsIn } from './client.ts'
import { type RestrictedRequest, restrictedAnswer, tokenAnswer, tokenError } from './payloads.ts'
import type { Settings } from './settings.ts'

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
  spent: (answer) => isSpent(answer),
}

/** A token that has run out is answered 403, not 401: https://github.com/amzn/selling-partner-api-models/issues/4122, read 24 Nov 2026. */
const isSpent = ({ status, body }: Answer): boolean =>
  status === 401 || (status === 403 && /expired/i.test(wordsIn(body)))

/**
 * What a restricted token is for. A path with its variable is of any order of the seller, so that one token does for an hour
 * (https://github.com/amzn/selling-partner-api-docs/issues/2092, read 28 Nov 2026); items know `buyerInfo` only
 * (https://developer-docs.amazon.com/sp-api/docs/get-order-item-information, read 28 Nov 2026).
 */
const resources: RestrictedRequest = {
  restrictedResources: [
    { method: 'GET', path: '/orders/v0/orders/{orderId}', dataElements: ['buyerInfo', 'shippingAddress'] },
    { method: 'GET', path: '/orders/v0/orders/{orderId}/orderItems', dataElements: ['buyerInfo'] },
  ],
}

/** The token of v0 that shows buyer and address; asked for under the access token. tokens_2021-03-01.json, read 24 Nov 2026. */
export const restricted: Grant<Settings> = {
  ask: () => ({
    method: 'POST',
    path: '/tokens/2021-03-01/restrictedDataToken',
    body: resources,
    lane: 'restricted-token' satisfies LaneName,
  }),
  read: (answer) => {
    const { restrictedDataToken, expiresIn } = bodyOf(restrictedAnswer, answer, 'a restricted data token of Amazon')
    return { token: restrictedDataToken, lastsSeconds: expiresIn }
  },
  // an application without the roles is answered 400: https://github.com/amzn/selling-partner-api-models/issues/1723, read 28 Nov 2026
  classify: (answer, now) => {
    const usual = classify(answer, now)
    return usual?.code === 'CHANNEL_REFUSED' && /not have access/i.test(wordsIn(answer.body))
      ? { ...usual, code: 'CHANNEL_DENIED', sentence: `${usual.sentence}; settings.restrictedData needs those roles` }
      : usual
  },
  spent: (answer) => isSpent(answer),
}
