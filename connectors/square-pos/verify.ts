import type { Connector, Identity, RefusalReason, Verdict } from '../../src/connector/contract.ts'
import { hmacSha256Base64, matchesAny } from '../../src/connector/signature.ts'
import { HubError } from '../../src/kernel/errors.ts'
import type { Json } from '../../src/kernel/json.ts'
import { readJson } from '../../src/kernel/json.ts'
import { millisecondsOf, readInstant } from '../../src/kernel/time.ts'
import { envelope } from './payloads.ts'
import type { Settings } from './settings.ts'

const header = 'x-square-hmacsha256-signature'
const base64Of32Bytes = /^[A-Za-z0-9+/]{43}=$/

/**
 * base64(HMAC-SHA256(signature key as text, notification URL + raw body)): square-nodejs-sdk, WebhooksHelper.ts, read 24 Nov 2026.
 * The older SHA-1 header `x-square-signature` proves nothing here.
 */
export const verify: NonNullable<Connector<Settings>['verify']> = (incoming, { secrets, settings }) => {
  const keys = (secrets['signatureKey'] ?? []).filter((key) => key !== '')
  if (keys.length === 0) return refused('no-secret')
  const sent = incoming.headers[header] ?? ''
  if (sent === '') return refused('signature-missing')
  if (!base64Of32Bytes.test(sent)) return refused('signature-malformed')
  const signed = Buffer.concat([Buffer.from(settings.notificationUrl), incoming.body])
  const expected = keys.map((key) => hmacSha256Base64(key, signed))
  if (!matchesAny(sent, expected)) return refused('wrong-signature')
  return settings.merchantId === undefined || settings.merchantId === merchantOf(incoming.body)
    ? { genuine: true }
    : refused('other-account')
}

const refused = (because: RefusalReason): Verdict => ({ genuine: false, because })

const merchantOf = (body: Uint8Array): string | undefined => {
  try {
    const payload = readJson(body)
    return envelope.is(payload) ? payload.merchant_id : undefined
  } catch {
    // verify never throws; what is no JSON is of no merchant
    return undefined
  }
}

/** Square sends a message again under the same `event_id`: https://developer.squareup.com/docs/webhooks/overview, read 24 Nov 2026. */
export const identify = (_: unknown, payload: Json): Identity => {
  if (!envelope.is(payload)) {
    const [fault] = envelope.faults(payload)
    throw new HubError(
      'PAYLOAD_UNREADABLE',
      `expected a Square event with type and event_id: ${fault?.path ?? ''} ${fault?.expected ?? ''}`,
    )
  }
  const { type, event_id, created_at } = payload
  return {
    topic: type,
    key: event_id,
    ...(created_at === undefined ? {} : { observed: millisecondsOf(readInstant(created_at)) }),
  }
}
