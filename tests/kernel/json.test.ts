import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Json, readJson } from '../../src/kernel/json.ts'

const read = (text: string): Json => readJson(new TextEncoder().encode(text))

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
    ['', 'ends too early or is empty'],
    ['{"a":1', 'breaks off'],
    ['{"a":1,"a":2}', 'the same key stands twice'],
    ['{"x":{"a":1,"\\u0061":2}}', 'the same key stands twice'],
    ['{"__proto__":{"admin":true}}', '__proto__'],
    ['{"\\u005f_proto__":1}', '__proto__'],
    ['["\\ud800 alone"]', 'half a surrogate pair'],
    ['{"\\udc00":1}', 'half a surrogate pair'],
    ['[NaN]', ''],
    ['[Infinity]', ''],
    ['[1e999]', 'out of range'],
    ['[01]', ''],
    ['"no end', 'does not end'],
    ['[1]trailing', ''],
    ['['.repeat(65) + ']'.repeat(65), 'nested deeper than 64'],
  ])('refuses %s', (text, why) => {
    expect(() => read(text)).toThrow(why === '' ? /expected well-formed JSON/ : why)
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
