import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../../config/read.ts'
import { faultLine, inOrder } from '../../../config/yaml.ts'
import { type CheckDeps, checkConnections } from '../../../src/connector/check.ts'
import type { Connector } from '../../../src/connector/contract.ts'
import { defineConnector } from '../../../src/connector/define.ts'
import { refuse } from '../../../src/kernel/errors.ts'
import { Closed, Type } from '../../../src/kernel/schema.ts'
import { compileMappings, type Mapping, type MappingFile } from '../../../src/mapping/compile.ts'

const sandbox: Connector['sandbox'] = {
  example: { settings: {}, secrets: {} },
  start: () => ({}),
  answer: (state) => ({ state, reply: { status: 404, headers: {}, body: '' }, posts: [] }),
  play: (state) => ({ state, posts: [] }),
  books: () => ({ orders: [], told: [], calls: 0 }),
}

/** A connector with one setting that must be there, one that need not, one secret of each sort. */
const stall = defineConnector({
  id: 'stall',
  title: 'Stall',
  settings: Closed({ shop: Type.String({ pattern: '^[a-z]+$' }), pages: Type.Optional(Type.Integer({ minimum: 1 })) }),
  secrets: {
    signingKey: { description: 'Signs what it posts.', required: true },
    accessToken: { description: 'Lets us call it.', required: false },
  },
  faults: ({ pages }, { accessToken = [] }) =>
    pages !== undefined && accessToken.length === 0 ? ['settings.pages needs the secret accessToken'] : [],
  topics: { 'order-changed': { maps: 'order', description: 'An order is there.' } },
  queries: {},
  commands: {},
  intents: {},
  sandbox,
})

const order = {
  path: 'mappings/stall/order.yaml',
  text: 'tables:\n  state:\n    sent: shipped\nmappings:\n  order:\n    kind: { table: state, of: word }\n',
}
const broken = {
  path: 'mappings/kiosk/order.yaml',
  text: 'mappings:\n  order:\n    kind: { table: state, of: word }\n',
}
const files: Readonly<Record<string, readonly MappingFile[]>> = { stall: [order], kiosk: [broken] }

const disk = new Map([
  ['/run/key', 'k3y-of-the-stall\n'],
  ['mine/order.yaml', order.text.replace('sent', 'gone')],
  ['mine/other.yaml', order.text],
])
const deps: CheckDeps<Mapping> = {
  registry: new Map([stall, { ...stall, id: 'kiosk' }].map((connector) => [connector.id, connector])),
  env: { STALL_KEY: 'k1y', STALL_KEY_BEFORE: 'k0y', EMPTY: '' },
  readFile: (path) => disk.get(path) ?? refuse('NOT_FOUND', path),
  compile: (connector, added) => compileMappings(files[connector] ?? [], added),
}

const standard = {
  file: 'config/default.yaml',
  text: readFileSync(new URL('../../../config/default.yaml', import.meta.url), 'utf8'),
}

/** Reads a config of these connections and checks them, as boot does. */
const boot = (connections: string, { sandbox = false } = {}) => {
  const read = readConfig([standard, { file: 'crossdock.yaml', text: `connections:\n${connections}` }])
  const checked = checkConnections(read.config, deps, { sandbox, located: read.located })
  return { accounts: checked.accounts, lines: inOrder([...read.faults, ...checked.faults]).map(faultLine) }
}

const good = '    connector: stall\n    settings: { shop: corner }\n    secrets: { signingKey: env:STALL_KEY }\n'

describe('a connection without a fault', () => {
  it('is handed on whole: connector, settings, secrets, limits, mappings', () => {
    const { accounts, lines } = boot(
      `  - id: one\n${good}    timezone: Europe/Madrid\n    limits: { concurrency: 3 }\n`,
    )
    expect(lines).toEqual([])
    expect(accounts).toHaveLength(1)
    expect(accounts[0]).toMatchObject({
      id: 'one',
      connector: { id: 'stall' },
      enabled: true,
      settings: { shop: 'corner' },
      secrets: { signingKey: ['k1y'] },
      limits: { requestsPerSecond: 2, concurrency: 3 },
      timezone: 'Europe/Madrid',
    })
    expect([...(accounts[0]?.mappings.keys() ?? [])]).toEqual(['order'])
  })

  it('may name a secret twice while it is rotated, newest first, and keep it in a file', () => {
    const secrets = '    secrets: { signingKey: [file:/run/key, env:STALL_KEY_BEFORE] }\n'
    const { accounts } = boot(`  - id: one\n    connector: stall\n    settings: { shop: corner }\n${secrets}`)
    expect(accounts[0]?.secrets).toEqual({ signingKey: ['k3y-of-the-stall', 'k0y'] })
  })

  it('adds rows to a table, or takes a mapping from a file of its own', () => {
    const wordOf = (mappings: string, word: string) => {
      const { accounts, lines } = boot(`  - id: one\n${good}    mappings: ${mappings}\n`)
      expect(lines).toEqual([])
      return () => accounts[0]?.mappings.get('order')?.apply({ payload: { word } })
    }
    expect(wordOf('{ tables: { state: { gone: away } } }', 'gone')).toThrow('got "away"')
    expect(wordOf('{ replace: { order: mine/order.yaml } }', 'gone')).toThrow('got "shipped"')
    expect(wordOf('{ replace: { order: mine/order.yaml } }', 'sent')).toThrow('mine/order.yaml')
  })

  it('may be led to a sandbox, but only where a sandbox was asked for', () => {
    const text = `  - id: one\n${good}    sandboxUrl: http://127.0.0.1:4100\n`
    expect(boot(text, { sandbox: true }).accounts[0]?.sandboxUrl).toBe('http://127.0.0.1:4100')
    expect(boot(text).lines).toEqual([
      'crossdock.yaml:6: connection one: sandboxUrl is taken only under `crossdock start --sandbox`',
    ])
  })
})

describe('ten faults in the connections', () => {
  const text = `  - id: one
    connector: stal
  - id: two
    connector: stall
    settings:
      pages: 0
      shp: corner
      accessToken: t0ken
    secrets:
      accessToken: hunter2
      signignKey: env:STALL_KEY
  - id: three
    connector: kiosk
    settings: { shop: corner }
    secrets: { signingKey: env:NOWHERE, accessToken: file:/run/none }
    timezone: Nowhere
`
  const { accounts, lines } = boot(text)

  it('give ten lines and more, each with file, line and a sentence', () => {
    expect(lines).toEqual([
      'crossdock.yaml:3: connection one: there is no connector "stal"; there are kiosk, stall; did you mean "stall"?',
      'crossdock.yaml:6: connection two: settings.shop is missing',
      'crossdock.yaml:7: connection two: settings.pages must be at least 1, got a number',
      'crossdock.yaml:8: connection two: settings.shp is not a known key; did you mean "shop"?',
      'crossdock.yaml:9: connection two: settings.accessToken is a secret: write it under secrets, as env:NAME or file:/path',
      'crossdock.yaml:10: connection two: secrets.signingKey is missing: Signs what it posts.',
      'crossdock.yaml:11: connection two: secret accessToken: expected env:NAME or file:/path, got something else, which is not shown as it may be the secret itself',
      'crossdock.yaml:12: connection two: secrets.signignKey is not a secret of stall; did you mean "signingKey"?',
      'crossdock.yaml:16: connection three: secret signingKey: the environment variable NOWHERE is not set',
      'crossdock.yaml:16: connection three: secret accessToken: the file /run/none cannot be read',
      'crossdock.yaml:17: connection three: timezone must be a zone of the IANA database, such as Europe/Madrid, got "Nowhere"',
      'mappings/kiosk/order.yaml:3: there is no table "state"',
    ])
  })

  it('leave no connection that could be used, and no secret in any line', () => {
    expect(accounts).toEqual([])
    expect(lines.join('\n')).not.toMatch(/hunter2|t0ken|k1y/)
  })
})

describe('mappings of a connection', () => {
  it.each([
    ['{ tables: { stat: { gone: away } } }', 'there is no table "stat"; did you mean "state"?'],
    ['{ replace: { ordr: mine/ordr.yaml } }', 'the file in place of ordr cannot be read: "mine/ordr.yaml"'],
    [
      '{ replace: { order: mine/other.yaml } }',
      'the file in place of order must be called order.yaml, got "mine/other.yaml"',
    ],
  ])('%s is refused where it is written', (mappings, sentence) => {
    expect(boot(`  - id: one\n${good}    mappings: ${mappings}\n`).lines).toEqual([
      `crossdock.yaml:6: connection one: ${sentence}`,
    ])
  })

  it('a fault of a mapping file is told once, however many connections share it', () => {
    const kiosk = good.replace('stall', 'kiosk')
    expect(boot(`  - id: one\n${kiosk}  - id: two\n${kiosk}`).lines).toEqual([
      'mappings/kiosk/order.yaml:3: there is no table "state"',
    ])
  })
})

describe('a disabled connection', () => {
  const disabled = (secrets: string, settings = '{ shop: corner }') =>
    boot(`  - id: one\n    connector: stall\n    enabled: false\n    settings: ${settings}\n    secrets: ${secrets}\n`)

  it('may be prepared before its secrets are there; what is there is resolved', () => {
    const { accounts, lines } = disabled('{ signingKey: env:STALL_KEY, accessToken: env:NOWHERE }')
    expect(lines).toEqual([])
    expect(accounts[0]?.secrets).toEqual({ signingKey: ['k1y'] })
    expect(disabled('{}').lines).toEqual([])
  })

  it('is held to its settings and to the form of its secrets', () => {
    expect(disabled('{ signingKey: hunter2 }', '{}').lines).toEqual([
      'crossdock.yaml:5: connection one: settings.shop is missing',
      'crossdock.yaml:6: connection one: secret signingKey: expected env:NAME or file:/path, got something else, which is not shown as it may be the secret itself',
    ])
  })
})

it('a connection that no file holds is named in place of the file', () => {
  const connection = {
    id: 'one',
    connector: 'stall',
    enabled: true,
    settings: {},
    secrets: { signingKey: 'env:STALL_KEY' },
  }
  const { faults } = checkConnections(
    {
      connections: [connection],
      limits: { requestsPerSecond: 2, concurrency: 1 },
      pull: { everySeconds: 300, overlapSeconds: 300, reconcileHours: 24, reconcileDays: 3 },
    },
    deps,
    { sandbox: false },
  )
  expect(faults.map(faultLine)).toEqual(['connection one: settings.shop is missing'])
})

it('settings and secrets that only together are wrong are named too', () => {
  const lines = (secrets: string) =>
    boot(
      `  - { id: a, connector: stall, enabled: true, settings: { shop: x, pages: 2 }, secrets: { signingKey: env:STALL_KEY${secrets} } }\n`,
    ).lines
  expect(lines('')).toEqual(['crossdock.yaml:2: connection a: settings.pages needs the secret accessToken'])
  expect(lines(', accessToken: env:STALL_KEY_BEFORE')).toEqual([])
})
