import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connector, Secrets } from '../connector/contract.ts'
import { HubError } from '../kernel/errors.ts'

/** The other side of one connection, in a process of its own. */
export interface Side {
  readonly connection: string
  readonly connector: Connector
  readonly address: string
}

/** A hub and a sandbox of each connector, each a process; all end with `close`. */
export interface Stage {
  readonly address: string
  readonly key: string
  readonly sides: readonly Side[]
  /** Ends the hub by a signal, at once and whatever it is doing, and starts it anew on the same data. */
  restartHub(signal: NodeJS.Signals): Promise<void>
  close(): Promise<void>
}

export interface StageOptions {
  readonly connectors: readonly Connector[]
  readonly seed: number
  /** `bin/crossdock.js` of the checkout. */
  readonly program: string
}

/** Sets the stage: sandboxes first, then a config that names them, then the hub. */
export const setStage = async ({ connectors, seed, program }: StageOptions): Promise<Stage> => {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-demo-'))
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  const children: ChildProcess[] = []
  const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess => {
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.push(child)
    return child
  }
  const close = async (): Promise<void> => {
    await Promise.all(children.map((child) => end(child)))
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const sides = await Promise.all(
      connectors.map(async (connector, place): Promise<Side> => {
        const connection = `demo-${connector.id}`
        const child = run([
          'sandbox',
          connector.id,
          '--port',
          '0',
          '--hook',
          `${address}/webhooks/${connection}`,
          '--seed',
          String(seed + place),
        ])
        return { connection, connector, address: await said(child, /(http:\/\/127\.0\.0\.1:\d+)/) }
      }),
    )
    const { config, env } = configOf(sides)
    writeFileSync(join(folder, 'crossdock.yaml'), config)
    const key = `cdk_${randomBytes(24).toString('base64url')}`
    const startHub = async (): Promise<ChildProcess> => {
      const hub = run(['start', '--sandbox'], {
        ...env,
        CROSSDOCK_CONFIG: join(folder, 'crossdock.yaml'),
        CROSSDOCK_DATA: join(folder, 'data'),
        CROSSDOCK_HOST: '127.0.0.1',
        CROSSDOCK_PORT: String(port),
        CROSSDOCK_ADMIN_KEY: key,
      })
      await ready(address, hub)
      return hub
    }
    let hub = await startHub()
    const restartHub = async (signal: NodeJS.Signals): Promise<void> => {
      await end(hub, signal)
      hub = await startHub()
    }
    return { address, key, sides, restartHub, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Each connection in config as a merchant would write it; JSON is YAML. Secrets go by the environment. */
const configOf = (
  sides: readonly Side[],
): { readonly config: string; readonly env: Readonly<Record<string, string>> } => {
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
  const connections = sides.map(({ connection, connector, address }) => ({
    id: connection,
    connector: connector.id,
    enabled: true,
    settings: connector.sandbox.example.settings,
    secrets: refs(connection, connector.sandbox.example.secrets),
    sandboxUrl: address,
    limits: { requestsPerSecond: 500, concurrency: 4 },
  }))
  return {
    config: JSON.stringify({
      log: { level: 'error' },
      retry: { seconds: [1, 2, 5, 10] },
      awaiting: { seconds: [2, 5] },
      connections,
    }),
    env,
  }
}

/** The first words of a child's stdout that match; what it said on stderr where it ends before. */
const said = (child: ChildProcess, pattern: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    let heard = ''
    let complaint = ''
    child.stderr?.on('data', (chunk) => {
      complaint += String(chunk)
    })
    child.stdout?.on('data', (chunk) => {
      heard += String(chunk)
      const found = pattern.exec(heard)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('exit', (code) =>
      reject(new HubError('UNEXPECTED', `a process ended with ${code}: ${complaint.trim()}`)),
    )
  })

const ready = async (address: string, hub: ChildProcess): Promise<void> => {
  let complaint = ''
  hub.stderr?.on('data', (chunk) => {
    complaint = (complaint + String(chunk)).slice(-4000)
  })
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (hub.exitCode !== null)
      throw new HubError('UNEXPECTED', `the hub ended with ${hub.exitCode}: ${complaint.trim()}`)
    const answer = await fetch(`${address}/health/ready`).catch(() => undefined)
    if (answer?.status === 200) return
    await sleep(100)
  }
  throw new HubError('UNEXPECTED', `the hub did not become ready: ${complaint.trim()}`)
}

const end = async (child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await Promise.race([gone, sleep(12_000).then(() => child.kill('SIGKILL'))])
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
