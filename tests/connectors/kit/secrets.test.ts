import { expect, it } from 'vitest'
import { resolveSecrets } from '../../../src/connector/secrets.ts'

const deps = {
  env: { SHOP_KEY: 'k-1', OLD_KEY: 'k-0', EMPTY: '' },
  readFile: (path: string): string => {
    if (path === '/run/secrets/token') return 't-1\n'
    if (path === '/run/secrets/empty') return '\n'
    throw new Error(`ENOENT ${path}`)
  },
}

it('secrets come from the environment and from files, newest first', () => {
  const { secrets, faults } = resolveSecrets(
    { key: ['env:SHOP_KEY', 'env:OLD_KEY'], token: 'file:/run/secrets/token' },
    deps,
  )
  expect(secrets).toEqual({ key: ['k-1', 'k-0'], token: ['t-1'] })
  expect(faults).toEqual([])
})

it('every fault is listed at once, by name and place', () => {
  const refs = {
    a: 'env:NOT_SET',
    b: 'env:EMPTY',
    c: 'file:/run/secrets/none',
    d: 'file:/run/secrets/empty',
    e: 'file:relative',
  }
  expect(resolveSecrets(refs, deps).faults.map(({ sentence }) => sentence)).toEqual([
    'secret a: the environment variable NOT_SET is not set',
    'secret b: the environment variable EMPTY is not set',
    'secret c: the file /run/secrets/none cannot be read',
    'secret d: the file /run/secrets/empty is empty',
    expect.stringContaining('secret e: expected env:NAME or file:/path'),
  ])
})

it.each(['whsec_c2VjcmV0', 'env:two words c2VjcmV0', '', 'file:c2VjcmV0'])(
  'a value in place of a reference is a fault that does not show it',
  (value) => {
    const { secrets, faults } = resolveSecrets({ key: value }, deps)
    expect(secrets).toEqual({})
    expect(faults).toHaveLength(1)
    expect(JSON.stringify(faults)).not.toContain('c2VjcmV0')
  },
)
