import type { Connector, Identity, RefusalReason, Verdict } from '../../../../src/connector/contract.ts'
import { hmacSha256Base64, matchesAny } from '../../../../src/connector/signature.ts'
import { HubError } from '../../../../src/kernel/errors.ts'
import type { Json } from '../../../../src/kernel/json.ts'
import { message } from './payloads.ts'
import type { Settings } from './settings.ts'

const fiveMinutes = 300

/** base64(HMAC-SHA256(key, sent + "." + body)), at most five minutes old. https://acme.example/docs/messages, read 24 Nov 2026. */
export const verify: NonNullable<Connector<Settings>['verify']> = ({ headers, body }, { secrets, now }) => {
  const keys = (secrets['signingKey'] ?? []).filter((key) => key !== '')
  if (keys.length === 0) return refused('no-secret')
  const { 'acme-signature': signature = '', 'acme-sent': sent = '' } = headers
  if (signature === '' || sent === '') return refused('signature-missing')
  if (!/^[A-Za-z0-9+/]{43}=$/.test(signature) || !/^\d{1,12}$/.test(sent)) return refused('signature-malformed')
  const signed = Buffer.concat([Buffer.from(`${sent}.`), body])
  if (
    !matchesAny(
      signature,
      keys.map((key) => hmacSha256Base64(key, signed)),
    )
  )
    return refused('wrong-signature')
  return Math.abs(now.getTime() / 1000 - Number(sent)) > fiveMinutes ? refused('stale') : { genuine: true }
}

const refused = (because: RefusalReason): Verdict => ({ genuine: false, because })

/** Acme sends a message again under the same id. */
export const identify = (_: unknown, payload: Json): Identity => {
  if (!message.is(payload))
    throw new HubError(
      'PAYLOAD_UNREADABLE',
      `expected a message of Acme: ${message.faults(payload)[0]?.expected ?? ''}`,
    )
  return { topic: payload.type, key: payload.id, observed: payload.order.updated }
}
