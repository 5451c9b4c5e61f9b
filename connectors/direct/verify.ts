import type { Connector, Identity, RefusalReason, Verdict } from '../../src/connector/contract.ts'
import { matchesAny } from '../../src/connector/signature.ts'
import type { Json } from '../../src/kernel/json.ts'
import { identityOf } from './order.ts'
import type { Settings } from './settings.ts'
import { keysOf, signaturesOf, toleranceSeconds } from './standard-webhooks.ts'

const signature = /^v1,[A-Za-z0-9+/]{43}=$/
const seconds = /^\d{1,12}$/

/** Signed as a Standard Webhook; of the versions in the header only v1 counts. */
export const verify: NonNullable<Connector<Settings>['verify']> = ({ headers, body }, { secrets, now }) => {
  const keys = keysOf(secrets['inboundSecret'])
  if (keys.length === 0) return refused('no-secret')
  const [id = '', timestamp = '', list = ''] = ['id', 'timestamp', 'signature'].map(
    (name) => headers[`webhook-${name}`],
  )
  if (id === '' || timestamp === '' || list === '') return refused('signature-missing')
  const given = list.split(' ').filter((one) => signature.test(one))
  if (given.length === 0 || !seconds.test(timestamp)) return refused('signature-malformed')
  const expected = signaturesOf(keys, { id, timestamp, body }).map((one) => `v1,${one}`)
  if (!given.some((one) => matchesAny(one, expected))) return refused('wrong-signature')
  const age = Math.floor(now.getTime() / 1000) - Number(timestamp)
  return Math.abs(age) > toleranceSeconds ? refused('stale') : { genuine: true }
}

const refused = (because: RefusalReason): Verdict => ({ genuine: false, because })

/** A posted order is who it is at the other door; the sender's webhook-id is kept beside it. */
export const identify: NonNullable<Connector<Settings>['identify']> = ({ headers }, payload: Json): Identity => {
  const id = headers['webhook-id']
  return {
    topic: 'order',
    key: identityOf(payload, 'PAYLOAD_UNREADABLE').key,
    ...(id === undefined ? {} : { ref: id }),
  }
}
