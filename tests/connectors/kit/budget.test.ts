import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type BudgetState, reserve } from '../../../src/connector/budget.ts'

it('grants what is wanted, up to the burst, and then says how long to wait', () => {
  const limits = { requestsPerSecond: 2, burst: 9 }
  const first = reserve(undefined, limits, { nowMs: 10_000, want: 100 })
  expect(first).toMatchObject({ granted: 7, deadline: 11_000, waitMs: 0 })
  const second = reserve(first.state, limits, { nowMs: 10_000, want: 1 })
  expect(second).toMatchObject({ granted: 0, waitMs: 500, state: first.state })
  expect(reserve(first.state, limits, { nowMs: 10_500, want: 1 }).granted).toBe(1)
})

it('who waits as long as was said is granted one', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.05, max: 200, noNaN: true }),
      fc.integer({ min: 1, max: 400 }),
      (requestsPerSecond, want) => {
        const limits = { requestsPerSecond }
        const { state } = reserve(undefined, limits, { nowMs: 1_000, want })
        const { granted, waitMs } = reserve(state, limits, { nowMs: 1_000, want: 1 })
        return granted === 1 || reserve(state, limits, { nowMs: 1_000 + waitMs, want: 1 }).granted === 1
      },
    ),
  )
})

it('no window sees more calls than the burst and its share of the rate, however late within the deadline they are made', () => {
  const step = fc.record({
    afterMs: fc.integer({ min: 0, max: 3_000 }),
    want: fc.integer({ min: 0, max: 30 }),
    held: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  const run = fc.record({
    rate: fc.double({ min: 0.2, max: 50, noNaN: true }),
    burst: fc.integer({ min: 2, max: 60 }),
    steps: fc.array(step, { minLength: 1, maxLength: 60 }),
  })
  fc.assert(
    fc.property(run, ({ rate, burst, steps }) => {
      const calls = callsOf({ requestsPerSecond: rate, burst }, steps).toSorted((a, b) => a - b)
      for (const [first, from] of calls.entries()) {
        for (let last = first; last < calls.length; last += 1) {
          const seconds = ((calls[last] ?? from) - from) / 1_000
          expect(last - first + 1).toBeLessThanOrEqual(burst + seconds * rate + 1e-6)
        }
      }
    }),
  )
})

it.each([
  { requestsPerSecond: 0 },
  { requestsPerSecond: -1 },
  { requestsPerSecond: Number.NaN },
  { requestsPerSecond: 5, burst: 1 },
])('limits that are none are refused: %j', (limits) => {
  expect(() => reserve(undefined, limits, { nowMs: 0, want: 1 })).toThrow(/requestsPerSecond above 0 and a burst of 2/)
})

interface Step {
  readonly afterMs: number
  readonly want: number
  readonly held: number
}

/** When the calls are made: each reservation is held for a part of the time until its deadline. */
const callsOf = (
  limits: { readonly requestsPerSecond: number; readonly burst: number },
  steps: readonly Step[],
): readonly number[] => {
  const calls: number[] = []
  let nowMs = 1_000_000
  let state: BudgetState | undefined
  for (const { afterMs, want, held } of steps) {
    nowMs += afterMs
    const reserved = reserve(state, limits, { nowMs, want })
    state = reserved.state
    const made = nowMs + held * (reserved.deadline - nowMs)
    calls.push(...new Array<number>(reserved.granted).fill(made))
  }
  return calls
}
