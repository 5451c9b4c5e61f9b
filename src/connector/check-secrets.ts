import type { Connection } from '../../config/connection.ts'
import { stepOf } from '../../config/shape.ts'
import type { ConfigFault } from '../../config/yaml.ts'
import { didYouMean } from '../kernel/suggest.ts'
import type { Connector, Secrets } from './contract.ts'
import { resolveSecrets } from './secrets.ts'

interface Asked {
  readonly connection: Connection
  readonly connector: Connector
  readonly fault: (pointer: string, sentence: string) => ConfigFault
}

interface Deps {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly readFile: (path: string) => string
}

interface CheckedSecrets {
  readonly secrets: Secrets
  readonly faults: readonly ConfigFault[]
}

/**
 * The secrets of one connection, resolved. A secret that is required and not named refuses the start: without it nothing could be
 * told from a forgery. A disabled connection may be prepared before its secrets are there; what is there is resolved.
 */
export const checkSecrets = (asked: Asked, deps: Deps): CheckedSecrets => {
  const named = Object.entries(asked.connection.secrets).map(([name, refs]) =>
    checkSecret({ ...asked, name, refs: [refs].flat() }, deps),
  )
  return {
    secrets: Object.assign({}, ...named.map(({ secrets }) => secrets)),
    faults: [...missing(asked), ...named.flatMap(({ faults }) => faults)],
  }
}

const missing = ({ connection, connector, fault }: Asked): readonly ConfigFault[] =>
  Object.entries(connector.secrets)
    .filter(([name, { required }]) => required && connection.enabled && !Object.hasOwn(connection.secrets, name))
    .map(([name, { description }]) => fault('/secrets', `secrets.${name} is missing: ${description}`))

const wellFormed = /^(env:\w+|file:\/.+)$/s

const checkSecret = (
  { connection, connector, fault, name, refs }: Asked & { readonly name: string; readonly refs: readonly string[] },
  deps: Deps,
): CheckedSecrets => {
  const pointer = `/secrets${stepOf(name)}`
  if (!Object.hasOwn(connector.secrets, name)) {
    const known = Object.keys(connector.secrets)
    return {
      secrets: {},
      faults: [fault(pointer, `secrets.${name} is not a secret of ${connector.id}${didYouMean(name, known)}`)],
    }
  }
  const { secrets, faults } = resolveSecrets({ [name]: refs }, deps)
  const tolerated = !connection.enabled && refs.every((ref) => wellFormed.test(ref))
  return { secrets, faults: tolerated ? [] : faults.map(({ sentence }) => fault(pointer, sentence)) }
}
