import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, openBench } from './kit.ts'

/** Ten faults, each on a line of its own. */
const faulty = `server: { port: seventy }
log: { level: loud }
data: { foldr: data }
retry:
  seconds: []
connections:
  - id: Corner Shop
    connector: shopify
    enabled: true
    settings: { shop: corner, apiVersion: "2026-07" }
    secrets: { webhookSecret: env:SET }
  - id: market
    connector: shopfy
    settings: {}
    secrets: {}
  - id: stall
    connector: shopify
    settings:
      shop: Corner Shop
      apiVersion: "2026-07"
      colour: red
    secrets:
      webhookSecret: env:NOT_SET
      accessToken: my-token
`

const given = (name: string): unknown => {
  const read: unknown = JSON.parse(readFileSync(join(import.meta.dirname, `../cases/shopify/${name}.json`), 'utf8'))
  return typeof read === 'object' && read !== null && 'given' in read ? read.given : undefined
}

let bench: Bench
let faultyBench: Bench
beforeAll(() => {
  bench = openBench()
  faultyBench = openBench({ SET: 'only-for-tests', CROSSDOCK_CONFIG: 'faulty.yaml' })
  faultyBench.write('faulty.yaml', faulty)
  const order = Object(given('several-lines'))
  bench.write('order.json', JSON.stringify({ ...order, customer: { ...order.customer, loyalty: 'gold' } }))
  bench.write('no-currency.json', JSON.stringify({ ...order, currency: null }))
})
afterAll(() => Promise.all([bench.close(), faultyBench.close()]))

describe('the program', () => {
  it('says what it can do, and which version it is', async () => {
    const [help, ofShip, version, nothing] = await Promise.all([
      bench.run('help'),
      bench.run('help', 'ship'),
      bench.run('--version'),
      bench.run(),
    ])
    expect(help.code).toBe(0)
    for (const verb of [
      'start',
      'check',
      'orders',
      'show',
      'ship',
      'import',
      'map',
      'messages',
      'commands',
      'replay',
      'keys',
      'connectors',
      'connections',
      'resume',
      'sandbox',
      'demo',
    ])
      expect(help.out).toMatch(new RegExp(`^  ${verb}\\b`, 'm'))
    expect(ofShip.out).toContain('--tracking <number>')
    expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(nothing).toMatchObject({ code: 2, out: '' })
  })

  it('answers wrong words with a sentence, a suggestion and exit code 2', async () => {
    const [verb, option, word, program] = await Promise.all([
      bench.run('oders'),
      bench.run('orders', '--stat', 'open'),
      bench.run('orders', '--state', 'opened'),
      bench.run('oders', '--json'),
    ])
    expect(verb.code).toBe(2)
    expect(verb.err).toMatch(/^crossdock: there is no verb 'oders'; did you mean orders\?\n {2}See /)
    expect(option.err).toContain("unknown option '--stat'; did you mean --state?")
    expect(word.err).toContain('Allowed choices are pending, held, open, completed, cancelled')
    expect(JSON.parse(program.err)).toMatchObject({ code: 'USAGE', cure: expect.any(String) })
  })

  it('names every fault of the config with its file and line, and starts nothing', async () => {
    const faults = [1, 2, 3, 5, 7, 13, 19, 21, 23, 24].map((line) => `faulty.yaml:${line}: `)
    for (const told of await Promise.all([faultyBench.run('check'), faultyBench.run('start')])) {
      expect(told).toMatchObject({ code: 2, out: '' })
      const lines = told.err.split('\n').filter((line) => line.startsWith('faulty.yaml'))
      expect(lines.map((line) => faults.find((start) => line.startsWith(start)) ?? line)).toEqual(faults)
      expect(told.err).not.toContain('my-token')
    }
    expect(existsSync(join(faultyBench.folder, 'data'))).toBe(false)
  })

  it('makes no data by looking: a verb that only reads says that there are none', async () => {
    const told = await bench.run('orders')
    expect(told).toMatchObject({ code: 1, out: '' })
    expect(told.err).toContain('there are no data in "data" yet')
    expect(existsSync(join(bench.folder, 'data'))).toBe(false)
  })

  it('makes keys without a hub, shows each once and alone on stdout, and removes them', async () => {
    const made = await bench.run('keys', 'add', 'till', '--role', 'operator')
    expect(made.out).toMatch(/^cdk_[\w-]{43}\n$/)
    const id = /key_\w+/.exec(made.err)?.[0] ?? ''
    expect(await bench.run('keys', 'remove', id)).toMatchObject({ code: 0, out: `${id} is removed.\n` })
  })
})

describe('map', () => {
  it('shows what a mapping makes of a payload, how the order would look, and what is never read', async () => {
    const [text, program] = await Promise.all([
      bench.run('map', 'order.json', '--connector', 'shopify'),
      bench.run('map', 'order.json', '--connector', 'shopify', '--topic', 'orders/create', '--json'),
    ])
    expect(text.code).toBe(0)
    expect(text.out).toMatch(/^orders\/create by mappings\/shopify\/order\.yaml gives snapshot\nkind: snapshot\n/)
    expect(text.out).toMatch(/ {2}Order #1001 {3}open · paid · open\n/)
    expect(text.out).toMatch(/\d+ of \d+ paths of the payload are read; these are not\n(.*\n)* {2}customer\.loyalty/)
    expect(JSON.parse(program.out)).toMatchObject({
      topic: 'orders/create',
      result: { kind: 'snapshot', order: '6100000000001' },
      view: { number: '#1001' },
      unread: expect.arrayContaining(['customer.loyalty']),
    })
  })

  it('names file, line, path and what came where a payload cannot be mapped, and the topics where none is meant', async () => {
    const [broken, unknown] = await Promise.all([
      bench.run('map', 'no-currency.json', '--connector', 'shopify', '--topic', 'orders/create'),
      bench.runWith('{}', 'map', '-', '--connector', 'shopify'),
    ])
    expect(broken).toMatchObject({ code: 1, out: '' })
    expect(broken.err).toMatch(/^crossdock: mappings\/shopify\/order\.yaml:\d+: .*currency.*got/)
    expect(unknown).toMatchObject({ code: 2, out: '' })
    expect(unknown.err).toContain('orders/create ')
  })
})
