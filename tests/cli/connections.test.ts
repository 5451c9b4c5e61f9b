import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openRepositories } from '../../src/store/repositories.ts'
import { openTestStore } from '../flow/kit.ts'
import { deadMessages } from '../kit/dead-messages.ts'
import { openBench } from './kit.ts'

it('more failed rows than are counted are shown as so many and more', async () => {
  const bench = openBench()
  mkdirSync(join(bench.folder, 'data'), { mode: 0o700 })
  const store = openTestStore(join(bench.folder, 'data/crossdock.db'))
  const { connections } = await openRepositories(store)
  await connections.ensure([{ id: 'stall', connector: 'direct' }])
  await store.collection('inbox').insertMany(deadMessages('stall', 1_001))
  await store.close()
  const { out } = await bench.run('connections')
  expect(out).toMatch(/^stall +direct +not in the config +\S+( ago| d)? +none +0 +1,000\+ +0\+/m)
  await bench.close()
})
