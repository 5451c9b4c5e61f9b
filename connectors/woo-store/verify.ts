import type { Connector, Identity, Incoming, RefusalReason, Verdict } from '../../src/connector/contract.ts'
import { hmacSha256Base64, matchesAny } from '../../src/connector/signature.ts'
import { digestBytes } from '../../src/kernel/digest.ts'
import { HubError } from '../../src/kernel/errors.ts'
import type { Json } from '../../src/kernel/json.ts'
import { signingSecretOf } from './entities.ts'
import { resource } from './payloads.ts'
import type { Settings } from './settings.ts'

const header = 'x-wc-webhook-signature'
const base64Of32Bytes = /^[A-Za-z0-9+/]{43}=$/

/**
 * base64(HMAC-SHA256(secret, raw body)). https://github.com/woocommerce/woocommerce/blob/00e1bc4da70f/plugins/woocommerce/includes/class-wc-webhook.php,
 * generate_signature; read 24 Nov 2026. No time is signed.
 */
export const verify: NonNullable<Connector<Settings>['verify']> = ({ headers, body }, { secrets }) => {
  const keys = (secrets['webhookSecret'] ?? []).filter((key) => key !== '')
  if (keys.length === 0) return refused('no-secret')
  const sent = headers[header] ?? ''
  if (sent === '') return refused('signature-missing')
  if (!base64Of32Bytes.test(sent)) return refused('signature-malformed')
  const expected = keys.map((key) => hmacSha256Base64(signingSecretOf(key), body))
  return matchesAny(sent, expected) ? { genuine: true } : refused('wrong-signature')
}

const refused = (because: RefusalReason): Verdict => ({ genuine: false, because })

/** Sent when a webhook is made; without a 200 it never becomes active. class-wc-webhook.php, deliver_ping; read 24 Nov 2026. */
export const ping = ({ headers, body }: Incoming): boolean =>
  headers[header] === undefined && body.byteLength < 40 && /^webhook_id=\d+$/.test(Buffer.from(body).toString('latin1'))

/** Hooks of WordPress that a shop may subscribe to by any name. */
const hook = /^action\./

/**
 * By what it says, to the letter. Its Delivery-ID is no identity: it is a hash of webhook and second, so two messages of one second share it,
 * and a message sent again has another. Only what is deleted says nothing but its id: an order that goes into the trash, comes back and goes
 * again says the same twice, so there the Delivery-ID tells them apart; once too often costs one read. class-wc-webhook.php,
 * get_new_delivery_id; read 24 Nov 2026.
 */
export const identify = ({ headers, body }: Incoming, payload: Json): Identity => {
  const topic = headers['x-wc-webhook-topic'] ?? ''
  if (topic === '') throw new HubError('PAYLOAD_UNREADABLE', 'expected the header X-WC-Webhook-Topic')
  const ref = headers['x-wc-webhook-delivery-id']
  const known = ref === undefined ? {} : { ref }
  if (hook.test(topic)) return { topic: 'action', key: `${topic}:${digestBytes(body)}`, ...known }
  if (!resource.is(payload)) {
    const [fault] = resource.faults(payload)
    throw new HubError(
      'PAYLOAD_UNREADABLE',
      `expected what ${topic} is about, with its id: ${fault?.path ?? ''} ${fault?.expected ?? ''}`,
    )
  }
  const { id, date_modified_gmt } = payload
  const time = date_modified_gmt ?? (topic.endsWith('.deleted') ? (ref ?? '') : '')
  return { topic, key: `${topic}:${id}:${time}:${digestBytes(body)}`, ...known }
}
