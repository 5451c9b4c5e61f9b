import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, openBench } from './kit.ts'

/** Two connections; of the first both the id and the connector are wrong, of the second nothing but a word and a secret. */
const faulty = `connections:
  - id: Corner Shop
    connector: shopfy
  - id: stall
    connector: square-pos
    enabled: maybe
    settings: { notificationUrl: "https://hub.example/webhooks/stall", environment: prod }
    secrets: { signatureKey: env:NOT_SET, accessToken: env:NOT_SET_EITHER }
`

const orderIn = (name: string): Readonly<Record<string, unknown>> => {
  const read: unknown = JSON.parse(readFileSync(join(import.meta.dirname, `../cases/shopify/${name}.json`), 'utf8'))
  return Object(Object(read).given)
}

let bench: Bench
beforeAll(() => {
  bench = openBench()
  bench.write('crossdock.yaml', faulty)
  bench.write('odd-word.json', JSON.stringify({ ...orderIn('several-lines'), financial_status: 'half-moon' }))
})
afterAll(() => bench.close())

it('a faulty id or word does not hide the other faults of its connection', async () => {
  const { code, err } = await bench.run('check')
  expect(code).toBe(2)
  const lines = [...err.matchAll(/^crossdock\.yaml:(\d+): /gm)].map(([, line]) => Number(line))
  expect(lines).toEqual([2, 3, 6, 7, 8, 8])
})

describe('what the verbs are given', () => {
  it('is not taken for a message that the mapping can read, but reads next to nothing of', async () => {
    const [guessed, named] = await Promise.all([
      bench.run('map', 'odd-word.json', '--connector', 'shopify'),
      bench.run('map', 'odd-word.json', '--connector', 'shopify', '--topic', 'orders/create'),
    ])
    expect(guessed).toMatchObject({ code: 2, out: '' })
    expect(guessed.err).toMatch(/name it by --topic/)
    expect(named.code).toBe(1)
    expect(named.err).toMatch(/payment-states at financial_status, got "half-moon"/)
  })

  it.each([
    ['a folder to import', ['import', '.', '--connection', 'stall'], 'a file that can be read, got "."'],
    ['a folder to map', ['map', '.', '--connector', 'shopify'], 'a file that can be read, got "."'],
    ['a time that is none', ['orders', '--from', 'junk'], 'Expected a day such as 2026-11-24'],
    ['a time that is none', ['orders', '--to', '2026-13-01'], 'Expected a day such as 2026-11-24'],
    ['help on no verb', ['help', 'shw'], 'there is no verb \'shw\'; did you mean "show"?'],
    ['help on no verb like any', ['help', 'nope'], "there is no verb 'nope'"],
    ['an address that is none', ['sandbox', 'shopify', '--hook', 'nowhere'], 'got "nowhere"'],
  ] as const)('is refused with a sentence: %s', async (_, words, sentence) => {
    const { code, err } = await bench.run(...words)
    expect(code).toBe(2)
    expect(err).toContain(sentence)
  })
})

describe('where the environment names what cannot be used', () => {
  let own: Bench
  afterEach(() => own.close())

  it.each([
    ['a file for the data folder', { CROSSDOCK_DATA: 'a-file' }, 2, '"a-file", which is a file and no folder'],
    ['a data folder that cannot be made', { CROSSDOCK_DATA: '/proc/nope/data' }, 1, '"/proc/nope" cannot be made'],
    ['a folder for the config file', { CROSSDOCK_CONFIG: '.' }, 2, 'CROSSDOCK_CONFIG must name a file that is there'],
    ['an address that is none', { CROSSDOCK_HOST: '300.1.1.1' }, 2, '300.1.1.1:0 is no address'],
  ] as const)('start ends with a sentence: %s', async (_, env, exit, sentence) => {
    own = openBench({ CROSSDOCK_PORT: '0', ...env })
    own.write('a-file', 'text')
    const { code, err } = await own.run('start')
    expect(err).toContain(sentence)
    expect(err).not.toContain('should not have happened')
    expect(code).toBe(exit)
  })
})
