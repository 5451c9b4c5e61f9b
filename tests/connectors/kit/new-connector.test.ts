import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HubError } from '../../../src/kernel/errors.ts'
import { nextSteps, writeConnector } from '../../kit/new-connector.ts'

const project = join(import.meta.dirname, '../../..')
let root = ''

/** A folder in which everything but the connectors is the project's own. */
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'new-connector-'))
  for (const shared of ['src', 'config', 'node_modules']) symlinkSync(join(project, shared), join(root, shared))
  // Copied, for the kit looks for mappings and cases in the project that it stands in; what it fetched for its servers is not.
  const filter = (from: string): boolean => !from.endsWith(join('moto', 'venv'))
  cpSync(join(project, 'tests/kit'), join(root, 'tests/kit'), { recursive: true, filter })
  for (const file of ['package.json', 'tsconfig.json', 'vitest.config.ts'])
    copyFileSync(join(project, file), join(root, file))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Named, so that none is started: a connector's test asks no server anything. */
const servers = { MONGO_URL: 'mongodb://unasked', REDIS_URL: 'redis://unasked', MOTO_URL: 'http://unasked' }

const run = (bin: string, ...args: readonly string[]): string => {
  try {
    return execFileSync(join(project, 'node_modules/.bin', bin), args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...servers, NO_COLOR: '1' },
    })
  } catch (error) {
    return error instanceof Error && 'stdout' in error && 'stderr' in error
      ? `${error.stdout}${error.stderr}`
      : String(error)
  }
}

describe('a new connector', () => {
  let files: readonly string[] = []
  beforeAll(() => {
    files = writeConnector({ root, id: 'nova-mart', title: 'Nova Mart' })
  })

  it('has every file that a connector has, a mapping, the six cases and a test', () => {
    expect(readdirSync(join(root, 'connectors/nova-mart'))).toEqual([
      'README.md',
      'client.ts',
      'commands.ts',
      'index.ts',
      'lists.ts',
      'payloads.ts',
      'sandbox.ts',
      'settings.ts',
      'verify.ts',
    ])
    expect(readdirSync(join(root, 'tests/cases/nova-mart'))).toHaveLength(6)
    expect(files).toContain('mappings/nova-mart/order.yaml')
    expect(files).toContain('tests/connectors/nova-mart.test.ts')
  })

  it('bears its own name everywhere', () => {
    const all = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n')
    expect(all).not.toMatch(/__\w+__/)
    expect(all).toContain('export const novaMart = defineConnector')
  })

  it('says which line to add, and how to go on', () => {
    expect(nextSteps('nova-mart', files)).toContain("  import { novaMart } from './nova-mart/index.ts'")
  })

  it('compiles', () => {
    writeFileSync(
      join(root, 'tsconfig.new.json'),
      JSON.stringify({ extends: './tsconfig.json', include: ['connectors/nova-mart', 'tests/connectors'] }),
    )
    const faults = run('tsc', '--noEmit', '-p', 'tsconfig.new.json')
      .split('\n')
      .filter((line) => /nova-mart/.test(line))
    expect(faults).toEqual([])
  })

  it('is red, and its failures say what to fill in where', () => {
    const said = run('vitest', 'run', '--root', root, 'tests/connectors/nova-mart.test.ts')
    expect(said).toMatch(/fill in connectors\/nova-mart\/sandbox\.ts: what happens in the shop/)
    expect(said).toMatch(/one-line \(Fill in: an order of one line stays a list of one/)
    expect(said).toMatch(/✓ it does not contradict itself/)
  })

  it('asks for its host and its requests where it is used', async () => {
    const { base } = await import(pathToFileURL(join(root, 'connectors/nova-mart/client.ts')).href)
    expect(base).toThrow(/fill in connectors\/nova-mart\/client\.ts: scheme and host of the API/)
  })

  it('is not written over', () => {
    expect(() => writeConnector({ root, id: 'nova-mart', title: 'Other' })).toThrow(
      /connectors\/nova-mart is there already/,
    )
  })
})

it.each(['Nova', 'nova mart', '../nova', '', 'nova_mart'])('"%s" is no id, and nothing is written', (id) => {
  expect(() => writeConnector({ root, id, title: 'Nova' })).toThrow(HubError)
  expect(existsSync(join(root, 'connectors', id, 'index.ts'))).toBe(false)
})

it.each(['', "N'; drop", 'N`1`'])('"%s" is no title', (title) => {
  expect(() => writeConnector({ root, id: 'nova-two', title })).toThrow(/title/)
  expect(existsSync(join(root, 'connectors/nova-two'))).toBe(false)
})
