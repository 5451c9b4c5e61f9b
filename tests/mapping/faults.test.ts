import { describe, expect, it } from 'vitest'
import { compileMappings, type MappingAdditions } from '../../src/mapping/compile.ts'

const faultsOf = (text: string, added?: MappingAdditions) =>
  compileMappings([{ path: 'mappings/till/order.yaml', text }], added).faults.map(
    ({ line, sentence }) => `${line}: ${sentence}`,
  )

const inOrder = (body: string) => faultsOf(`mappings:\n  order:\n${body.replace(/^/gm, '    ')}\n`)

describe('faults at boot', () => {
  it('are listed all at once, in the order of their lines', () => {
    expect(
      inOrder(
        'kind: =nothing\nbecause: first_name | uper\nsku: { each: items, giv: sku }\ntitel: name\nrank: $versoin\nnumber: total | table stats',
      ),
    ).toEqual([
      '4: there is no operator "uper"; did you mean "upper"?',
      '5: each needs the argument "give"',
      '5: each has no argument "giv"; did you mean "give"?',
      '6: "titel" is neither an operator nor a field of the canonical order; did you mean "title"?',
      '7: there is no $versoin',
      '8: there is no table "stats"',
    ])
  })

  it.each([
    ['an operator that stands in no pipe', 'name | each', '3: each stands in no pipe: write it as a map'],
    ['a word too many in a pipe', 'name | upper =x', '3: upper takes no word after it, got "=x"'],
    ['a choice that is none', 'at | instant hours', '3: instant: unit must be one of "seconds", "milliseconds"'],
    ['an empty list', '{ first: [] }', '3: first: first must not have fewer than 1 items'],
    ['no expression', '{ first: [name, ] , all: }', '3: first has no argument "all"'],
    [
      'an amount without currency',
      'total | money',
      '3: an amount has no currency here: name it with `in`, or bind `currency` in a let',
    ],
    ['a way further up than there is', '^.name', "3: ^.name goes further up than the mapping's own scope"],
    ['something that is no path', 'two words', '3: "two words" is no path; literal text begins with ='],
    ['a name of every object', 'a.constructor', '3: "constructor" may not stand in a path'],
    [
      'a name that has a meaning',
      '{ let: { index: a }, give: $index }',
      '3: $index has a meaning of its own; choose another name',
    ],
    [
      'a mapping that uses itself',
      '{ within: a, give: { use: order } }',
      '3: mapping order uses itself: order → order',
    ],
    ['a mapping that is not there', 'a | use lines', '3: there is no mapping "lines"'],
  ])('%s', (_, body, fault) => {
    expect(inOrder(body)).toEqual([fault])
  })

  it('text that is no YAML is told with its line', () => {
    expect(faultsOf('mappings:\n  order: {\n')).toEqual([expect.stringMatching(/^\d: the file is no YAML: /)])
  })

  it('a file without its main mapping, a key that has no meaning, an anchor', () => {
    expect(faultsOf('mapings: {}\n')).toEqual([
      '1: expected tables or mappings, got "mapings"',
      '1: expected a mapping named order, as the file is',
    ])
    expect(faultsOf('mappings:\n  order: [&a name, *a]\n')).toContain(
      '2: anchors are not used here; give the part a name under mappings',
    )
  })

  it('tables and mappings that nothing uses, and names that stand twice in a folder', () => {
    const text = 'tables:\n  states: { a: b }\nmappings:\n  order: name\n  spare: name\n'
    expect(faultsOf(text)).toEqual(['2: nothing uses table states', '5: nothing uses mapping spare'])
    const { faults } = compileMappings([
      { path: 'a/one.yaml', text: 'mappings:\n  one: shared\n' },
      { path: 'a/two.yaml', text: 'mappings:\n  two: shared\n  one: other\n' },
    ])
    expect(faults).toEqual([{ file: 'a/two.yaml', line: 3, sentence: 'mapping one stands already in a/one.yaml:2' }])
  })

  it('a table row holds one word', () => {
    expect(faultsOf('tables:\n  states: { a: [b] }\nmappings:\n  order: x | table states\n')).toEqual([
      '2: expected a single word in row "a" of table states',
    ])
  })
})

describe('what a connection adds', () => {
  const text =
    'tables:\n  states:\n    007: pending\n    open: ~\nmappings:\n  order: { kind: =nothing, because: { first: [status | table states, =silent] } }\n'
  const because = (status: string, added?: MappingAdditions) =>
    compileMappings([{ path: 'mappings/till/order.yaml', text }], added)
      .mappings.get('order')
      ?.apply({ payload: { status } })

  it('rows join a named table; words are taken as they are written', () => {
    expect(() => because('odd')).toThrow(/expected a word of table states at status, got "odd"/)
    expect(because('odd', { tables: { states: { odd: 'captured' } } })).toEqual({
      kind: 'nothing',
      because: 'captured',
    })
    expect(because('007')).toEqual({ kind: 'nothing', because: 'pending' })
  })

  it('a row of ~ is known and says nothing', () => {
    expect(because('open')).toEqual({ kind: 'nothing', because: 'silent' })
  })

  it('another file takes the place of a named mapping', () => {
    const file = { path: 'ours/till-order.yaml', text: 'mappings:\n  order: { kind: =nothing, because: =ours }\n' }
    expect(because('odd', { files: { order: file } })).toEqual({ kind: 'nothing', because: 'ours' })
  })

  it('a table or mapping that the connector does not have is a fault, by the place of the config', () => {
    const { faults } = compileMappings([{ path: 'mappings/till/order.yaml', text }], {
      tables: { staes: {} },
      source: 'connections.yaml',
    })
    expect(faults).toEqual([
      { file: 'connections.yaml', line: 0, sentence: 'there is no table "staes"; did you mean "states"?' },
    ])
  })
})
