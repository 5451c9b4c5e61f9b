import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HubError } from '../../src/kernel/errors.ts'
import type { Json } from '../../src/kernel/json.ts'
import { measured } from './measure.ts'
import { outcomeOf } from './outcome.ts'
import { fiveLines } from './payloads.ts'

const odd = fc.oneof(
  fc.constantFrom<Json>(null, '', 0, -1, true, 'x', '1e3', '12,50', '99999999999999999999', [], {}, [null], [[1]], {
    id: [],
  }),
  fc.string({ maxLength: 12 }),
)

const isOpen = (value: Json): value is readonly Json[] | { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null

/** The payload with another value at the place that the numbers lead to: at each depth one member, to the end or where depth ends. */
const changed = (value: Json, way: readonly number[], other: Json): Json => {
  const [turn, ...others] = way
  if (turn === undefined || !isOpen(value)) return other
  const entries = Object.entries(value)
  if (entries.length === 0) return other
  const at = turn % entries.length
  const made = entries.map(([name, held], position): [string, Json] => [
    name,
    position === at ? changed(held, others, other) : held,
  ])
  return Array.isArray(value) ? made.map(([, held]) => held) : Object.fromEntries(made)
}

describe('whatever comes', () => {
  const order = measured('order')

  it('is mapped, or refused with file, line and path: nothing else is thrown', () => {
    const way = fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(way, odd, (turns, other) => {
        const payload = changed(fiveLines, turns, other)
        const outcome = outcomeOf(() => order.apply({ payload, timezone: 'Europe/London' }))
        if (!(outcome instanceof Error)) {
          expect(outcome).toMatchObject({ kind: 'snapshot' })
          return
        }
        expect(outcome).toBeInstanceOf(HubError)
        expect(outcome).toMatchObject({
          code: 'MAPPING_FAILED',
          detail: { file: expect.stringContaining('.yaml'), line: expect.any(Number), path: expect.any(String) },
        })
        expect(outcome.message.length).toBeLessThan(400)
      }),
      { numRuns: 3_000, seed: 7 },
    )
  })
})
