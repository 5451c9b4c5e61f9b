import type { Connector, Identity, Incoming, RefusalReason, Verdict } from '../../src/connector/contract.ts'
import { matchesAny } from '../../src/connector/signature.ts'
import { digestValue } from '../../src/kernel/digest.ts'
import { HubError } from '../../src/kernel/errors.ts'
import { type Json, readJson } from '../../src/kernel/json.ts'
import { millisecondsOf, readInstant } from '../../src/kernel/time.ts'
import { joinedV0, notification, posted, smallNotification, wrapped } from './payloads.ts'
import type { Settings } from './settings.ts'

/**
 * Amazon itself posts to nobody: a function in the merchant's AWS account passes its notifications on, with a secret in a header, as in
 * https://github.com/amzn/selling-partner-api-samples use-cases/notifications (web-hook-app-config.json), read 24 Nov 2026.
 */
const header = 'x-auth-token'

export const verify: NonNullable<Connector<Settings>['verify']> = ({ headers }, { secrets }) => {
  const tokens = (secrets['doorToken'] ?? []).filter((token) => token !== '')
  if (tokens.length === 0) return refused('no-secret')
  const sent = headers[header] ?? ''
  if (sent === '') return refused('signature-missing')
  return matchesAny(sent, tokens) ? { genuine: true } : refused('wrong-signature')
}

const refused = (because: RefusalReason): Verdict => ({ genuine: false, because })

/** The notification itself, out of what EventBridge or SNS wrapped it in. */
export const notificationIn = (payload: Json): Json => {
  if (posted.is(payload)) return notificationIn(readJson(Buffer.from(payload.Message)))
  return wrapped.is(payload) ? payload.detail : payload
}

/** Amazon sends a notification again under the same id: SQS promises "at least once" and no order. */
export const identify = (_: Pick<Incoming, 'method'>, payload: Json): Identity => {
  const told = notificationIn(payload)
  if (notification.is(told)) {
    const { NotificationId, PublishTime } = told.NotificationMetadata
    return named(told.NotificationType, NotificationId, PublishTime)
  }
  if (smallNotification.is(told)) {
    const { notificationId, publishTime } = told.notificationMetadata
    return named(told.notificationType, notificationId, publishTime)
  }
  // it has no id of its own: the same order, read again unchanged, is the same message
  if (joinedV0.is(told)) return { topic: 'order-v0', key: `v0-${digestValue(told)}` }
  const [fault] = notification.faults(told)
  throw new HubError(
    'PAYLOAD_UNREADABLE',
    `expected a notification of Amazon with its type and id: ${fault?.path ?? ''} ${fault?.expected ?? ''}`,
  )
}

const named = (topic: string, key: string, at: string | undefined): Identity => ({
  topic,
  key,
  ...(at === undefined ? {} : { observed: millisecondsOf(readInstant(at)) }),
})
