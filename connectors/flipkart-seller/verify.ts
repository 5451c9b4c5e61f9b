import { createHash } from 'node:crypto'
import type { Connector, Identity, RefusalReason, Verdict } from '../../src/connector/contract.ts'
import { matchesAny } from '../../src/connector/signature.ts'
import { HubError } from '../../src/kernel/errors.ts'
import type { Json } from '../../src/kernel/json.ts'
import { millisecondsOf, readInstant } from '../../src/kernel/time.ts'
import { notification } from './payloads.ts'
import type { Settings } from './settings.ts'

const form = /^FKLOGIN [A-Za-z0-9+/]{4,}={0,2}$/
/** An HTTP date, but that Flipkart also sends an offset in the place of GMT: "Tue, 03 Aug 2021 11:51:47 GMT+05:30". */
const date = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT([+-]\d{2}:\d{2})?$/
const usualSeconds = 300

/**
 * `FKLOGIN base64(appId:sha1hex(seconds since 1970 of X_Date + registered address + "POST" + appSecret))`. The body is not signed.
 * https://flipkart.github.io/fk-api-platform-docs/docs/order-management-notifications, read 23 Nov 2026.
 */
export const verify: NonNullable<Connector<Settings>['verify']> = ({ headers }, { secrets, settings, now }) => {
  const keys = (secrets['appSecret'] ?? []).filter((key) => key !== '')
  const { notificationUrl, appId, acceptSeconds = usualSeconds } = settings
  if (keys.length === 0 || notificationUrl === undefined) return refused('no-secret')
  const { x_authorization: sent = '', x_date: made = '' } = headers
  if (sent === '' || made === '') return refused('signature-missing')
  const at = date.test(made) ? Date.parse(made) : Number.NaN
  if (!form.test(sent) || Number.isNaN(at)) return refused('signature-malformed')
  const expected = keys.map((key) => authorizationOf(appId, `${at / 1000}${notificationUrl}POST${key}`))
  if (!matchesAny(sent, expected)) return refused('wrong-signature')
  return Math.abs(now.getTime() - at) > acceptSeconds * 1000 ? refused('stale') : { genuine: true }
}

const authorizationOf = (appId: string, signed: string): string =>
  `FKLOGIN ${Buffer.from(`${appId}:${createHash('sha1').update(signed).digest('hex')}`).toString('base64')}`

const refused = (because: RefusalReason): Verdict => ({ genuine: false, because })

/** A notification has no id of its own, and comes at least once: the same letters are the same message. */
export const identify: NonNullable<Connector<Settings>['identify']> = ({ body }, payload: Json): Identity => {
  if (!notification.is(payload)) {
    const [fault] = notification.faults(payload)
    throw new HubError(
      'PAYLOAD_UNREADABLE',
      `expected a notification of Flipkart with an eventType: ${fault?.path ?? ''} ${fault?.expected ?? ''}`,
    )
  }
  const { eventType, timestamp, shipmentId, returnId } = payload
  const ref = shipmentId ?? returnId
  return {
    topic: eventType,
    key: createHash('sha256').update(body).digest('hex'),
    ...(timestamp === undefined ? {} : { observed: millisecondsOf(readInstant(timestamp)) }),
    ...(ref === undefined ? {} : { ref }),
  }
}
