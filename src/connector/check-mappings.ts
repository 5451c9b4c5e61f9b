import type { Connection } from '../../config/connection.ts'
import { stepOf } from '../../config/shape.ts'
import type { ConfigFault } from '../../config/yaml.ts'
import type { Connector } from './contract.ts'

/** What a connection adds to its connector's mappings, files read. `source` is how faults about it name their file. */
export interface AddedMappings {
  readonly tables?: Readonly<Record<string, Readonly<Record<string, string | number | boolean | null>>>>
  readonly files?: Readonly<Record<string, { readonly path: string; readonly text: string }>>
  readonly source?: string
}

/** Compiles the mapping files of a connector by its id. */
export type CompileMappings<M> = (
  connector: string,
  added: AddedMappings,
) => { readonly mappings: ReadonlyMap<string, M>; readonly faults: readonly ConfigFault[] }

interface Asked {
  readonly connection: Connection
  readonly connector: Connector
  readonly fault: (pointer: string, sentence: string) => ConfigFault
}

interface Deps<M> {
  readonly readFile: (path: string) => string
  readonly compile: CompileMappings<M>
}

/** The mappings of one connection. A fault of a mapping file names that file; one of what the connection adds, the connection's own place. */
export const compileFor = <M>(
  asked: Asked,
  { readFile, compile }: Deps<M>,
): { readonly mappings: ReadonlyMap<string, M>; readonly faults: readonly ConfigFault[] } => {
  const { connection, connector, fault } = asked
  const read = readReplacements(asked, readFile)
  const source = `mappings of connection ${connection.id}`
  const tables = connection.mappings?.tables
  const compiled = compile(connector.id, { files: read.files, source, ...(tables === undefined ? {} : { tables }) })
  const faults = compiled.faults.map((found) =>
    found.file === source ? fault(`/mappings${pointerTo(connection, found.sentence)}`, found.sentence) : found,
  )
  return { mappings: compiled.mappings, faults: [...read.faults, ...faults] }
}

/** The added row, table or file whose name the sentence quotes. */
const pointerTo = ({ mappings = {} }: Connection, sentence: string): string => {
  const added = (['tables', 'replace'] as const).flatMap((kind) =>
    Object.keys(mappings[kind] ?? {}).map((name) => ({ kind, name })),
  )
  const named = added.find(({ name }) => sentence.includes(JSON.stringify(name)))
  return named === undefined ? '' : `/${named.kind}${stepOf(named.name)}`
}

const readReplacements = ({ connection, fault }: Asked, readFile: (path: string) => string) => {
  const files: Record<string, { path: string; text: string }> = {}
  const faults: ConfigFault[] = []
  for (const [name, path] of Object.entries(connection.mappings?.replace ?? {})) {
    const pointer = `/mappings/replace${stepOf(name)}`
    const text = textOf(path, readFile)
    // A mapping bears the name of its file, so that a fault which names the one names the other.
    if (!isNamed(path, name))
      faults.push(
        fault(pointer, `the file in place of ${name} must be called ${name}.yaml, got ${JSON.stringify(path)}`),
      )
    else if (text === undefined)
      faults.push(fault(pointer, `the file in place of ${name} cannot be read: ${JSON.stringify(path)}`))
    else files[name] = { path, text }
  }
  return { files, faults }
}

const isNamed = (path: string, name: string): boolean =>
  [`${name}.yaml`, `${name}.yml`].includes(path.slice(path.lastIndexOf('/') + 1))

const textOf = (path: string, readFile: (path: string) => string): string | undefined => {
  try {
    return readFile(path)
  } catch {
    return undefined
  }
}
