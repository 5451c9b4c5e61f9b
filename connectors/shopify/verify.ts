import type { Identity, Incoming, Secrets, Verdict } from '../../src/connector/contract.ts'
import { hmacSha256Base64, matchesAny } from '../../src/connector/signature.ts'
import { refuse } from '../../src/kernel/errors.ts'
import type { Settings } from './settings.ts'

// https://shopify.dev/docs/apps/build/webhooks/verify-deliveries, read 2026-11-24
const sha256Base64 = /^[A-Za-z0-9+/]{43}=$/

/** Shopify signs the raw body with the app's client secret; an empty body is never genuine, even where its digest fits. */
export const verify = (
  { headers, body }: Incoming,
  at: { readonly secrets: Secrets; readonly settings: Settings },
): Verdict => {
  const keys = (at.secrets['webhookSecret'] ?? []).filter((key) => key !== '')
  if (keys.length === 0) return { genuine: false, because: 'no-secret' }
  const signature = headers['x-shopify-hmac-sha256'] ?? ''
  if (signature === '') return { genuine: false, because: 'signature-missing' }
  if (!sha256Base64.test(signature)) return { genuine: false, because: 'signature-malformed' }
  const expected = keys.map((key) => hmacSha256Base64(key, body))
  if (body.length === 0 || !matchesAny(signature, expected)) return { genuine: false, because: 'wrong-signature' }
  const sameShop = headers['x-shopify-shop-domain'] === `${at.settings.shop}.myshopify.com`
  return sameShop ? { genuine: true } : { genuine: false, because: 'other-account' }
}

/**
 * Who a message is: the webhook id stays the same over redeliveries; the event id is shared by all subscriptions to one event.
 * @throws PAYLOAD_UNREADABLE where a header is missing that Shopify's own library demands
 */
export const identify = ({ headers }: Incoming): Identity => {
  needed(headers, 'x-shopify-api-version')
  const observed = Date.parse(headers['x-shopify-triggered-at'] ?? '')
  const ref = headers['x-shopify-event-id']
  return {
    topic: needed(headers, 'x-shopify-topic'),
    key: needed(headers, 'x-shopify-webhook-id'),
    ...(Number.isNaN(observed) ? {} : { observed }),
    ...(ref === undefined ? {} : { ref }),
  }
}

const needed = (headers: Incoming['headers'], name: string): string => {
  const value = headers[name] ?? ''
  return value === ''
    ? refuse('PAYLOAD_UNREADABLE', `expected the header ${name}, which every webhook of Shopify has, but it is missing`)
    : value
}
