import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { setStage } from '../../src/cli/demo-stage.ts'
import { allConnectors } from '../../src/wire.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

it('the hub of a demo keeps to a file of its own, whatever servers the environment names', async () => {
  vi.stubEnv('MONGO_URL', 'mongodb://127.0.0.1:1/the-merchants-own')
  vi.stubEnv('REDIS_URL', 'redis://127.0.0.1:1')
  const program = join(import.meta.dirname, '../../bin/crossdock.js')
  const connectors = allConnectors.filter(({ id }) => id === 'direct')
  const stage = await setStage({ connectors, seed: 7, program })
  try {
    expect(existsSync(join(stage.folder, 'data/crossdock.db'))).toBe(true)
  } finally {
    await stage.close()
  }
})
