import { createHmac } from 'node:crypto'
import type { Connector, Incoming } from '../../src/connector/contract.ts'
import { matchesAny } from '../../src/connector/signature.ts'
import { HubError } from '../../src/kernel/errors.ts'
import type { Json } from '../../src/kernel/json.ts'
import { Closed, Type } from '../../src/kernel/schema.ts'
import { acme as flowAcme } from '../flow/acme.ts'

/** Acme with a real signature, `t=SECONDS,v1=HEX`, and a door for orders. */
export const acme: Connector = {
  ...flowAcme,
  verify: ({ headers, body }, { secrets, now }) => {
    const keys = secrets['webhookSecret'] ?? []
    if (keys.length === 0) return { genuine: false, because: 'no-secret' }
    const given = headers['x-acme-signature']
    if (given === undefined) return { genuine: false, because: 'signature-missing' }
    const [, seconds, hex] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(given) ?? []
    if (seconds === undefined || hex === undefined) return { genuine: false, because: 'signature-malformed' }
    const expected = keys.map((key) => macOf(key, seconds, body))
    if (!matchesAny(hex, expected)) return { genuine: false, because: 'wrong-signature' }
    if (Math.abs(now.getTime() / 1000 - Number(seconds)) > 300) return { genuine: false, because: 'stale' }
    return { genuine: true }
  },
  identify: ({ headers }: Incoming, payload) => ({ topic: headers['x-acme-topic'] ?? 'order', key: keyOf(payload) }),
  placing: {
    topic: 'order',
    schema: Type.Object({ id: Type.String(), version: Type.Integer(), number: Type.String() }),
    identify: (payload) => ({ key: keyOf(payload), order: textIn(payload, 'id') }),
  },
}

/** Acme's little sister takes only short messages, none by the door, and says hello before her first. */
const { placing: _placing, ...posting } = acme
export const acmeShort: Connector = {
  ...posting,
  id: 'acme-short',
  bodyLimit: 200,
  ping: ({ headers, body }) => headers['x-acme-signature'] === undefined && Buffer.from(body).toString() === 'hello',
  settings: Closed({}),
}

/** The header that proves a body. */
export const signed = (
  body: string | Uint8Array,
  { secret = 'sesame', at = '2026-11-24T10:00:00Z' }: { readonly secret?: string; readonly at?: string } = {},
): string => {
  const seconds = String(Date.parse(at) / 1000)
  return `t=${seconds},v1=${macOf(secret, seconds, body)}`
}

const macOf = (key: string, seconds: string, body: string | Uint8Array): string =>
  createHmac('sha256', key).update(`${seconds}.`).update(body).digest('hex')

const keyOf = (payload: Json): string => `${textIn(payload, 'id')}@${textIn(payload, 'version')}`

const textIn = (payload: Json, name: string): string => {
  const held =
    typeof payload === 'object' && payload !== null ? Object.entries(payload).find(([key]) => key === name) : undefined
  const value = held?.[1]
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw new HubError('PAYLOAD_UNREADABLE', `expected the field ${name}`)
}
