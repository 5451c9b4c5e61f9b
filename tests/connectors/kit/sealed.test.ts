import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { seal, sealingKey, unseal } from '../../../src/connector/sealed.ts'

const key = sealingKey(randomBytes(32))
const whose = { connection: 'corner-shop', name: 'accessToken' }

it('a sealed secret opens for whom it was sealed', () => {
  expect(unseal(key, whose, seal(key, whose, 'tökén'))).toBe('tökén')
})

it('the same secret is never sealed alike, and shows nothing of itself', () => {
  const [one, other] = [seal(key, whose, 'shown-nowhere'), seal(key, whose, 'shown-nowhere')]
  expect(one).not.toBe(other)
  expect(Buffer.from(one, 'base64').toString('latin1')).not.toContain('shown-nowhere')
})

it.each([
  ['another connection', { ...whose, connection: 'other-shop' }],
  ['another name', { ...whose, name: 'refreshToken' }],
  ['a name moved over the border', { connection: 'corner-shop:accessToken', name: '' }],
])('an envelope does not open for %s', (_, other) => {
  const envelope = seal(key, whose, 'token')
  expect(() => unseal(key, other, envelope)).toThrow(/does not open/)
})

it('an envelope does not open with another key', () => {
  expect(() => unseal(sealingKey(randomBytes(32)), whose, seal(key, whose, 'token'))).toThrow(/another key/)
})

it('no byte of an envelope can be changed', () => {
  const envelope = Buffer.from(seal(key, whose, 'token'), 'base64')
  for (let at = 0; at < envelope.length; at += 1) {
    const changed = Buffer.from(envelope)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(() => unseal(key, whose, changed.toString('base64'))).toThrow(/does not open/)
  }
})

it('an envelope cut short does not open, whatever is left of it', () => {
  const envelope = Buffer.from(seal(key, whose, 'token'), 'base64')
  for (let length = 0; length < envelope.length; length += 1) {
    expect(() => unseal(key, whose, envelope.subarray(0, length).toString('base64'))).toThrow(/does not open/)
  }
})

it('a key of another length is refused', () => {
  expect(() => sealingKey(randomBytes(16))).toThrow(/32 bytes, got 16/)
})
