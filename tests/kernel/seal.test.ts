import { expect, it } from 'vitest'
import { seal, unseal } from '../../src/kernel/seal.ts'

const secrets = ['clientSecret', 'a', 'refreshToken', 'b|c']

it('what was sealed opens under the same secrets and purpose', () => {
  expect(unseal(seal('Atza|token ✓', secrets, 'one'), secrets, 'one')).toBe('Atza|token ✓')
})

it('it opens under no other secrets, for no other purpose, and not once it was changed or cut', () => {
  const sealed = seal('token', secrets, 'one')
  const bytes = Buffer.from(sealed, 'base64')
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  for (const opened of [
    unseal(sealed, ['clientSecret', 'a', 'refreshToken', 'other'], 'one'),
    unseal(sealed, secrets, 'two'),
    unseal(bytes.toString('base64'), secrets, 'one'),
    unseal(sealed.slice(0, 12), secrets, 'one'),
  ])
    expect(opened).toBeUndefined()
})

it('the same text is never sealed alike, and does not show', () => {
  const [one, two] = [seal('token', secrets, 'one'), seal('token', secrets, 'one')]
  expect(one).not.toBe(two)
  expect(Buffer.from(one, 'base64').includes('token')).toBe(false)
})
