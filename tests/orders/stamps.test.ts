import { describe, expect, it } from 'vitest'
import { compareStamps } from '../../src/orders/registers.ts'
import { snapshot, takeAll } from './kit.ts'

describe('of two tellings', () => {
  it.each([
    ['the greater rank', [2, 0, 'a'], [1, 9, 'z']],
    ['at one rank the later observed', [1, 9, 'a'], [1, 8, 'z']],
    ['at one rank and time the greater message', [1, 9, 'b'], [1, 9, 'a']],
  ] as const)('%s wins', (_, greater, lesser) => {
    expect(compareStamps(greater, lesser)).toBeGreaterThan(0)
    expect(compareStamps(lesser, greater)).toBeLessThan(0)
  })

  it('at one rank the one that was made later wins, in whatever order they come and whatever their messages are called', () => {
    const late = { telling: snapshot(1, { a: 3 }, { observed: 2_000 }), message: 'msg_a' }
    const early = { telling: snapshot(1, { a: 2 }, { observed: 1_000 }), message: 'msg_z' }
    for (const heard of [
      [early, late],
      [late, early],
    ])
      expect(takeAll(heard).lines[0]?.counts.ordered).toBe(3)
  })
})
