import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { secret, shop } from './webhooks.ts'

/** A folder of its own for one hub of the bench: its config and its data; pushes go to `sandboxUrl` where one is given. */
export const benchConfig = (
  sandboxUrl?: string,
): { readonly folder: string; readonly env: Readonly<Record<string, string>>; remove(): void } => {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-bench-'))
  const file = join(folder, 'crossdock.yaml')
  const connection = {
    id: 'bench',
    connector: 'shopify',
    enabled: true,
    settings: { shop, apiVersion: '2026-07' },
    secrets: { webhookSecret: 'env:BENCH_SECRET', accessToken: 'env:BENCH_SECRET' },
    limits: { requestsPerSecond: 1000, concurrency: 16 },
    ...(sandboxUrl === undefined ? {} : { sandboxUrl }),
  }
  writeFileSync(file, JSON.stringify({ log: { level: 'silent' }, connections: [connection] }))
  return {
    folder,
    env: { CROSSDOCK_CONFIG: file, CROSSDOCK_DATA: join(folder, 'data'), CROSSDOCK_PORT: '0', BENCH_SECRET: secret },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
