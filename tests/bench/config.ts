import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectors } from '../../connectors/index.ts'
import { temporaryFolder } from './tidy.ts'
import { secret, shop } from './webhooks.ts'

export interface BenchConfig {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  remove(): void
}

/** The other side of the push row, and what makes a connection to it work. */
const { sandbox } = connectors.find(({ id }) => id === 'shopify') ?? {}
const example = sandbox?.example

/** A folder of its own for a hub that asks a Square account for its orders, as often as the config allows. */
export const squareConfig = (sandboxUrl: string): BenchConfig => {
  const { path: folder, remove } = temporaryFolder()
  const file = join(folder, 'crossdock.yaml')
  const square = connectors.find(({ id }) => id === 'square-pos')?.sandbox.example
  const connection = {
    id: 'bench',
    connector: 'square-pos',
    enabled: true,
    settings: square?.settings,
    secrets: { signatureKey: 'env:BENCH_SECRET', accessToken: 'env:BENCH_TOKEN' },
    limits: { requestsPerSecond: 1000, concurrency: 16 },
    pull: { everySeconds: 86_400, reconcileHours: 0, lagSeconds: 0, overlapSeconds: 0 },
    sandboxUrl,
  }
  writeFileSync(file, JSON.stringify({ log: { level: 'silent' }, connections: [connection] }))
  return {
    folder,
    env: {
      CROSSDOCK_CONFIG: file,
      CROSSDOCK_DATA: join(folder, 'data'),
      CROSSDOCK_HOST: '127.0.0.1',
      CROSSDOCK_PORT: '0',
      MONGO_URL: '',
      REDIS_URL: '',
      BENCH_SECRET: square?.secrets['signatureKey']?.[0] ?? '',
      BENCH_TOKEN: square?.secrets['accessToken']?.[0] ?? '',
    },
    remove,
  }
}

/** A folder of its own for one hub of the bench: its config and its data; with a `sandboxUrl` its channel is the sandbox there. */
export const benchConfig = (
  sandboxUrl?: string,
  servers: Readonly<Record<string, string>> = { MONGO_URL: '', REDIS_URL: '' },
): BenchConfig => {
  const { path: folder, remove } = temporaryFolder()
  const file = join(folder, 'crossdock.yaml')
  const connection = {
    id: 'bench',
    connector: 'shopify',
    enabled: true,
    settings: sandboxUrl === undefined ? { shop, apiVersion: '2026-07' } : example?.settings,
    secrets: { webhookSecret: 'env:BENCH_SECRET', accessToken: 'env:BENCH_TOKEN' },
    // As much as the config allows.
    limits: { requestsPerSecond: 1000, concurrency: 16 },
    ...(sandboxUrl === undefined ? {} : { sandboxUrl }),
  }
  writeFileSync(file, JSON.stringify({ log: { level: 'silent' }, connections: [connection] }))
  const secretOf = (name: string): string => (sandboxUrl === undefined ? secret : (example?.secrets[name]?.[0] ?? ''))
  return {
    folder,
    env: {
      CROSSDOCK_CONFIG: file,
      CROSSDOCK_DATA: join(folder, 'data'),
      CROSSDOCK_HOST: '127.0.0.1',
      CROSSDOCK_PORT: '0',
      ...servers,
      BENCH_SECRET: secretOf('webhookSecret'),
      BENCH_TOKEN: secretOf('accessToken'),
    },
    remove,
  }
}
