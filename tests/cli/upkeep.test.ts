import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dropDatabase, freshDatabase, withServers } from '../kit/engines.ts'
import { type Bench, openBench } from './kit.ts'

const config = (folder: string): string => `data: { folder: ${folder} }
connections:
  - { id: own, connector: direct, enabled: true, secrets: { inboundSecret: env:OWN_SECRET } }
`
const orders = `order,placed_at,currency,sku,quantity,amount
${Array.from({ length: 20 }, (_, at) => `P-${at},2026-11-24T10:15:00Z,EUR,TEA-${at},2,8.90`).join('\n')}
`

let bench: Bench
const on = async (folder: string, ...words: readonly string[]) => {
  bench.write('crossdock.yaml', config(folder))
  return bench.run(...words)
}
beforeAll(async () => {
  bench = openBench({ OWN_SECRET: 'whsec_c2FuZGJveCBvcmRlcnMgb2YgdGhlIG93biBzaG9w', MONGO_URL: '' })
  bench.write('orders.csv', orders)
  await on('first', 'import', 'orders.csv', '--connection', 'own')
})
afterAll(() => bench.close())

it('verify says what it looked at, and that nothing is wrong', async () => {
  expect(await on('first', 'verify')).toMatchObject({
    code: 0,
    out: 'No fault: 20 in inbox, 20 in orders, 1 in connections.\n',
  })
  expect(await on('nowhere', 'verify')).toMatchObject({
    code: 1,
    err: expect.stringContaining('there are no data in "nowhere"'),
  })
})

it('verify names a fault, and exits 1', async () => {
  await on('first', 'backup', 'for-verify.gz')
  await on('hurt', 'restore', 'for-verify.gz')
  const file = join(bench.folder, 'hurt/crossdock.db')
  const bytes = readFileSync(file)
  const at = bytes.indexOf('TEA-7')
  bytes.write('TEA-8', at)
  writeFileSync(file, bytes)
  const { code, out } = await on('hurt', 'verify')
  expect(code).toBe(1)
  expect(out).toMatch(
    /(inbox|orders).*: row \d+: the document is not as it was written|its body is not the one that came/,
  )
  const { out: json } = await on('hurt', 'verify', '--json')
  expect(JSON.parse(json.trim().split('\n').at(-1) ?? '')).toMatchObject({ faults: expect.any(Number) })
})

it('a backup is taken beside a hub that runs, and restored into an empty folder alone', async () => {
  bench.write('crossdock.yaml', `server: { port: 0 }\n${config('first')}`)
  const hub = await bench.start()
  expect(await bench.run('backup', 'all.gz')).toMatchObject({ code: 0, out: expect.stringContaining('20 in orders') })
  await hub.end('SIGTERM')
  expect(await on('first', 'backup', 'all.gz')).toMatchObject({
    code: 2,
    err: expect.stringContaining('is there already'),
  })
  expect(await on('first', 'restore', 'all.gz')).toMatchObject({
    code: 1,
    err: expect.stringContaining('holds data already'),
  })
  expect(await on('second', 'restore', 'all.gz')).toMatchObject({
    code: 0,
    out: expect.stringContaining('20 in orders'),
  })
  expect(await on('second', 'verify')).toMatchObject({ code: 0 })
  expect((await on('second', 'orders', '--json')).out.trim().split('\n')).toHaveLength(20)
})

it('a backup that was cut is refused before anything is touched', async () => {
  await on('first', 'backup', 'whole.gz')
  writeFileSync(join(bench.folder, 'cut.gz'), readFileSync(join(bench.folder, 'whole.gz')).subarray(0, 900))
  const { code, err } = await on('third', 'restore', 'cut.gz')
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('cut.gz: it is cut short') })
  expect(existsSync(join(bench.folder, 'third'))).toBe(false)
})

it('a move takes everything along, and no hub starts on what was left', async () => {
  await on('first', 'backup', 'to-move.gz')
  await on('old', 'restore', 'to-move.gz')
  expect(await on('old', 'move', '--to', 'new')).toMatchObject({
    code: 0,
    out: expect.stringContaining('20 in orders'),
  })
  expect(await on('old', 'start')).toMatchObject({ code: 1, err: expect.stringContaining('these data were moved to') })
  expect(await on('new', 'verify')).toMatchObject({ code: 0 })
  expect(await on('new', 'move', '--to', 'first')).toMatchObject({
    code: 1,
    err: expect.stringContaining('holds data already'),
  })
})

it('a move may name the file; what is neither folder nor address is wrong usage, and is not shown', async () => {
  await on('first', 'backup', 'by-file.gz')
  await on('by-file', 'restore', 'by-file.gz')
  const wrong = await Promise.all(
    ['orders.csv', 'postgres://someone:hush@host/x', 'mongodb://someone:hu/sh@a,b/x'].map((to) =>
      on('by-file', 'move', '--to', to),
    ),
  )
  for (const { code, err } of wrong)
    expect({ code, err }).toEqual({ code: 2, err: expect.not.stringMatching(/hu.?sh/) })
  expect(await on('by-file', 'move', '--to', 'moved/crossdock.db')).toMatchObject({
    code: 0,
    out: expect.stringContaining(join(bench.folder, 'moved/crossdock.db')),
  })
})

it('a move refuses while a hub is at work on the source', async () => {
  bench.write('crossdock.yaml', `server: { port: 0 }\n${config('first')}`)
  const hub = await bench.start()
  expect(await bench.run('move', '--to', 'elsewhere')).toMatchObject({
    code: 1,
    err: expect.stringContaining('another hub'),
  })
  await hub.end('SIGTERM')
})

withServers('mongo')('where there is a MongoDB', () => {
  it('a move to MongoDB and back ends where it began, and never shows a password', async () => {
    const database = freshDatabase()
    await on('first', 'backup', 'there-and-back.gz')
    await on('there', 'restore', 'there-and-back.gz')
    expect(await on('there', 'move', '--to', database)).toMatchObject({
      code: 0,
      out: expect.stringContaining('20 in orders'),
    })
    const grown = openBench({ OWN_SECRET: 'whsec_c2FuZGJveCBvcmRlcnMgb2YgdGhlIG93biBzaG9w', MONGO_URL: database })
    grown.write('crossdock.yaml', config('data'))
    expect(await grown.run('verify')).toMatchObject({ code: 0, out: expect.stringContaining('20 in orders') })
    expect(await grown.run('move', '--to', 'back')).toMatchObject({
      code: 0,
      out: expect.stringContaining('20 in orders'),
    })
    expect(await grown.run('orders')).toMatchObject({
      code: 1,
      err: expect.stringContaining('these data were moved to'),
    })
    const secret = await grown.run('move', '--to', 'mongodb://someone:hush@127.0.0.1:1/x')
    expect(secret.code).toBe(1)
    expect(secret.err).not.toContain('hush')
    await grown.close()
    await dropDatabase(database)
  })
})
