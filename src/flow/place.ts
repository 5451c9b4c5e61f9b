import type { Placing } from '../connector/contract.ts'
import { digestValue } from '../kernel/digest.ts'
import { asHubError, HubError } from '../kernel/errors.ts'
import { messageIdOf, orderIdOf } from '../kernel/ids.ts'
import type { Json } from '../kernel/json.ts'
import { type Checker, checkerOf, faultText } from '../kernel/schema.ts'
import { dueRow } from '../store/work.ts'
import type { Account } from './account.ts'
import type { ReceiveDeps } from './receive.ts'
import { meaningOf } from './understand.ts'

export interface Placed {
  readonly state: 'kept' | 'seen'
  readonly message: string
  readonly order: string
}

/** What a caller with an API key hands in: the connection it names and the order in that connection's shape. */
export interface Placement {
  readonly connection: string
  readonly payload: Json
}

/**
 * An order through the merchant's own door: checked against the connector's schema, kept as a message, then answered.
 * @throws REQUEST_INVALID naming every field · NOT_FOUND · VERSION_CONFLICT another body under this external id and version
 */
export const place = async (deps: ReceiveDeps, { connection, payload }: Placement): Promise<Placed> => {
  const { account, placing } = doorOf(deps, connection)
  const faults = checkerFor(placing).faults(payload)
  if (faults.length > 0) {
    const list = faults
      .slice(0, 20)
      .map((fault) => `${fault.path === '' ? 'the order' : fault.path} ${faultText(fault)}`)
    throw new HubError('REQUEST_INVALID', `the order does not have the shape of ${connection}: ${list.join('; ')}`, {
      faults: faults.slice(0, 20),
    })
  }
  mustMean(account, placing, payload)
  const { key, order } = placing.identify(payload)
  const now = deps.now()
  const body = new TextEncoder().encode(JSON.stringify(payload))
  const kept = await deps.inbox.keep(
    {
      _id: messageIdOf(connection, key),
      connection,
      topic: placing.topic,
      key,
      via: 'api',
      keptAt: now,
      headers: {},
      body,
      bodyDigest: digestValue(payload),
      ...dueRow(now),
    },
    'refuse',
  )
  if (kept.state === 'other')
    throw new HubError('VERSION_CONFLICT', `another order stands under ${key} already`, { message: kept.id })
  if (kept.state === 'kept') deps.bell.ring('ingest')
  return { state: kept.state, message: kept.id, order: orderIdOf(connection, order) }
}

/** Whoever is still on the line is told at once what would only park the message later. */
const mustMean = (account: Account, { topic: name }: Placing, payload: Json): void => {
  const topic = account.connector.topics[name]
  if (topic === undefined || !('maps' in topic)) return
  try {
    meaningOf(account, topic, { payload })
  } catch (cause) {
    const error = asHubError(cause)
    if (error.code !== 'MAPPING_FAILED') throw error
    throw new HubError('REQUEST_INVALID', error.message, error.detail, error)
  }
}

const doorOf = (deps: ReceiveDeps, connection: string): { readonly account: Account; readonly placing: Placing } => {
  const account = deps.accounts.find(connection)
  const placing = account?.connector.placing
  if (account === undefined || !account.enabled || placing === undefined) {
    throw new HubError('NOT_FOUND', `no enabled connection "${connection}" takes orders here`)
  }
  return { account, placing }
}

const checkers = new WeakMap<Placing, Checker<unknown>>()
const checkerFor = (placing: Placing): Checker<unknown> => {
  const held = checkers.get(placing)
  if (held !== undefined) return held
  const made = checkerOf(placing.schema)
  checkers.set(placing, made)
  return made
}
