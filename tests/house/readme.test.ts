import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { environmentKeys, serverKeys } from '../../config/environment.ts'
import { readConfig } from '../../config/read.ts'
import { faultLine } from '../../config/yaml.ts'
import { connectors } from '../../connectors/index.ts'
import { checkConnections } from '../../src/connector/check.ts'
import { makeRegistry } from '../../src/connector/registry.ts'
import { codes } from '../../src/kernel/errors.ts'
import { compileMappings, type MappingAdditions } from '../../src/mapping/compile.ts'
import { mappingPage } from '../../src/mapping/page.ts'
import { errorsPage } from '../kit/write-errors-page.ts'
import { files, root, textOf } from './tree.ts'

const readme = textOf('README.md')
const standard = { file: 'config/default.yaml', text: textOf('config/default.yaml') }

/** Each once, sorted. */
const found = (text: string, pattern: RegExp): readonly string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].toSorted()

const sectionOf = (title: string): string => readme.split(/^## /m).find((part) => part.startsWith(title)) ?? ''
const sourcesOf = (...patterns: readonly string[]): string =>
  files(...patterns)
    .map(textOf)
    .join('\n')

/** What the program itself says that it can do. */
const help = execFileSync(process.execPath, [join(root, 'bin/crossdock.js'), '--help'], { encoding: 'utf8' })
const verbs = found(help.split('Config is read')[0] ?? '', /^ {2}([a-z]+)\b/gm)

describe('the pages', () => {
  const pages = ['README.md', ...files('docs/*.md', 'connectors/*/README.md')]

  it.each(pages)('every link of %s to a file of the project leads to one', (page) => {
    const links = found(textOf(page), /\]\(([^)\s]+)\)/g).filter((link) => !/^(https?:|#)/.test(link))
    const gone = links.filter((link) => !existsSync(join(root, dirname(page), link.split('#')[0] ?? '')))
    expect(gone).toEqual([])
  })

  it('docs/errors.md is what the table of errors makes of it', () => {
    expect(textOf('docs/errors.md')).toBe(errorsPage())
  })

  it('docs/mapping-language.md is what the table of operators makes of it', () => {
    expect(textOf('docs/mapping-language.md')).toBe(mappingPage())
  })

  it.each(pages)('every verb that %s shows is one of the program', (page) => {
    const named = found(textOf(page), /(?:^|[`$ ])(?:npx )?(?:node bin\/)?crossdock(?:\.js)? ([a-z]+)\b(?=[^`\n]*`)/gm)
    expect(named.filter((name) => !verbs.includes(name))).toEqual([])
  })
})

describe('the README', () => {
  it('names every verb, and no other', () => {
    const rows = sectionOf('The command line')
      .split('\n')
      .filter((row) => row.startsWith('| `'))
    const named = rows.flatMap((row) => found(row.split(' | ')[0] ?? '', /`([a-z]+)/g))
    expect(named.toSorted()).toEqual(verbs)
  })

  it('names every environment variable that the program reads, and no other', () => {
    const read = found(sourcesOf('src', 'workers', 'config/*.ts'), /env\['(CROSSDOCK_\w+)'\]/g)
    expect(read).toEqual([...Object.keys(environmentKeys), 'CROSSDOCK_ADMIN_KEY'].toSorted())
    expect(found(readme, /`(CROSSDOCK_[A-Z_]+)`/g)).toEqual(read)
  })

  it('names codes of errors that there are', () => {
    const other = new Set(['CORPUS_DIR', ...Object.keys(serverKeys)])
    const named = found(readme, /\b([A-Z]+_[A-Z_]+)\b/g).filter((name) => !name.startsWith('CROSSDOCK_'))
    expect(named.filter((name) => !Object.hasOwn(codes, name) && !other.has(name) && !isSecret(name))).toEqual([])
  })

  it('tells the schedule of tries that the defaults have', () => {
    const { config } = readConfig([standard])
    const said = config.retry.seconds.map((seconds) => {
      if (seconds < 60) return `${seconds} s`
      return seconds < 3600 ? `${seconds / 60} min` : `${seconds / 3600} h`
    })
    expect(readme).toContain(said.join(', ').replace(/, ([^,]+)$/, ' and $1'))
  })

  it('names metrics that there are', () => {
    const source = sourcesOf('src/http/plugins/metrics.ts')
    expect(found(readme, /`(crossdock_\w+)`/g).filter((name) => !source.includes(`'${name}'`))).toEqual([])
  })

  it('asks addresses that the API has', () => {
    const source = sourcesOf('src/http/routes')
    const asked = found(readme, /(\/v1\/[\w/$]+)/g).map((path) => path.replace(/\$ORDER|\bID\b/, ':id'))
    expect(asked).toContain('/v1/orders/:id/shipments')
    expect(asked.filter((path) => !source.includes(`'${path}'`))).toEqual([])
  })

  it('calls scripts that the manifest has', () => {
    const { scripts } = JSON.parse(textOf('package.json'))
    const called = found(readme, /npm run ([a-z:]+)|npm test/g).map((name) => name || 'test')
    expect(called).toEqual(expect.arrayContaining(['demo', 'test', 'bench', 'new:connector']))
    expect(called.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
  })

  it('lists every connector with its page', () => {
    const listed = found(readme, /\]\(connectors\/([^/]+)\/README\.md\)/g)
    expect(listed).toEqual(connectors.map(({ id }) => id).toSorted())
  })

  it('enables a connection in ten lines that the check finds no fault in', () => {
    const lines = example.split('\n')
    expect(lines).toHaveLength(10)
    const texts = [standard, { file: 'README.md', text: example }]
    const { config, faults, located } = readConfig(texts)
    const env = Object.fromEntries(secretsNamed.map((name) => [name, 'a secret']))
    const deps = { registry: makeRegistry(connectors), env, readFile: () => '', compile }
    const checked = checkConnections(config, deps, { sandbox: false, located })
    expect([...faults, ...checked.faults].map(faultLine)).toEqual([])
    expect(checked.accounts).toHaveLength(2)
  })
})

const example = /```yaml\n([\s\S]*?)\n```/.exec(readme)?.[1] ?? ''
const secretsNamed = found(example, /env:(\w+)/g)
const isSecret = (name: string): boolean => secretsNamed.includes(name)

const compile = (connector: string, added: MappingAdditions) =>
  compileMappings(
    files(`mappings/${connector}/*.yaml`).map((path) => ({ path, text: textOf(path) })),
    added,
  )
