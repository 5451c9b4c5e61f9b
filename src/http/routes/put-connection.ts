import type { Connection } from '../../../config/connection.ts'
import { isKeyed } from '../../../config/shape.ts'
import type { ConfigFault } from '../../../config/yaml.ts'
import type { Account } from '../../flow/account.ts'
import { HubError } from '../../kernel/errors.ts'
import type { Fault } from '../../kernel/schema.ts'
import type { ConnectionRow } from '../../store/rows.ts'
import type { Connecting } from '../deps.ts'

/** A connection as it was sent, and what is kept under its id. */
export interface PutConnection {
  readonly id: string
  readonly body: unknown
  readonly before: ConnectionRow | null
}

/**
 * Reads a connection that was put, with everything resolved.
 * @throws REQUEST_INVALID with every fault: of its shape, its connector's settings, its secrets, its mappings
 */
export const checkPut = (
  { check }: Pick<Connecting, 'check'>,
  { id, body, before }: PutConnection,
): { readonly connection: Connection; readonly account: Account } => {
  const entry = isKeyed(body) ? withNumbers({ ...body, id }) : body
  const { connections, accounts, faults } = check([entry], (pointer) => ({
    file: `${inBody}${pointer.split('/').slice(3).join('/')}`,
    line: 0,
  }))
  const all = [...ownFaults({ id, body, before }), ...faults.map((fault) => faultOf(id, fault))]
  const [connection] = connections
  const [account] = accounts
  if (all.length > 0 || connection === undefined || account === undefined) throw invalid(all)
  return { connection, account }
}

/** Stands before the place of what is wrong in the body itself; other faults are of files that it names. */
const inBody = 'body:'

const faultOf = (id: string, { file, line, sentence }: ConfigFault): Fault =>
  file.startsWith(inBody)
    ? {
        path: `/${file.slice(inBody.length)}`.replace(/^\/$/, ''),
        expected: sentence.replace(`connection ${id}: `, ''),
      }
    : { path: '/mappings', expected: `${file}:${line}: ${sentence}` }

const ownFaults = ({ id, body, before }: PutConnection): readonly Fault[] => {
  if (!isKeyed(body)) return []
  const { id: named, connector } = body
  const isOther = before !== null && typeof connector === 'string' && connector !== before.connector
  return [
    ...(named === undefined || named === id ? [] : [{ path: '/id', expected: `id must be ${id}, as in the address` }]),
    ...(isOther
      ? [
          {
            path: '/connector',
            expected: `connector must stay ${before.connector}: what came through ${id} is kept under it; give the other one an id of its own`,
          },
        ]
      : []),
  ]
}

const invalid = (faults: readonly Fault[]): HubError =>
  new HubError('REQUEST_INVALID', faults.map(({ expected }) => expected).join('; '), { in: 'body', faults })

/** Decimals of a body are read as their own text, so that none passes through a float; this one is no money. */
const withNumbers = (entry: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const limits = entry['limits']
  if (!isKeyed(limits)) return entry
  const { requestsPerSecond: rate } = limits
  const isDecimal = typeof rate === 'string' && /^\d{1,9}\.\d{1,9}$/.test(rate)
  return isDecimal ? { ...entry, limits: { ...limits, requestsPerSecond: Number(rate) } } : entry
}
