import type { Connection } from '../../config/connection.ts'
import type { Servers } from '../../config/environment.ts'
import type { Located } from '../../config/read.ts'
import type { Config } from '../../config/schema.ts'
import type { ConfigFault } from '../../config/yaml.ts'
import type { Connector } from '../connector/contract.ts'
import type { Account } from '../flow/account.ts'
import type { CompiledMappings } from '../mapping/compile.ts'
import type { InProcess } from './open-api.ts'
import type { Part, Startable } from './start.ts'
import type { Upkeep } from './upkeep.ts'
import type { Terminal } from './verb.ts'

/** The configuration, read and checked; nothing started. */
export interface Checked {
  readonly config: Config
  readonly servers: Servers
  readonly accounts: readonly Account[]
  readonly faults: readonly ConfigFault[]
  readonly file: string | undefined
  /** The same check for connections that stand in no file. */
  readonly check: (
    entries: readonly unknown[],
    located: Located,
  ) => Omit<Checked, 'config' | 'servers' | 'file' | 'check'> & { readonly connections: readonly Connection[] }
}

/** What the verbs are handed. What is costly to load is loaded when it is asked for. */
export interface CliDeps {
  readonly terminal: Terminal
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: () => Date
  readonly version: string
  /** Path of bin/crossdock.js, for a verb that starts others. */
  readonly program: string
  readonly connectors: () => Promise<readonly Connector[]>
  /** A connector's own mappings. */
  readonly compile: (connector: string) => Promise<CompiledMappings>
  /** @param sandbox whether connections may name a sandbox on this machine */
  readonly readSetup: (sandbox: boolean) => Promise<Checked>
  readonly openServer: (setup: Checked, part: Part) => Promise<Startable>
  /** @param make whether data are begun where there are none yet; else NOT_FOUND */
  readonly openInProcess: (setup: Checked, make: boolean) => Promise<InProcess>
  readonly upkeep: () => Promise<Upkeep>
  /** Resolves with the first signal to stop; a second one ends the process at once. */
  readonly stopped: () => Promise<string>
  /** Ends the process soon, whatever it waits for, with the exit code that it has by then. */
  readonly leave: () => void
  /** The bench, where it is there: it is no part of the image. */
  readonly bench?: (options: { readonly quick?: true; readonly json?: true }) => Promise<number>
  readonly standardInput: () => Promise<Uint8Array>
}
