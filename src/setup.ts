import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Connection } from '../config/connection.ts'
import { asWritten, readEntries } from '../config/entries.ts'
import { configFileOf, type Servers, serversOf, withEnvironment } from '../config/environment.ts'
import { type Located, readConfig } from '../config/read.ts'
import type { Config } from '../config/schema.ts'
import type { ConfigFault } from '../config/yaml.ts'
import { lies } from './cli/data-folder.ts'
import { type CheckDeps, checkConnections } from './connector/check.ts'
import type { CompileMappings } from './connector/check-mappings.ts'
import type { Connector } from './connector/contract.ts'
import { makeRegistry } from './connector/registry.ts'
import type { Account } from './flow/account.ts'
import { type CompiledMappings, compileMappings, type Mapping, type MappingFile } from './mapping/compile.ts'

/** Where the program lies, and what it is started with. */
export interface Place {
  readonly connectors: readonly Connector[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether connections may name a sandbox on this machine in place of their channel. */
  readonly sandbox: boolean
}

export interface Setup {
  readonly config: Config
  /** The servers that the environment names. */
  readonly servers: Servers
  readonly accounts: readonly Account[]
  /** Every fault of the config, the connections and their mappings; with one, nothing may be started. */
  readonly faults: readonly ConfigFault[]
  /** The config file read; undefined where there is none. */
  readonly file: string | undefined
  /** The same check for connections that stand in no file, in the shape of a config's list; `located` says how faults name a place in it. */
  readonly check: (entries: readonly unknown[], located: Located) => MoreConnections
}

/** Connections that stand in no file, checked: to be used only where there is no fault. */
export interface MoreConnections {
  readonly connections: readonly Connection[]
  readonly accounts: readonly Account[]
  readonly faults: readonly ConfigFault[]
}

/** The checkout: mappings/, config/ and package.json lie in it. */
export const root = join(import.meta.dirname, '..')

/** Reads config, connections and mappings from disk and checks them all, without starting anything. */
export const readSetup = ({ connectors, env, sandbox }: Place): Setup => {
  const found = configFileOf(env, lies)
  const texts = [join(root, 'config/default.yaml'), ...(found.file === undefined ? [] : [found.file])]
  const read = readConfig(texts.map((file) => ({ file, text: readFileSync(file, 'utf8') })))
  const { config, faults } = withEnvironment(read.config, env)
  const deps: CheckDeps<Mapping> = {
    registry: makeRegistry(connectors),
    env,
    readFile: (path) => readFileSync(path, 'utf8'),
    compile: compileOnce(),
  }
  const checked = checkConnections(config, deps, { sandbox, located: read.located })
  return {
    config,
    servers: serversOf(env),
    accounts: checked.accounts,
    faults: [...found.faults, ...read.faults, ...faults, ...checked.faults],
    file: found.file,
    check: checkOf({ limits: config.limits, pull: config.pull, sandbox }, deps),
  }
}

/** A connector's own mappings are compiled once for all connections that add nothing to them. */
const compileOnce = (): CompileMappings<Mapping> => {
  const known = new Map<string, CompiledMappings>()
  return (connector, added) => {
    if (added.tables !== undefined || Object.keys(added.files ?? {}).length > 0)
      return compileMappings(mappingFilesOf(connector), added)
    const compiled = known.get(connector) ?? compileMappings(mappingFilesOf(connector))
    known.set(connector, compiled)
    return compiled
  }
}

const checkOf =
  (
    { limits, pull, sandbox }: Pick<Config, 'limits' | 'pull'> & Pick<Place, 'sandbox'>,
    deps: CheckDeps<Mapping>,
  ): Setup['check'] =>
  (entries, located) => {
    const { kept, faults } = readEntries(entries, located)
    const connections = kept.map(({ connection }) => connection)
    const written: Located = (pointer) => located(asWritten(pointer, kept))
    const checked = checkConnections({ connections, limits, pull }, deps, { sandbox, located: written })
    return { connections, accounts: checked.accounts, faults: [...faults, ...checked.faults] }
  }

/** The mapping files of a connector, as the program ships them. */
export const mappingFilesOf = (connector: string): readonly MappingFile[] => {
  const folder = join(root, 'mappings', connector)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ path: `mappings/${connector}/${name}`, text: readFileSync(join(folder, name), 'utf8') }))
}
