import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connector, Secrets } from '../connector/contract.ts'
import { freePort, type Runnable, runnable } from './demo-processes.ts'
import type { Hosted } from './sandbox.ts'

/** The other side of one connection, in a process of its own. */
export interface Side {
  readonly connection: string
  readonly connector: Connector
  readonly address: string
}

/** Columns for the names of connections, where figures stand behind them. */
export const nameWide = 20

/** The hub and a sandbox of each connector, each a process; all end with `close`. */
export interface Stage {
  readonly address: string
  readonly key: string
  readonly folder: string
  readonly sides: readonly Side[]
  /** The hub's processes by name: one, `hub`, unless others were asked for. The first serves the API. */
  readonly hubs: Readonly<Record<string, Runnable>>
  close(): Promise<void>
}

/** One process of the hub: the words after `crossdock`, and more of its environment. */
export interface HubSpec {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface StageOptions {
  readonly connectors: readonly Connector[]
  readonly seed: number
  /** `bin/crossdock.js` of the checkout. */
  readonly program: string
  /** The processes of the hub by name; the first one listens where the sandboxes post. */
  readonly hubs?: Readonly<Record<string, HubSpec>>
  /** Sections that stand in the hub's config in place of the demo's. */
  readonly config?: Readonly<Record<string, unknown>>
  /** The budget of every connection. */
  readonly limits?: Readonly<Record<string, number>>
  /** So many of a hundred messages are lost, of channels that can be asked for their orders. */
  readonly drop?: number
  /** How often every connection is asked for its orders. */
  readonly pull?: Readonly<Record<string, number>>
  /** What stands between the hub and a side: the address that the connection names in place of the side's own. */
  readonly before?: (side: Side) => Promise<string>
  /** What hosts the sides; else each is a process of its own. */
  readonly host?: (spec: SideSpec) => Promise<Hosted>
}

/** What a side is hosted by: where it posts, and how it plays. */
export interface SideSpec {
  readonly connector: string
  readonly hook: string
  readonly seed: number
  readonly drop?: number
  readonly unlimited?: true
}

const oneProcess = { hub: { args: ['start', '--sandbox'] } } as const

/** Sets the stage: sandboxes first, then a config that names them, then the hub. */
export const setStage = async (options: StageOptions): Promise<Stage> => {
  const { program, hubs: specs = oneProcess } = options
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-demo-'))
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  const running: Pick<Runnable, 'end'>[] = []
  const close = async (): Promise<void> => {
    await Promise.all(running.map((each) => each.end()))
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const sides = await Promise.all(
      options.connectors.map(async (connector, place) => {
        const before = options.connectors.slice(0, place).filter((other) => other === connector).length
        const connection = `demo-${connector.id}${before === 0 ? '' : `-${before + 1}`}`
        const hook = `${address}/webhooks/${connection}`
        const spec = { connector: connector.id, hook, seed: options.seed + place, ...ease(connector, options.drop) }
        const { address: at, close: end } = await (options.host ?? processOf(program))(spec)
        running.push({ end })
        return { connection, connector, address: at }
      }),
    )
    const { config, env } = await configOf(sides, options)
    writeFileSync(join(folder, 'crossdock.yaml'), config)
    const key = `cdk_${randomBytes(24).toString('base64url')}`
    const common = {
      ...env,
      // Its own file, whatever database the shell it is started from may name.
      MONGO_URL: '',
      REDIS_URL: '',
      CROSSDOCK_CONFIG: join(folder, 'crossdock.yaml'),
      CROSSDOCK_DATA: join(folder, 'data'),
      CROSSDOCK_HOST: '127.0.0.1',
      CROSSDOCK_ADMIN_KEY: key,
    }
    const hubs: Record<string, Runnable> = {}
    for (const [name, { args, env: more }] of Object.entries(specs)) {
      const at = Object.keys(hubs).length === 0 ? port : await freePort()
      const ownEnv = { ...common, CROSSDOCK_PORT: String(at), ...more }
      hubs[name] = runnable({ program, args, env: ownEnv, isReady: () => isReady(`http://127.0.0.1:${at}`) })
    }
    running.push(...Object.values(hubs))
    await Promise.all(Object.values(hubs).map((hub) => hub.start()))
    return { address, key, folder, sides, hubs, close }
  } catch (error) {
    await close()
    throw error
  }
}

const isReady = async (address: string): Promise<boolean> => {
  const answer = await fetch(`${address}/health/ready`).catch(() => undefined)
  return answer?.status === 200
}

const processOf =
  (program: string) =>
  async ({ connector, hook, seed, drop, unlimited }: SideSpec): Promise<Hosted> => {
    let address = ''
    const words = [
      ...['sandbox', connector, '--port', '0', '--hook', hook, '--seed', String(seed)],
      ...(drop === undefined ? [] : ['--drop', String(drop)]),
      ...(unlimited === true ? ['--unlimited'] : []),
    ]
    const side = runnable({
      program,
      args: words,
      isReady: async (heard) => {
        address = /(http:\/\/127\.0\.0\.1:\d+)/.exec(heard)?.[1] ?? ''
        return address !== ''
      },
    })
    await side.start().catch(async (error: unknown) => {
      await side.end()
      throw error
    })
    return { address, close: () => side.end() }
  }

/** What no list would show is not lost: nobody could find it. A vendor's own limits would make the demo last for hours. */
const ease = ({ lists, lanes }: Connector, drop: number | undefined): Pick<SideSpec, 'drop' | 'unlimited'> => {
  const lossy = drop !== undefined && lists !== undefined
  return { ...(lossy ? { drop } : {}), ...(lossy || lanes !== undefined ? { unlimited: true } : {}) }
}

const wide = { requestsPerSecond: 500, burst: 500 }
const widened = ({ lanes }: Connector): Readonly<Record<string, unknown>> =>
  lanes === undefined ? {} : { lanes: Object.fromEntries(Object.keys(lanes).map((name) => [name, wide])) }

/** Sandboxes list at once what they have. */
const promptly = { everySeconds: 10, overlapSeconds: 5, lagSeconds: 0, reconcileHours: 0 }

const usualLimits = { requestsPerSecond: 500, concurrency: 4 }

/** Each connection in config as a merchant would write it; JSON is YAML. Secrets go by the environment. */
const configOf = async (
  sides: readonly Side[],
  {
    config = {},
    limits = usualLimits,
    drop,
    pull,
    before = async (side) => side.address,
  }: Pick<StageOptions, 'config' | 'limits' | 'before' | 'drop' | 'pull'>,
): Promise<{ readonly config: string; readonly env: Readonly<Record<string, string>> }> => {
  const env: Record<string, string> = {}
  const refs = (connection: string, secrets: Secrets): Record<string, string[]> =>
    Object.fromEntries(
      Object.entries(secrets).map(([name, values]) => [
        name,
        values.map((value, place) => {
          const variable = `${connection}_${name}_${place}`.replace(/\W/g, '_').toUpperCase()
          env[variable] = value
          return `env:${variable}`
        }),
      ]),
    )
  const connections = await Promise.all(
    sides.map(async (side) => ({
      id: side.connection,
      connector: side.connector.id,
      enabled: true,
      settings: side.connector.sandbox.example.settings,
      secrets: refs(side.connection, side.connector.sandbox.example.secrets),
      sandboxUrl: await before(side),
      limits: { ...limits, ...widened(side.connector) },
      ...(drop === undefined && pull === undefined ? {} : { pull: pull ?? promptly }),
    })),
  )
  const whole = {
    log: { level: 'error' },
    retry: { seconds: [1, 2, 5, 10] },
    awaiting: { seconds: [2, 5] },
    connections,
    ...config,
  }
  return { config: JSON.stringify(whole), env }
}
