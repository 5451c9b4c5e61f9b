import { describe, expect, it } from 'vitest'
import { HubError } from '../../src/kernel/errors.ts'
import type { Json } from '../../src/kernel/json.ts'
import { compileMappings, compilePrograms, type MapInput, runProgram } from '../../src/mapping/compile.ts'
import type { Value } from '../../src/mapping/grammar.ts'
import { outcomeOf } from './outcome.ts'

const applied = (text: string, input: MapInput): Value => {
  const { programs, faults } = compilePrograms([{ path: 'mappings/till/order.yaml', text }])
  expect(faults).toEqual([])
  const [main] = programs
  return main === undefined ? undefined : runProgram(main.program, input)
}

/** The value of one expression. */
const give = (expression: string, payload: Json): Value =>
  applied(`mappings:\n  order:\n${expression.replace(/^/gm, '    ')}\n`, { payload })

const refusalOf = (expression: string, payload: Json): HubError => {
  const outcome = outcomeOf(() => give(expression, payload))
  if (!(outcome instanceof HubError)) throw new Error(`expected a refusal, got ${JSON.stringify(outcome)}`)
  return outcome
}

describe('paths', () => {
  it('start at the scope, the scope outside, or the payload', () => {
    const payload = { a: 1, list: [{ b: 2, inner: [{ c: 3 }] }] }
    expect(give('{ each: list, give: { each: inner, give: [c, ^.b, ^^.a, $.a, .] } }', payload)).toEqual([
      [[3, 2, 1, 1, { c: 3 }]],
    ])
  })

  it('reach into lists by position, the last by -1, and through odd names by quotes', () => {
    expect(give(`[list.0, list.-1, 'meta."a b".x']`, { list: [1, 2, 3], meta: { 'a b': { x: 9 } } })).toEqual([1, 3, 9])
  })

  it('give nothing where the way ends early', () => {
    expect(give('a.b.c.d', { a: { b: 'text' } })).toBeUndefined()
  })

  it('see what stands around the message', () => {
    const text = 'mappings:\n  order: [$headers.x-made-at, $settings.shop, $settings.list, $timezone, $observed]\n'
    const input = {
      payload: {},
      headers: { 'x-made-at': 'noon' },
      settings: { shop: 'corner', list: [1] },
      timezone: 'Asia/Kolkata',
      observed: 5,
    }
    expect(applied(text, input)).toEqual(['noon', 'corner', 'Asia/Kolkata', 5])
  })
})

describe('literals and pipes', () => {
  it('text begins with =, keeps its blanks, and may be piped on', () => {
    const list = `[=two words, '="a | b"', =x | upper, 12, 1.50, true]`
    expect(give(list, {})).toEqual(['two words', 'a | b', 'X', 12, '1.50', true])
  })

  it('a piped operator and its map form are one', () => {
    const payload = { price: '5.00', code: 'EUR' }
    expect(give('price | money code', payload)).toEqual(give('{ money: price, in: code }', payload))
  })
})

describe('nothing', () => {
  it('is left out of objects; an object without fields is left out itself, unless it must be there', () => {
    expect(give('{ note: a, buyer: { name: b }, words!: { state: c }, sku: d }', { a: null, b: '', d: 'x' })).toEqual({
      words: {},
      sku: 'x',
    })
  })

  it('under a field that must give something refuses, by line and field', () => {
    const refusal = refusalOf('sku: a\ntitle!: names.title', { a: 'x', names: {} })
    expect(refusal.message).toBe('mappings/till/order.yaml:4: expected something for title at names.title, got nothing')
    expect(refusal.detail).toMatchObject({
      file: 'mappings/till/order.yaml',
      line: 4,
      path: 'names.title',
      came: 'nothing',
    })
  })

  it('is not zero: a sum with an unknown member is unknown, until or-zero says otherwise', () => {
    const payload = { currency: 'EUR', list: [{ price: '1.00' }, {}] }
    const within = (body: string) => give(`let: { currency: currency }\ngive: ${body}`, payload)
    expect(within('{ sum: list, give: price | money }')).toBeUndefined()
    expect(within('{ sum: list, give: price | money | or-zero }')).toEqual({ minor: 100, currency: 'EUR' })
    expect(within('{ add: [list.0.price | money, list.1.price | money] }')).toBeUndefined()
    expect(within('{ sum: gone, give: price | money }')).toBeUndefined()
  })

  it('false and 0 are something', () => {
    expect(give('{ test: a, quantity: b }', { a: false, b: 0 })).toEqual({ test: false, quantity: 0 })
  })
})

describe('lists', () => {
  it('a list longer than an order may be is refused before it is walked', () => {
    const list = (size: number) => ({ list: Array.from({ length: size }, () => 'x') })
    expect(give('{ each: list, give: . }', list(2000))).toHaveLength(2000)
    const refusal = refusalOf('{ each: list, give: surely-not-read }', list(2001))
    expect(refusal.code).toBe('ORDER_TOO_LARGE')
    expect(refusal.message).toBe('mappings/till/order.yaml:3: expected at most 2000 members at list, got 2001')
  })

  it('a list of one stays a list, of none an empty one', () => {
    expect(give('{ each: list, give: sku }', { list: [{ sku: 'A' }] })).toEqual(['A'])
    expect(give('{ each: list, give: sku }', { list: [] })).toEqual([])
  })

  it('an object is walked by its names', () => {
    expect(give('{ each: taxes, give: { name: $key, rate: rate } }', { taxes: { city: { rate: '0.1' } } })).toEqual([
      { name: 'city', rate: '0.1' },
    ])
  })

  it('what is neither is refused with its path', () => {
    expect(refusalOf('{ each: a.list, give: sku }', { a: { list: 'x' } }).message).toContain(
      'expected a list or an object at a.list, got "x"',
    )
  })

  it('names bound within an item are its own', () => {
    expect(
      give('{ each: list, give: { let: { at: $index, own: . }, give: [$at, $own] } }', { list: ['a', 'b'] }),
    ).toEqual([
      [0, 'a'],
      [1, 'b'],
    ])
  })
})

describe('exactness', () => {
  it.each([
    ['JPY', '500', 500],
    ['KWD', '1.250', 1250],
    ['EUR', '-0.50', -50],
    ['EUR', 7, 700],
  ] as const)('%s %s', (currency, amount, minor) => {
    expect(give('amount | money currency', { amount, currency })).toEqual({ minor, currency })
  })

  it('price times quantity never passes a float, and is refused where it is finer than the currency', () => {
    const exact = '{ times: price, by: weight, in: =EUR }'
    expect(give(exact, { price: '1.10', weight: '1.1' })).toEqual({ minor: 121, currency: 'EUR' })
    expect(refusalOf(exact, { price: '3.99', weight: '1.25' }).message).toContain('at price, got "3.99"')
    expect(give('{ times: price, by: weight, in: =EUR, round: half-up }', { price: '3.99', weight: '1.25' })).toEqual({
      minor: 499,
      currency: 'EUR',
    })
    expect(give('{ times: price, by: pieces, in: =EUR }', { price: '-2.50', pieces: 3 })).toEqual({
      minor: -750,
      currency: 'EUR',
    })
  })

  it('amounts of two currencies are never added', () => {
    expect(refusalOf('add: [a | money =EUR, b | money =USD]', { a: '1', b: '2' }).message).toContain(
      'expected an amount in EUR at b, got "USD"',
    )
  })

  it("a time without a zone is read in the connection's, and refused without one", () => {
    const text = 'mappings:\n  order: at | instant\n'
    const payload = { at: '2026-03-01 09:00:00' }
    expect(applied(text, { payload, timezone: 'Asia/Kolkata' })).toBe('2026-03-01T03:30:00.000Z')
    expect(() => applied(text, { payload })).toThrow(/at at, got "2026-03-01 09:00:00"/)
  })
})

describe('what came is told', () => {
  it('with file, line, path through the lists, and one shortened scalar', () => {
    const payload = { list: [{ price: '1.00' }, { inner: [{ price: `x${'y'.repeat(200)}` }] }] }
    const refusal = refusalOf('each: list\ngive:\n  each: inner\n  give:\n    amount: price | money =EUR', payload)
    expect(refusal.code).toBe('MAPPING_FAILED')
    expect(refusal.message).toMatch(
      /^mappings\/till\/order\.yaml:7: expected an amount such as 19\.99 at list\[1\]\.inner\[0\]\.price, got "xy{58}…$/,
    )
  })

  it('but never a whole object', () => {
    expect(refusalOf('buyer | text', { buyer: { name: 'Ada Okafor' } }).message).toMatch(
      /expected a single value at buyer, got an object$/,
    )
  })

  it('a word that no table knows is named with its table', () => {
    const text = 'tables:\n  states: { open: pending }\nmappings:\n  order: { state: status | table states }\n'
    const { programs } = compilePrograms([{ path: 'order.yaml', text }])
    expect(() => programs.map(({ program }) => runProgram(program, { payload: { status: 'odd' } }))).toThrow(
      expect.objectContaining({
        code: 'MAPPING_FAILED',
        detail: { file: 'order.yaml', line: 4, path: 'status', came: '"odd"', word: 'odd', table: 'states' },
      }),
    )
  })

  it('a currency that is none is told at its own path', () => {
    expect(refusalOf('a | money code', { a: '1', code: 'XXQ' }).message).toContain('at code, got "XXQ"')
    expect(refusalOf('a | money code', { a: '1' }).message).toContain('expected a currency at code, got nothing')
  })

  it('a path through a let and a used mapping is still the path of the payload', () => {
    const text =
      'mappings:\n  order: { let: { first: list.1 }, give: $first | use inner }\n  inner: { within: deep, give: price | money =EUR }\n'
    const { programs } = compilePrograms([{ path: 'order.yaml', text }])
    const payload = { list: [{}, { deep: { price: 'no' } }] }
    expect(() => programs.map(({ program }) => runProgram(program, { payload }))).toThrow(
      /order\.yaml:3: .* at list\[1\]\.deep\.price, got "no"/,
    )
  })
})

describe('the result', () => {
  const apply = (text: string, payload: Json) =>
    compileMappings([{ path: 'order.yaml', text }])
      .mappings.get('order')
      ?.apply({ payload })

  it('is checked against the canonical schema, and the line that made it is named', () => {
    const text =
      'mappings:\n  order:\n    kind: =facts\n    order!: id | text\n    rank: 1\n    records:\n      returns:\n        - key: =a\n          value:\n            kind: =customer\n            state: word\n            lines: []\n'
    expect(() => apply(text, { id: 4, word: 'vanished' })).toThrow(
      /^order\.yaml:11: records\.returns\.0\.value\.state of the result must be one of .*, got "vanished"$/,
    )
    expect(apply(text, { id: 4, word: 'closed' })).toMatchObject({ kind: 'facts', order: '4' })
  })

  it('that another mapping gave, or a name of a let, is traced to the line there', () => {
    const state = 'kind: =customer\n  state: word\n  lines: []\n'
    const order = (value: string) =>
      `  order:\n    kind: =facts\n    order!: id | text\n    rank: 1\n    records: { returns: [{ key: =a, value: ${value} }] }\n`
    const given = { id: 4, word: 'vanished' }
    const used = compileMappings([
      { path: 'order.yaml', text: `mappings:\n${order('{ use: return }')}` },
      { path: 'return.yaml', text: `mappings:\n  return:\n    ${state.replaceAll('\n  ', '\n    ')}` },
    ])
    expect(() => used.mappings.get('order')?.apply({ payload: given })).toThrow(
      /^return\.yaml:4: records\.returns\.0\.value\.state of the result/,
    )
    const named = `mappings:\n  order:\n    let:\n      one:\n        kind: =customer\n        state: word\n        lines: []\n    give:\n      kind: =facts\n      order!: id | text\n      rank: 1\n      records: { returns: [{ key: =a, value: $one }] }\n`
    expect(() => apply(named, given)).toThrow(/^order\.yaml:6: records\.returns\.0\.value\.state of the result/)
  })

  it('must be a snapshot, facts, a look or nothing', () => {
    expect(() => apply('mappings:\n  order: { kind: =story }\n', {})).toThrow(
      /order\.yaml:2: kind of the result must be one of snapshot, facts, look, nothing/,
    )
    expect(apply('mappings:\n  order: { kind: =nothing, because: =a draft }\n', {})).toEqual({
      kind: 'nothing',
      because: 'a draft',
    })
  })
})
