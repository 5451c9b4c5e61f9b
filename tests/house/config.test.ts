import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Connection } from '../../config/connection.ts'
import { configFileOf, withEnvironment } from '../../config/environment.ts'
import { readConfig } from '../../config/read.ts'
import { Config } from '../../config/schema.ts'
import { fieldsOf, isKeyed, shapeFaults } from '../../config/shape.ts'
import { faultLine, readYaml } from '../../config/yaml.ts'
import { connectors } from '../../connectors/index.ts'
import { checkConnections } from '../../src/connector/check.ts'
import { makeRegistry } from '../../src/connector/registry.ts'
import { compileMappings, type MappingAdditions } from '../../src/mapping/compile.ts'

const fileOf = (name: string) => ({
  file: `config/${name}`,
  text: readFileSync(new URL(`../../config/${name}`, import.meta.url), 'utf8'),
})
const standard = fileOf('default.yaml')
const example = fileOf('connections.example.yaml')

const compile = (connector: string, added: MappingAdditions) => {
  const folder = new URL(`../../mappings/${connector}/`, import.meta.url)
  const files = readdirSync(folder).map((name) => ({
    path: `mappings/${connector}/${name}`,
    text: readFileSync(new URL(name, folder), 'utf8'),
  }))
  return compileMappings(files, added)
}

const read = (text: string) => readConfig([standard, { file: 'crossdock.yaml', text }])
const linesOf = (text: string) => read(text).faults.map(faultLine)
const shop = (more = '') => `connections:\n  - id: corner-shop\n    connector: shopify\n${more}`

/** The comment right above a line, unwrapped. */
const commentAbove = (text: string, line: number): string => {
  const above = text.split('\n').slice(0, line - 1)
  const start = above.findLastIndex((row) => !/^\s*#/.test(row)) + 1
  return above
    .slice(start)
    .map((row) => row.replace(/^\s*# ?/, ''))
    .join(' ')
}

const written = readYaml(standard)
const field = (schema: unknown, keyword: string): unknown => (isKeyed(schema) ? schema[keyword] : undefined)
const asYaml = (value: unknown): string => JSON.stringify(value).replaceAll('"', '').replaceAll(',', ', ')

/** Every key of the schema above the connections, with its pointer. */
const keys = Object.entries(fieldsOf(Config)).flatMap(([name, section]) => [
  { pointer: `/${name}`, schema: section },
  ...Object.entries(isKeyed(section) ? fieldsOf(section) : {}).map(([key, schema]) => ({
    pointer: `/${name}/${key}`,
    schema,
  })),
])

describe('config/default.yaml', () => {
  it.each(keys)('explains $pointer in the words of the schema, with its default', ({ pointer, schema }) => {
    const comment = commentAbove(standard.text, written.places.get(pointer)?.line ?? 0)
    const value = field(schema, 'default')
    expect(comment).toBe(`${field(schema, 'description')}${value === undefined ? '' : ` Default: ${asYaml(value)}.`}`)
  })

  it('has the value that the schema calls the default, for every key', () => {
    const defaults = keys.flatMap(({ pointer, schema }) =>
      field(schema, 'default') === undefined ? [] : [[pointer, field(schema, 'default')]],
    )
    const values = defaults.map(([pointer]) => [
      pointer,
      String(pointer).split('/').slice(1).reduce<unknown>(field, written.value),
    ])
    expect(values).toEqual(defaults)
    expect(defaults).toHaveLength(
      keys.filter(({ schema }) => Object.keys(isKeyed(schema) ? fieldsOf(schema) : {}).length === 0).length,
    )
  })

  it('has no key that the schema does not know', () => {
    expect(shapeFaults(Config, written.value, () => true)).toEqual([])
    expect(
      [...written.places.keys()].filter((pointer) => !/\/\d+$/.test(pointer) && pointer !== '').toSorted(),
    ).toEqual(keys.map(({ pointer }) => pointer).toSorted())
  })
})

describe('config/connections.example.yaml', () => {
  it('is without a fault, and each connector and its mappings take what it says', () => {
    const { config, faults, located } = readConfig([standard, example])
    expect(faults).toEqual([])
    const refs = [...example.text.matchAll(/env:(\w+)/g)].map(([, name = '']) => [name, 'a secret'])
    const deps = { registry: makeRegistry(connectors), env: Object.fromEntries(refs), readFile: () => '', compile }
    const checked = checkConnections(config, deps, { sandbox: false, located })
    expect(checked.faults.map(faultLine)).toEqual([])
    expect(checked.accounts.map(({ connector }) => connector.id).toSorted()).toEqual(
      [...deps.registry.keys()].toSorted(),
    )
  })

  it('shows every setting and every secret of each connector', () => {
    for (const { id, settings, secrets } of connectors) {
      const part = example.text.split(/^ {2}(?=- id:)/m).find((text) => text.includes(`connector: ${id}\n`)) ?? ''
      const names = [...Object.keys(fieldsOf(settings)), ...Object.keys(secrets)]
      expect(
        names.filter((name) => !new RegExp(`^ {4,}(# )?${name}:`, 'm').test(part)),
        id,
      ).toEqual([])
    }
  })

  it.each(Object.entries(fieldsOf(Connection)))('shows %s with the sentence of the schema above it', (key, schema) => {
    const rows = example.text.split('\n').map((row) => row.replace(/^[\s#-]*/, ''))
    const at = rows.indexOf(String(field(schema, 'description')))
    expect(rows[at + 1] ?? '').toMatch(new RegExp(`^${key}:`))
  })
})

describe('reading the configuration', () => {
  it('takes the defaults where a file says nothing', () => {
    const { config, faults } = read('# nothing yet\n')
    expect(faults).toEqual([])
    expect(config).toEqual(written.value)
  })

  it('changes what the file names, keeps the rest of a section, and replaces a list', () => {
    const { config, faults } = read('server: { port: 9000 }\nretry:\n  seconds: [1, 2]\nrelay:\n')
    expect(faults).toEqual([])
    expect(config.server).toEqual({ host: '127.0.0.1', port: 9000 })
    expect(config.retry).toEqual({ seconds: [1, 2], jitterPercent: 20 })
    expect(config.relay).toEqual({ everyMs: 1000 })
  })

  it('a connection is enabled and without settings unless it says otherwise', () => {
    expect(read(shop('    settings:\n')).config.connections).toEqual([
      { id: 'corner-shop', connector: 'shopify', enabled: true, settings: {}, secrets: {} },
    ])
  })

  it('lists every fault at once, each with its line', () => {
    const text = `server:
  prot: 80
  host: 7
retry:
  seconds: [5, 0, 1.5]
  jitterPercent: 200
ingest:
  batch: many
ingset: 1
log: { level: loud }
limits: [1]
connections:
  - id: Corner Shop
    connector: shopify
    enabled: "yes"
    timezone: Mars/Olympus
    sandboxUrl: https://shop.example.com
    limits: { requestsPerSecond: 0 }
  - id: till
`
    expect(linesOf(text)).toEqual([
      'crossdock.yaml:2: server.prot is not a known key; did you mean "port"?',
      'crossdock.yaml:3: server.host must be text, got 7',
      'crossdock.yaml:5: retry.seconds.1 must be at least 1, got 0',
      'crossdock.yaml:5: retry.seconds.2 must be a whole number, got 1.5',
      'crossdock.yaml:6: retry.jitterPercent must be at most 50, got 200',
      'crossdock.yaml:8: ingest.batch must be a whole number, got "many"',
      'crossdock.yaml:9: ingset is not a known key; did you mean "ingest"?',
      'crossdock.yaml:10: log.level must be one of "debug", "info", "warn", "error", "silent", got "loud"',
      'crossdock.yaml:11: limits must be keys with values, got a list',
      'crossdock.yaml:13: connection Corner Shop: id must match pattern "^[a-z0-9]+(-[a-z0-9]+)*$", got "Corner Shop"',
      'crossdock.yaml:15: connection Corner Shop: enabled must be true or false, got "yes"',
      'crossdock.yaml:16: connection Corner Shop: timezone must be a zone of the IANA database, such as Europe/Madrid, got "Mars/Olympus"',
      'crossdock.yaml:17: connection Corner Shop: sandboxUrl must be an address of this machine, such as http://127.0.0.1:4100, got "https://shop.example.com"',
      'crossdock.yaml:18: connection Corner Shop: limits.requestsPerSecond must be at least 0.01, got 0',
      'crossdock.yaml:19: connection till: connector is missing',
    ])
  })

  it('an id and a key that stand twice are named with the line of the first', () => {
    expect(
      linesOf(`log: { level: info }\n${shop()}  - id: corner-shop\n    connector: direct\nlog: { level: warn }\n`),
    ).toEqual([
      'crossdock.yaml:5: connection corner-shop: the id stands twice; first in line 3',
      'crossdock.yaml:7: the key log stands twice; first in line 1',
    ])
  })

  it.each([
    [
      'server: [1',
      'crossdock.yaml:1: the file is no YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['- server', 'crossdock.yaml:1: the file must be keys with values, as config/default.yaml is'],
    ['connections: { a: 1 }', 'crossdock.yaml:1: connections must be a list: each one begins with "- id:"'],
    [
      'connections: [till]',
      'crossdock.yaml:1: a connection must be keys with values: id, connector, settings, secrets',
    ],
    ['log: &x { level: info }\nserver: *x', 'crossdock.yaml:2: anchors are not used here; write the value out'],
    [
      '\nlease: { seconds: 30 }\n',
      'crossdock.yaml:2: lease.seconds must be more than twice outbound.timeoutMs (15000), got 30',
    ],
    ['server: { port: 65536 }', 'crossdock.yaml:1: server.port must be at most 65535, got 65536'],
  ])('%j is one fault', (text, line) => {
    expect(linesOf(text)).toEqual([line])
  })

  it('a fault of one connection leaves the others, and each keeps its own line', () => {
    const { config, located } = read(
      `connections:\n  - id: Bad One\n  - id: till\n    connector: direct\n    timezone: Nowhere\n`,
    )
    expect(config.connections.map(({ id }) => id)).toEqual(['till'])
    expect(located('/connections/0/connector')).toEqual({ file: 'crossdock.yaml', line: 4 })
    expect(located('/connections/0/settings/shop')).toEqual({ file: 'crossdock.yaml', line: 3 })
  })

  it.each([
    ['a number', '    secrets: { webhookSecret: 48151623 }\n'],
    ['no map at all', '    secrets: 48151623\n'],
    ['among the settings', '    settings: 48151623\n'],
    ['in broken YAML', '    secrets: { webhookSecret: *48151623 }\n'],
    ['after a bracket', '    secrets: { a: env:B }} 48151623\n'],
    ['an escape', '    secrets: { a: "\\U48151623" }\n'],
    ['a block', '    secrets:\n      a: |48151623\n        b\n'],
    ['a directive', '%48151623\n'],
  ])('a secret that is written as %s is never repeated', (_, more) => {
    const lines = linesOf(shop(more))
    expect(lines).not.toEqual([])
    expect(lines.join('\n')).not.toContain('48151623')
  })
})

describe('the environment', () => {
  it('goes before the file, and an empty variable says nothing', () => {
    const { config } = read('server: { port: 9000 }\n')
    const env = { CROSSDOCK_HOST: '0.0.0.0', CROSSDOCK_PORT: '80', CROSSDOCK_DATA: '/var/lib/crossdock' }
    expect(withEnvironment(config, env)).toEqual({
      config: { ...config, server: { host: '0.0.0.0', port: 80 }, data: { folder: '/var/lib/crossdock' } },
      faults: [],
    })
    expect(withEnvironment(config, { CROSSDOCK_HOST: '', CROSSDOCK_PORT: '', CROSSDOCK_DATA: '' })).toEqual({
      config,
      faults: [],
    })
  })

  it.each(['http', '65536', '-1', '8e3', ' 80'])('the port %j is refused', (port) => {
    const { faults } = withEnvironment(read('').config, { CROSSDOCK_PORT: port })
    expect(faults.map(faultLine)).toEqual([
      `environment: CROSSDOCK_PORT must be a whole number from 0 to 65535, got ${JSON.stringify(port)}`,
    ])
  })

  it('names the file, else crossdock.yaml is taken where it lies', () => {
    expect(configFileOf({}, () => 'file')).toEqual({ file: 'crossdock.yaml', faults: [] })
    expect(configFileOf({}, () => undefined)).toEqual({ faults: [] })
    expect(configFileOf({ CROSSDOCK_CONFIG: 'a.yaml' }, () => 'file')).toEqual({ file: 'a.yaml', faults: [] })
    expect(configFileOf({ CROSSDOCK_CONFIG: 'a.yaml' }, () => 'folder').faults.map(faultLine)).toEqual([
      'environment: CROSSDOCK_CONFIG must name a file that is there, got "a.yaml"',
    ])
  })

  it('is at fault where crossdock.yaml is a folder', () => {
    expect(configFileOf({}, () => 'folder').faults.map(faultLine)).toEqual([
      'crossdock.yaml: expected a file, and it is a folder: rename it, or name the config file by CROSSDOCK_CONFIG',
    ])
  })
})
