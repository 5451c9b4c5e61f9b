import { describe, expect, it } from 'vitest'
import type { Telling } from '../../src/canonical/telling.ts'
import { essence, type Step, snapshot, takeAll } from './kit.ts'

/** The order at one time, of a channel that only says how many units of a line there are now. */
const now = (rank: number, lines: Readonly<Record<string, number>>): Telling => {
  const told = snapshot(rank, lines)
  const ordered = Object.entries(lines).map(([key, quantity]) => ({ key, rank: quantity, value: { quantity } }))
  return { ...told, records: { ...told.records, ordered } }
}
const steps = (...tellings: readonly Telling[]): readonly Step[] =>
  tellings.map((telling, place) => ({ telling, message: `msg_${place}` }))
const counted = (told: readonly Step[]) =>
  takeAll(told).lines.map(({ id, quantity, counts }) => [id, quantity, counts.ordered, counts.cancelled])

describe('a channel that never says what was cancelled', () => {
  it('the most units ever told were ordered; what is told no more is cancelled', () => {
    const told = steps(now(1, { a: 3, b: 2 }), now(2, { a: 3, b: 2 }), now(3, { a: 1, b: 0 }))
    expect(counted(told)).toEqual([
      ['a', 3, 3, 2],
      ['b', 2, 2, 2],
    ])
  })

  it('in whatever order the tellings come, and however often', () => {
    const told = steps(now(1, { a: 3 }), now(2, { a: 2 }), now(3, { a: 1 }))
    const [first, second, third] = told
    if (first === undefined || second === undefined || third === undefined) throw new Error('three steps were made')
    for (const order of [
      [third, first, second],
      [second, third, first, first],
      [third, third, second, first],
    ])
      expect(essence(takeAll(order))).toEqual(essence(takeAll(told)))
  })

  it('one that was first seen when it was cancelled has no units', () => {
    expect(counted(steps(now(3, { a: 0 })))).toEqual([['a', 0, 0, 0]])
  })
})
