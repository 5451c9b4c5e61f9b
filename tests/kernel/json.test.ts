import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Json, readJson } from '../../src/kernel/json.ts'

const read = (text: string): Json => readJson(new TextEncoder().encode(text))

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('readJson', () => {
  it('keeps what a float would not: ids above 2^53, decimals and exponents come out as their text', () => {
    expect(read('{"id":12345678901234567890,"safe":9007199254740991,"rate":0.060,"e":1e3,"n":-7}')).toEqual({
      id: '12345678901234567890',
      safe: 9007199254740991,
      rate: '0.060',
      e: '1e3',
      n: -7,
    })
  })

  it('reads whatever JSON.stringify writes of whole numbers, texts, lists and objects', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'grapheme' }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          tie('any'),
          { maxKeys: 4 },
        ),
      ),
    })).any
    fc.assert(
      fc.property(value, (any) => {
        expect(read(JSON.stringify(any))).toEqual(JSON.parse(JSON.stringify(any)))
      }),
    )
  })

  it.each([
    ['', 'it is empty'],
    ['{"a":1', 'it ends too early'],
    ['[1,\n 2,]', 'it breaks off at line 2, character 4'],
    ['{"a" 1}', 'it breaks off at line 1, character 6'],
    ['{"a":1,}', 'it breaks off at line 1, character 8'],
    ['[1}', 'it breaks off at line 1, character 3'],
    ['{"a":1},2', 'it breaks off at line 1, character 8'],
    ['{"a":1,"a":2}', 'the same key stands twice'],
    ['{"x":{"a":1,"\\u0061":2}}', 'the same key stands twice'],
    ['{"__proto__":{"admin":true}}', 'the name __proto__ at line 1, character 2'],
    ['{"\\u005f_proto__":1}', '__proto__'],
    ['["\\ud800 alone"]', 'half a surrogate pair'],
    ['{"\\udc00":1}', 'half a surrogate pair'],
    ['{"a":"ok",\n "b":NaN}', 'NaN is no number in JSON at line 2, character 6'],
    ['[-Infinity]', 'Infinity is no number in JSON at line 1, character 2'],
    ['[1e999]', 'out of range at line 1, character 2'],
    ['[1,01]', 'a number begins with 0 at line 1, character 4'],
    ['[01.5]', 'a number begins with 0 at line 1, character 2'],
    ['[+1]', 'a number begins with + at line 1, character 2'],
    ['{"a": .5}', 'a number begins with its point at line 1, character 7'],
    ['[1., 2]', 'a number ends with its point at line 1, character 2'],
    ['[0x1F]', 'a number is malformed at line 1, character 2'],
    ['{1.5:2}', 'it breaks off at line 1, character 2'],
    ['["a\tb"]', 'a text holds a control character'],
    ['["\\x"]', 'an escape that JSON does not know at line 1, character 2'],
    ['"no end', 'does not end'],
    ['[1]trailing', ''],
    ['['.repeat(65) + ']'.repeat(65), 'nested deeper than 64'],
  ])('refuses %s', (text, why) => {
    expect(() => read(text)).toThrow(why === '' ? /expected well-formed JSON/ : why)
  })

  it('takes __proto__ for a value like any other, and only as a name refuses it', () => {
    expect(read('{"note":"__proto__","tags":["__proto__", "\\u005f_proto__"]}')).toEqual({
      note: '__proto__',
      tags: ['__proto__', '__proto__'],
    })
    expect(() => read('{"__proto__" :1}')).toThrow('the name __proto__')
  })

  it('refuses what JSON.parse refuses, and says where', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      '-',
      '0',
      '.5',
      'e3',
      'null',
      ' ',
      '\n',
      'NaN',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 9 }), (some) => {
        const text = some.join('')
        if (isJson(text)) return
        expect(() => read(text)).toThrow(/at line \d+, character \d+$|ends too early$|is empty$|nested deeper/)
      }),
      { numRuns: 2_000 },
    )
  })

  it('says so of a long text too', () => {
    expect(() => read(`["${'x'.repeat(1_000_000)}",]`)).toThrow('it breaks off at line 1, character 1000005')
  })

  it('takes 64 levels', () => {
    expect(read('['.repeat(64) + ']'.repeat(64))).toBeInstanceOf(Array)
  })

  it('refuses bytes that are not UTF-8', () => {
    expect(() => readJson(new Uint8Array([0x22, 0xff, 0x22]))).toThrow('not UTF-8')
  })

  it('shows nothing of the body in its sentence', () => {
    expect(() => read('{"name":"Ada Lovelace" oops}')).toThrow(/^(?!.*Ada)/)
  })
})
