import CryptoJs from 'crypto-js'
import { expect, it } from 'vitest'
import { hmacSha256Base64, hmacSha256Hex, matchesAny, sameBytes } from '../../../src/connector/signature.ts'

it('signs as an independent implementation does', () => {
  const signed = CryptoJs.HmacSHA256('{"id":1,"name":"Zoë"}', 'kéy')
  expect(hmacSha256Base64('kéy', '{"id":1,"name":"Zoë"}')).toBe(signed.toString(CryptoJs.enc.Base64))
  expect(hmacSha256Hex('kéy', Buffer.from('{"id":1,"name":"Zoë"}'))).toBe(signed.toString())
})

it('texts of unequal length are different, and no error', () => {
  expect(sameBytes('abc', 'abcd')).toBe(false)
  expect(sameBytes('', 'a')).toBe(false)
  expect(sameBytes('abc', Buffer.from('abc'))).toBe(true)
})

it('one of several secrets in force is enough, wherever it stands', () => {
  expect(matchesAny('b', ['a', 'b', 'c'])).toBe(true)
  expect(matchesAny('d', ['a', 'b', 'c'])).toBe(false)
  expect(matchesAny('', [])).toBe(false)
})
