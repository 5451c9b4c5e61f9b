import type { Connection } from '../../config/connection.ts'
import type { Located } from '../../config/read.ts'
import type { Config } from '../../config/schema.ts'
import { fieldsOf, nameOf, shapeFaults, stepOf } from '../../config/shape.ts'
import { type ConfigFault, inOrder, type Place } from '../../config/yaml.ts'
import { didYouMean } from '../kernel/suggest.ts'
import { type CompileMappings, compileFor } from './check-mappings.ts'
import { checkSecrets } from './check-secrets.ts'
import type { Connector, Lane, Secrets } from './contract.ts'
import { mailboxFaults } from './mailbox.ts'

/** A connection with everything resolved. `M`: a compiled mapping, whose room this one does not know. */
export interface CheckedConnection<M> {
  readonly id: string
  readonly connector: Connector
  readonly enabled: boolean
  readonly settings: Readonly<Record<string, unknown>>
  readonly secrets: Secrets
  readonly limits: {
    readonly requestsPerSecond: number
    readonly concurrency: number
    readonly lanes?: Readonly<Record<string, Lane>>
  }
  readonly pull: Config['pull'] & { readonly lagSeconds?: number }
  readonly timezone?: string
  readonly sandboxUrl?: string
  readonly mappings: ReadonlyMap<string, M>
}

export interface CheckDeps<M> {
  /** connectors by their ids */
  readonly registry: ReadonlyMap<string, Connector>
  readonly env: Readonly<Record<string, string | undefined>>
  /** @throws where the file cannot be read */
  readonly readFile: (path: string) => string
  /** compiles the mapping files of a connector, with what a connection adds */
  readonly compile: CompileMappings<M>
}

export interface CheckOptions {
  /** whether this is `start --sandbox`: only then may a connection name a sandboxUrl */
  readonly sandbox: boolean
  /** where the connections are written; absent for those made through the API */
  readonly located?: Located
}

export interface CheckedConnections<M> {
  /** those without a fault; to be used only where there is no fault at all */
  readonly accounts: readonly CheckedConnection<M>[]
  readonly faults: readonly ConfigFault[]
}

/**
 * Holds connections to their connectors: settings, secrets, mappings. Lists every fault at once, file by file and line by line.
 * A disabled one is held to the same, but its secrets need not be there yet.
 */
export const checkConnections = <M>(
  { connections, limits, pull }: Pick<Config, 'connections' | 'limits' | 'pull'>,
  deps: CheckDeps<M>,
  { sandbox, located }: CheckOptions,
): CheckedConnections<M> => {
  const checked = connections.map((connection, at) => {
    const place = (pointer: string): Place =>
      located?.(`/connections${stepOf(at)}${pointer}`) ?? { file: `connection ${connection.id}`, line: 0 }
    const who = located === undefined ? '' : `connection ${connection.id}: `
    const fault = (pointer: string, sentence: string): ConfigFault => ({
      ...place(pointer),
      sentence: `${who}${sentence}`,
    })
    return checkOne({ connection, limits, pull, sandbox, fault }, deps)
  })
  return {
    accounts: checked.flatMap(({ account }) => account ?? []),
    faults: inOrder(once(checked.flatMap(({ faults }) => faults))),
  }
}

// Two connections of one connector share its mapping files, and so their faults.
const once = (faults: readonly ConfigFault[]): readonly ConfigFault[] => [
  ...new Map(faults.map((fault) => [`${fault.file}:${fault.line}:${fault.sentence}`, fault])).values(),
]

interface Asked {
  readonly connection: Connection
  readonly limits: Config['limits']
  readonly pull: Config['pull']
  readonly sandbox: boolean
  readonly fault: (pointer: string, sentence: string) => ConfigFault
}

const checkOne = <M>(
  asked: Asked,
  deps: CheckDeps<M>,
): { readonly account?: CheckedConnection<M>; readonly faults: readonly ConfigFault[] } => {
  const { connection, fault } = asked
  const connector = deps.registry.get(connection.connector)
  if (connector === undefined)
    return {
      faults: [fault('/connector', unknownConnector(connection.connector, deps.registry)), ...sandboxFaults(asked)],
    }
  const { secrets, faults: secretFaults } = checkSecrets({ connection, connector, fault }, deps)
  const { mappings, faults: mappingFaults } = compileFor({ connection, connector, fault }, deps)
  const faults = [
    ...settingsFaults(asked, connector),
    ...laneFaults(asked, connector),
    ...secretFaults,
    ...mappingFaults,
    ...sandboxFaults(asked),
  ]
  if (faults.length > 0) return { faults }
  const together = [
    ...mailboxFaults(connector, connection.settings),
    ...(connection.enabled ? (connector.faults?.(connection.settings, secrets) ?? []) : []),
  ]
  if (together.length > 0) return { faults: together.map((sentence) => fault('/settings', sentence)) }
  const { id, enabled, settings, timezone, sandboxUrl } = connection
  const optional = {
    ...(timezone === undefined ? {} : { timezone }),
    ...(sandboxUrl === undefined ? {} : { sandboxUrl }),
  }
  return {
    account: {
      id,
      connector,
      enabled,
      settings,
      secrets,
      limits: { ...asked.limits, ...connection.limits },
      pull: { ...asked.pull, ...connection.pull },
      mappings,
      ...optional,
    },
    faults,
  }
}

const unknownConnector = (came: string, registry: ReadonlyMap<string, Connector>): string => {
  const known = [...registry.keys()].toSorted()
  return `there is no connector ${JSON.stringify(came)}; there are ${known.join(', ')}${didYouMean(came, known)}`
}

const laneFaults = ({ connection, fault }: Asked, { id, lanes = {} }: Connector): readonly ConfigFault[] =>
  Object.keys(connection.limits?.lanes ?? {})
    .filter((name) => !Object.hasOwn(lanes, name))
    .map((name) =>
      fault(
        `/limits/lanes${stepOf(name)}`,
        `${id} has no lane ${JSON.stringify(name)}; there ${Object.keys(lanes).length === 0 ? 'is none' : `are ${Object.keys(lanes).join(', ')}`}${didYouMean(name, Object.keys(lanes))}`,
      ),
    )

const sandboxFaults = ({ connection, sandbox, fault }: Asked): readonly ConfigFault[] =>
  connection.sandboxUrl === undefined || sandbox
    ? []
    : [fault('/sandboxUrl', 'sandboxUrl is taken only under `crossdock start --sandbox`')]

const settingsFaults = ({ connection, fault }: Asked, connector: Connector): readonly ConfigFault[] =>
  shapeFaults(connector.settings, connection.settings, () => false).map(({ pointer, sentence }) => {
    const name = nameOf(pointer)
    const misplaced = Object.hasOwn(connector.secrets, name) && !Object.hasOwn(fieldsOf(connector.settings), name)
    return fault(
      `/settings${pointer}`,
      misplaced
        ? `settings.${name} is a secret: write it under secrets, as env:NAME or file:/path`
        : `settings.${name} ${sentence}`,
    )
  })
