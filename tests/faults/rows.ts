import type { Stage, StageOptions } from '../../src/cli/demo-stage.ts'
import type { Connector } from '../../src/connector/contract.ts'
import type { Store } from '../../src/store/port.ts'
import { awayFaults } from './away.ts'
import { channels } from './channels.ts'
import { clock } from './clock.ts'
import { file } from './file.ts'
import { freezing } from './frozen.ts'
import type { Engine, Finding, Servers } from './house.ts'
import { killing } from './killing.ts'
import { poison } from './poison.ts'
import { redisFaults } from './redis.ts'

/** A server that a row may hurt. */
export interface Server {
  readonly url: string
  readonly port: number
  signal(signal: NodeJS.Signals): void
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>
  /** Starts it again on its port and its data. */
  start(): Promise<void>
}

/** What a row is tried with. */
export interface Trial {
  readonly engine: Engine
  readonly seed: number
  readonly quick: boolean
  readonly program: string
  readonly connectors: readonly Connector[]
  readonly servers: Servers
  /** What hosts the sides. */
  readonly host: NonNullable<StageOptions['host']>
  /** The servers themselves, where the engine has some. */
  readonly mongo?: Server
  readonly redis?: Server
  /** Sections of the hub's config that differ from the usual. */
  readonly config?: Readonly<Record<string, unknown>>
  /** The store of a house whose processes have ended, to look into. */
  look(stage: Stage): Promise<Store>
}

/** One fault: what happens, what must hold, and the trial of it. */
export interface Fault {
  readonly name: string
  readonly what: string
  readonly holds: string
  readonly engines: readonly Engine[]
  /** Part of `--quick`. */
  readonly quick?: true
  /**
   * How many rows run at once while it does, three unless told otherwise. One measures a rate to a few parts of a hundred, and has the
   * machine for itself; four do little but wait.
   */
  readonly atOnce?: 1 | 4
  /** Takes the database's server itself away, and so is given one of its own. */
  readonly hurtsStore?: true
  readonly run: (trial: Trial) => Promise<Finding>
}

/** Every fault, in the order of the table. */
export const faults: readonly Fault[] = [
  ...killing,
  ...redisFaults,
  ...awayFaults,
  ...poison,
  ...channels,
  ...freezing,
  ...clock,
  ...file,
]
