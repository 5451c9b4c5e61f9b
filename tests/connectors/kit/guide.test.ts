import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rulesOf } from '../../kit/prove-connector.ts'
import { acmePost } from './acme-post/index.ts'
import { acmeProof } from './acme-post/proof.ts'

const guide = readFileSync(join(import.meta.dirname, '../../../docs/writing-a-connector.md'), 'utf8')
const blocks = [...guide.matchAll(/^```\w+ (\S+)\n([\s\S]*?)\n```$/gm)].map(([, name = '', text = '']) => ({
  name,
  text,
}))

const folderOf = (name: string): string => {
  if (name.endsWith('.yaml')) return 'mappings/acme-post'
  return name.endsWith('.json') ? 'tests/cases/acme-post' : 'acme-post'
}

/** A file of the example, with the addresses that it would have in connectors/acme-post/. */
const fileOf = (name: string): string =>
  readFileSync(join(import.meta.dirname, folderOf(name), name), 'utf8')
    .replaceAll("'../../../../src/", "'../../src/")
    .replaceAll("'../../../kit/", "'../kit/")

describe('the guide', () => {
  it('shows every file of the example', () => {
    expect(blocks.map(({ name }) => name)).toEqual([
      'settings.ts',
      'payloads.ts',
      'verify.ts',
      'client.ts',
      'lists.ts',
      'commands.ts',
      'sandbox.ts',
      'order.yaml',
      'missing-optional.json',
      'index.ts',
      'proof.ts',
    ])
  })

  it.each(blocks)('shows $name as it is', ({ name, text }) => {
    expect(fileOf(name)).toContain(text)
  })

  it('names a rule that exists where it shows a waiver', () => {
    const waived = /waive: \{ '([^']+)'/.exec(guide)?.[1]
    expect(rulesOf(acmePost, acmeProof).map(({ name }) => name)).toContain(waived)
  })
})
