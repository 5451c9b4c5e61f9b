import type { Connector } from '../../src/connector/contract.ts'
import type { Account } from '../../src/flow/account.ts'
import { HubError } from '../../src/kernel/errors.ts'
import type { Json } from '../../src/kernel/json.ts'
import { Closed, Type } from '../../src/kernel/schema.ts'
import { type AcmeOrder, acme, acmeAccount, acmeOrder } from './acme.ts'

const textIn = (payload: Json, name: string): string => {
  const value = new Map(Object.entries(payload ?? {})).get(name)
  if (typeof value === 'string') return value
  throw new HubError('PAYLOAD_UNREADABLE', `expected the field "${name}"`)
}

/** An invented channel that fills a queue in the merchant's cloud: each body is an order that names its own message. */
export const acmeQueued: Connector = {
  ...acme,
  id: 'acme-queued',
  settings: Closed({ queueUrl: Type.Optional(Type.String()) }),
  identify: ({ method, headers }, payload) => {
    if (method !== 'SQS' || Object.keys(headers).length > 0) throw new Error('expected what lay in a queue')
    return { topic: textIn(payload, 'topic'), key: textIn(payload, 'message') }
  },
  mailbox: {
    of: ({ queueUrl }) => (typeof queueUrl === 'string' ? { url: queueUrl, region: 'eu-west-1' } : undefined),
    credentials: ({ accessKeyId = [], secretAccessKey = [] }) => ({
      accessKeyId: accessKeyId[0] ?? '',
      secretAccessKey: secretAccessKey[0] ?? '',
    }),
  },
}

export const queueSecrets = { accessKeyId: ['AKIACORNERSHOP'], secretAccessKey: ['open sesame'] }

/** A connection whose queue is at this address; `more` may name a sandbox, or another connector. */
export const queuedAccount = (queueUrl: string | undefined, more: Partial<Account> = {}): Account =>
  acmeAccount('corner-shop', {
    connector: acmeQueued,
    settings: queueUrl === undefined ? {} : { queueUrl },
    secrets: queueSecrets,
    ...more,
  })

/** What Acme puts into the queue: a message of an order. */
export const queuedOrder = (message: string, order: AcmeOrder, topic = 'order'): string =>
  JSON.stringify({ topic, message, ...JSON.parse(acmeOrder(order)) })
