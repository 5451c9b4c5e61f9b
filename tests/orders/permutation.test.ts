import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addQuantity } from '../../src/kernel/quantity.ts'
import { fold } from '../../src/orders/fold.ts'
import {
  at,
  essence,
  identity,
  receiptAct,
  refundFact,
  type Step,
  shipAct,
  shipmentFact,
  snapshot,
  takeAll,
} from './kit.ts'

const quantity = fc.integer({ min: 1, max: 4 })
const rank = fc.integer({ min: 1, max: 6 })

const snapshots = fc.array(
  fc
    .record({
      rank,
      a: quantity,
      b: fc.option(quantity, { nil: undefined }),
      cancelled: fc.boolean(),
      shipped: fc.boolean(),
      paid: fc.constantFrom('captured', 'authorised', 'pending'),
    })
    .map(({ rank, a, b, cancelled, shipped, paid }) => {
      const told = snapshot(rank, b === undefined ? { a } : { a, b })
      return {
        ...told,
        sections: { ...told.sections, status: { words: {}, cancelled, shipped } },
        records: {
          ...told.records,
          payments: [
            {
              key: 'claimed',
              value: {
                method: 'card' as const,
                state: paid as 'captured',
                claimed: true,
                amount: { minor: 1000, currency: 'EUR' },
              },
            },
          ],
        },
      }
    }),
  { minLength: 1, maxLength: 5 },
)

const facts = fc.array(
  fc.oneof(
    fc
      .record({
        key: fc.constantFrom('f1', 'f2'),
        rank,
        units: quantity,
        status: fc.constantFrom('picked_up', 'delivered', 'cancelled'),
        number: fc.option(fc.constantFrom('1Z1', '1Z2'), { nil: undefined }),
      })
      .map(({ key, rank, units, status, number }) =>
        shipmentFact(
          key,
          { a: units },
          { rank, status: status as 'picked_up', ...(number === undefined ? {} : { trackingNumber: number }) },
        ),
      ),
    fc
      .record({ key: fc.constantFrom('r1', 'r2'), rank, restock: fc.constantFrom('cancel', 'return', 'none') })
      .map(({ key, rank, restock }) => refundFact(key, 500, { rank, line: 'a', restock: restock as 'cancel' })),
  ),
  { maxLength: 5 },
)

const ourShipment = fc.option(
  fc.record({ units: quantity, number: fc.constantFrom('1Z1', '1Z9'), receipt: fc.boolean() }),
  { nil: undefined },
)

const history = fc
  .record({ snapshots, facts, ourShipment })
  .map(({ snapshots, facts, ourShipment }): Step[] => [
    ...[...snapshots, ...facts].map((telling, place) => ({ telling, message: `msg_${place}` })),
    ...(ourShipment === undefined ? [] : [{ act: shipAct('act_1', { a: ourShipment.units }, ourShipment.number) }]),
    ...(ourShipment?.receipt === true ? [{ act: receiptAct('act_1', ['f1']) }] : []),
  ])

const shuffled = history.chain((steps) =>
  fc.tuple(
    fc.constant(steps),
    fc.shuffledSubarray([...steps, ...steps], { minLength: 2 * steps.length, maxLength: 2 * steps.length }),
  ),
)

describe('invariant 5: any permutation and duplication of what came gives the same order', () => {
  it('creates, updates, refunds, shipments of ours and their echo, in any order, each twice', () => {
    fc.assert(
      fc.property(shuffled, ([straight, mixed]) => {
        expect(essence(takeAll(mixed))).toEqual(essence(takeAll(straight)))
      }),
      { numRuns: 1000 },
    )
  })

  it('units add up after every history: ordered = open + cancelled + shipped, returned and delivered within shipped', () => {
    fc.assert(
      fc.property(history, (steps) => {
        for (const { counts } of takeAll(steps).lines) {
          expect(addQuantity(counts.cancelled, counts.shipped)).toBeLessThanOrEqual(counts.ordered)
          expect(counts.delivered).toBeLessThanOrEqual(counts.shipped)
          expect(counts.returned).toBeLessThanOrEqual(counts.shipped)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('also across a rebuild under a corrected mapping: what was told wrongly leaves no trace, what we did stays', () => {
    const misread = (step: Step): Step =>
      step.telling?.kind === 'snapshot'
        ? { ...step, telling: { ...snapshot(step.telling.rank + 1, { a: 9, ghost: 1 }) } }
        : step
    fc.assert(
      fc.property(shuffled, ([straight, mixed]) => {
        const wrong = takeAll(mixed.map(misread))
        const heard = straight.flatMap(({ telling, message = '' }) =>
          telling === undefined ? [] : [{ telling, message, posted: true }],
        )
        const { order } = fold(identity, wrong, {
          heard,
          acts: [],
          at,
          by: 'replay',
          rebuilt: true,
          listens: () => false,
        })
        expect(order === undefined ? undefined : essence(order)).toEqual(essence(takeAll(straight)))
      }),
      { numRuns: 1000 },
    )
  })
})
