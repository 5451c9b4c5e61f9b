import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Message } from '../../src/store/rows.ts'
import { openTestStore } from '../flow/kit.ts'
import { type Bench, openBench } from './kit.ts'

const config = `server: { port: 0 }
log: { level: silent }
connections:
  - id: corner-shop
    connector: shopify
    settings: { shop: corner, apiVersion: "2026-07" }
    secrets: { webhookSecret: env:CORNER_SHOP, accessToken: env:CORNER_SHOP }
`
const given = (name: string): string => {
  const read: unknown = JSON.parse(readFileSync(join(import.meta.dirname, `../cases/shopify/${name}.json`), 'utf8'))
  return JSON.stringify(Object(read).given)
}

/** A message that a mapping of earlier could not read. */
const parked = (key: string, body: string): Message => ({
  _id: `msg_${key.padStart(32, '0')}`,
  connection: 'corner-shop',
  topic: 'orders/create',
  key,
  via: 'post',
  headers: {},
  keptAt: new Date(1_700_000_000_000),
  body: new TextEncoder().encode(body),
  bodyDigest: key,
  state: 'parked',
  error: { code: 'MAPPING_FAILED', message: 'no row', remedy: 'fix-code' },
  attempt: 1,
  settled: 1,
  gen: 1,
})

let bench: Bench
beforeAll(async () => {
  bench = openBench({ CORNER_SHOP: 'only-for-tests' })
  bench.write('crossdock.yaml', config)
  mkdirSync(join(bench.folder, 'data'), { mode: 0o700 })
  const store = openTestStore(join(bench.folder, 'data/crossdock.db'))
  const bodies = ['several-lines', 'unknown-word', 'unknown-word', 'one-line'].map(given)
  await store.collection('inbox').insertMany(bodies.map((body, at) => parked(String(at), body)))
  await store.close()
})
afterAll(() => bench.close())

it('a kind that is replayed is told of by what became of it; exit 1 where any failed again', async () => {
  const { code, out } = await bench.run('replay', '--code', 'MAPPING_FAILED')
  expect(out).toMatch(/^4 messages and 0 commands were put back: 2 done, 2 parked again\.\n/)
  expect(out).toMatch(/^msg_0+[12] and 1 more: .*\n {2}Add the row or the path to the mapping named/m)
  expect(code).toBe(1)
})

it('the same through a hub that runs', async () => {
  const hub = await bench.start()
  const { code, out } = await bench.run('replay', '--connection', 'corner-shop', '--json')
  expect(JSON.parse(out)).toEqual({ messages: 2, commands: 0, done: 0, dead: 0, parked: 2, putOff: 0, underWay: 0 })
  expect(code).toBe(1)
  const none = await bench.run('replay', '--state', 'dead')
  expect(none).toMatchObject({ code: 0, out: '0 messages and 0 commands were put back.\n' })
  await hub.end('SIGTERM')
})
