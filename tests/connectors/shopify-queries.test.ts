import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listOrders, lookAtFulfilments, markShipped, readOrder } from '../../connectors/shopify/queries.ts'

const corpus = process.env['CORPUS_DIR'] ?? join(import.meta.dirname, '../../../shared/fixtures')
const schemas = ['admin-schema-2025-01.graphql', 'admin-schema-2026-07-approx.graphql']
  .map((name) => join(corpus, 'shopify', name))
  .filter((file) => existsSync(file))
if (schemas.length === 0) process.stdout.write(`shopify schema: skipped, there is none in ${corpus}\n`)

/** The types of a schema: what each field of a type returns, and whether in a list. Types without fields are scalars, enums, unions. */
type Types = ReadonlyMap<string, ReadonlyMap<string, string>>
const typesIn = (text: string): Types =>
  new Map(
    [...text.matchAll(/^(?:type|interface) (\w+)[^{]*\{\n([\s\S]*?)^\}/gm)].map(([, name = '', body = '']) => [
      name,
      new Map(
        [...body.matchAll(/^ {2}(\w+)(?:\(.*\))?: ([\w[\]!]+)/gm)].map(([, field = '', type = '']) => [field, type]),
      ),
    ]),
  )

/** One field of a query, with what it asks of the thing that it returns. `on`: it is a fragment on that type. */
interface Asked {
  readonly name: string
  readonly on?: string
  readonly first?: number
  readonly fields: readonly Asked[]
}
const token = /\.\.\.\s*on\s+(\w+)|\([^)]*\)|[{}]|\w+/g
const askedIn = (tokens: Iterator<RegExpExecArray>): readonly Asked[] => {
  const fields: Asked[] = []
  for (let next = tokens.next(); next.done !== true; next = tokens.next()) {
    const [text, on] = next.value
    const last = fields.at(-1)
    if (text === '}') return fields
    if (text === '{' && last !== undefined) fields.splice(-1, 1, { ...last, fields: askedIn(tokens) })
    else if (text.startsWith('(') && last !== undefined) {
      const first = /\bfirst: (\d+)/.exec(text)?.[1]
      fields.splice(-1, 1, { ...last, ...(first === undefined ? {} : { first: Number(first) }) })
    } else if (text !== '{') fields.push({ name: text, fields: [], ...(on === undefined ? {} : { on }) })
  }
  return fields
}
const asked = (query: string): readonly Asked[] => askedIn(query.slice(query.indexOf('{') + 1).matchAll(token))

const plain = (type = ''): string => type.replace(/[[\]!]/g, '')

const unknownIn = (fields: readonly Asked[], type: string, types: Types): readonly string[] =>
  fields.flatMap(({ name, on, fields: inner }) => {
    if (on !== undefined) return unknownIn(inner, on, types)
    const of = types.get(type)?.get(name)
    return of === undefined ? [`${type}.${name}`] : unknownIn(inner, plain(of), types)
  })

/** How often what is in a page counts, as costs were measured at version 2025-07: https://github.com/microsoft/BCApps/pull/5926. */
const timesOf = (first: number): number =>
  ([
    [1, 1],
    [3, 1.5],
    [5, 2],
    [10, 3],
    [20, 5],
    [25, 5.5],
    [100, 9],
  ].find(([size = 0]) => first <= size) ?? [0, 11])[1] ?? 11

const costOf = (fields: readonly Asked[], type: string, types: Types): number =>
  fields.reduce((sum, { name, on, first, fields: inner }) => {
    const of = on ?? plain(types.get(type)?.get(name))
    const within = costOf(inner, of, types)
    if (inner.length === 0 || of === 'PageInfo' || of === 'MoneyV2') return sum
    if (on !== undefined || name === 'nodes') return sum + within + (name === 'nodes' ? 1 : 0)
    if (first === undefined) return sum + 1 + within
    return (
      sum + timesOf(first) * (of.endsWith('Connection') ? within : 1 + within) + (of.endsWith('Connection') ? 2 : 0)
    )
  }, 0)

describe.skipIf(schemas.length === 0).each(schemas)('the schema %s', (file) => {
  const types = typesIn(readFileSync(file, 'utf8'))

  it.each([
    ['ReadOrder', readOrder, 'QueryRoot'],
    ['ListOrders', listOrders, 'QueryRoot'],
    ['LookAtFulfilments', lookAtFulfilments, 'QueryRoot'],
    ['MarkShipped', markShipped, 'Mutation'],
  ])('has every field that %s names', (_, query, root) => {
    expect(unknownIn(asked(query), root, types)).toEqual([])
  })

  it('knows no field that is not there', () => {
    expect(
      unknownIn(
        asked('{ order(id: $id) { name wishes lineItems(first: 1) { nodes { hopes } } } }'),
        'QueryRoot',
        types,
      ),
    ).toEqual(['Order.wishes', 'LineItem.hopes'])
  })

  it.each([
    ['a list', listOrders],
    ['one order', readOrder],
    ['a look', lookAtFulfilments],
  ])('%s costs less than the 1,000 points of a query, as costs were measured', (_, query) => {
    const cost = costOf(asked(query), 'QueryRoot', types)
    process.stdout.write(`shopify: ${/query (\w+)/.exec(query)?.[1]} costs about ${Math.round(cost)} points\n`)
    expect(cost).toBeLessThan(1000)
  })
})
