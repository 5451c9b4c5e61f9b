import { expect, it } from 'vitest'
import type { Connector } from '../../../src/connector/contract.ts'
import { isConnectorId, makeRegistry } from '../../../src/connector/registry.ts'
import { HubError } from '../../../src/kernel/errors.ts'
import { acmePost } from './acme-post/index.ts'

const faultsOf = (...connectors: readonly Connector[]): unknown => {
  try {
    return [...makeRegistry(connectors).keys()]
  } catch (error) {
    return error instanceof HubError ? error.detail['faults'] : error
  }
}

it('connectors are found by their ids', () => {
  expect(makeRegistry([acmePost]).get('acme-post')).toBe(acmePost)
})

it('every contradiction of every connector is listed at once', () => {
  const topics = {
    '': { maps: '', description: '' },
    'read/thing': { maps: 'order', asked: true, description: 'A thing.' },
  } as const
  const { base: _, identify: __, ...others } = acmePost
  expect(faultsOf(acmePost, acmePost, { ...others, id: 'Acme Post', title: ' ', topics })).toEqual([
    'acme-post: two connectors have this id',
    'Acme Post: an id is lower-case letters, digits and single hyphens',
    'Acme Post: it has no title',
    'Acme Post: a topic has no name',
    'Acme Post: topic  has no description',
    'Acme Post: topic  names no mapping',
    'Acme Post: it verifies messages that it cannot identify',
    'Acme Post: topic read/order is named, but no topic of that name maps',
    'Acme Post: topic read/thing is asked, but no query or list names it',
    'Acme Post: command mark-shipped goes nowhere: neither it nor the connector has a base',
    'Acme Post: it may be asked, but has no base',
  ])
})

it("a sandbox's example must be a connection that would start", () => {
  const example = { settings: { shop: 'Not A Name', colour: 'red' }, secrets: { signingKey: [], other: ['x'] } }
  expect(faultsOf({ ...acmePost, sandbox: { ...acmePost.sandbox, example } })).toEqual([
    expect.stringMatching(/the example's settings.*colour/),
    expect.stringMatching(/the example's settings\/shop must match pattern/),
    'acme-post: the example has no secret signingKey',
    'acme-post: the example has no secret token',
    'acme-post: the example has a secret other that is not declared',
  ])
})

it.each(['a', 'square-pos', 'b2b'])('%s may be an id', (id) => expect(isConnectorId(id)).toBe(true))
it.each(['', 'A', '1a', 'a--b', 'a-', '../a', 'a b', 'a'.repeat(41)])('"%s" may not be an id', (id) =>
  expect(isConnectorId(id)).toBe(false),
)
