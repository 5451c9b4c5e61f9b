import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Status, Telling } from '../../src/canonical/telling.ts'
import type { TrackingWord } from '../../src/canonical/words.ts'
import { rankHeld, rankOfPart } from '../../src/orders/registers.ts'
import { at, essence, eur, receiptAct, type Step, shipAct, snapshot, takeAll } from './kit.ts'

/** One part of the order: a parcel with lines of its own, which it names as any other part may. */
const part = (
  name: string,
  rank: number,
  lines: Readonly<Record<string, number>>,
  more: { readonly status?: Status; readonly parcel?: TrackingWord } = {},
): Telling => ({
  ...snapshot(rank, lines, {
    part: name,
    sections: { status: { words: { state: `${name} is open` }, ...more.status } },
    ...(more.parcel === undefined
      ? {}
      : {
          records: {
            shipments: [
              {
                key: 'parcel',
                value: {
                  direction: 'outbound',
                  status: more.parcel,
                  lines: Object.entries(lines).map(([line, quantity]) => ({ line, quantity })),
                },
              },
            ],
          },
        }),
  }),
})
const told = (...tellings: readonly Telling[]): readonly Step[] =>
  tellings.map((telling, place) => ({ telling, message: `msg_${place}` }))
const counted = (steps: readonly Step[]) =>
  takeAll(steps).lines.map(({ id, part, counts }) => [id, part, counts.ordered, counts.cancelled, counts.shipped])

describe('an order told in parts', () => {
  it('has the lines of all of them, each by its part, and its totals add up', () => {
    const order = takeAll(told(part('p1', 1, { a: 2 }), part('p2', 1, { a: 1, b: 1 })))
    expect(order.lines.map(({ id, externalId, part }) => [id, externalId, part])).toEqual([
      ['p1:a', 'a', 'p1'],
      ['p2:a', 'a', 'p2'],
      ['p2:b', 'b', 'p2'],
    ])
    expect(order.totals?.total).toEqual(eur(4000))
    expect(order.holds).toEqual([])
    expect(order.channelWords).toEqual({ state: 'p1 is open, p2 is open' })
  })

  it('counts what a parcel of one part holds on the lines of that part', () => {
    const steps = told(part('p1', 1, { a: 2 }, { parcel: 'in_transit' }), part('p2', 1, { a: 1 }))
    expect(counted(steps)).toEqual([
      ['p1:a', 'p1', 2, 0, 2],
      ['p2:a', 'p2', 1, 0, 0],
    ])
    expect(takeAll(steps).headline.fulfilment).toBe('part-shipped')
  })

  it('is cancelled as far as its parts are, and as a whole only where all of them are', () => {
    const cancelled = { words: {}, cancelled: true, cancelledAt: at.toISOString(), cancelReason: 'no stock' }
    const one = told(part('p1', 2, { a: 2 }, { status: cancelled }), part('p2', 1, { a: 1 }))
    expect(counted(one)).toEqual([
      ['p1:a', 'p1', 2, 2, 0],
      ['p2:a', 'p2', 1, 0, 0],
    ])
    expect(takeAll(one)).toMatchObject({ headline: { state: 'open' } })
    expect(takeAll(one)).not.toHaveProperty('cancelledAt')
    const both = takeAll(
      told(...one.flatMap(({ telling }) => telling ?? []), part('p2', 3, { a: 1 }, { status: cancelled })),
    )
    expect(both).toMatchObject({
      headline: { state: 'cancelled' },
      cancelledAt: at.toISOString(),
      cancelReason: 'no stock',
    })
  })

  it('is shipped as far as its parts say so: an implied parcel stands in for each', () => {
    const order = takeAll(
      told(part('p1', 1, { a: 2 }, { status: { words: {}, shipped: true } }), part('p2', 1, { a: 1 })),
    )
    expect(order.shipments).toMatchObject([
      { key: 'p1:implied', implied: true, lines: [{ line: 'p1:a', quantity: 2 }] },
    ])
    expect(order.headline.fulfilment).toBe('part-shipped')
  })

  it('knows the echo of our shipment by the id that the channel itself gives it', () => {
    const order = takeAll([
      ...told(part('p1', 1, { a: 2 }, { parcel: 'delivered' }), part('p2', 1, { a: 1 })),
      { act: shipAct('act_1', { 'p1:a': 2 }) },
      { act: receiptAct('act_1', ['parcel']) },
    ])
    expect(order.shipments).toMatchObject([{ key: 'act_1', ours: true, status: 'delivered', externalIds: ['parcel'] }])
    expect(order.lines[0]?.counts).toMatchObject({ shipped: 2, delivered: 2 })
  })

  it('is held at the rank of each part; where none is named, at the least', () => {
    const order = takeAll(told(part('p.1', 5, { a: 2 }), part('p2', 3, { a: 1 })))
    expect([rankOfPart(order.told, 'p.1'), rankOfPart(order.told, 'p2'), rankOfPart(order.told, 'p3')]).toEqual([
      5,
      3,
      undefined,
    ])
    expect(rankHeld(order.told)).toBe(3)
    expect(rankHeld(takeAll(told(snapshot(4, { a: 1 }))).told)).toBe(4)
  })

  it('comes to the same in whatever order its parts are told, and how often', () => {
    const parcel = fc.option(fc.constantFrom<TrackingWord>('label_created', 'in_transit', 'delivered', 'cancelled'), {
      nil: undefined,
    })
    const telling = fc
      .record({
        name: fc.constantFrom('p1', 'p2', 'p3'),
        rank: fc.integer({ min: 1, max: 4 }),
        units: fc.integer({ min: 1, max: 3 }),
        parcel,
        cancelled: fc.boolean(),
      })
      .map(({ name, rank, units, parcel, cancelled }) =>
        part(
          name,
          rank,
          { a: units },
          { status: { words: {}, cancelled }, ...(parcel === undefined ? {} : { parcel }) },
        ),
      )
    const mixed = fc
      .array(telling, { minLength: 1, maxLength: 6 })
      .map((tellings) => told(...tellings))
      .chain((steps) =>
        fc.tuple(
          fc.constant(steps),
          fc.shuffledSubarray([...steps, ...steps], { minLength: 2 * steps.length, maxLength: 2 * steps.length }),
        ),
      )
    fc.assert(
      fc.property(mixed, ([straight, shuffled]) => {
        expect(essence(takeAll(shuffled))).toEqual(essence(takeAll(straight)))
      }),
      { numRuns: 300 },
    )
  })
})

describe('what goes back', () => {
  it('is no unit that was shipped, delivered, or paid for on delivery', () => {
    const order = takeAll(
      told(snapshot(1, { a: 1 }), {
        kind: 'facts',
        order: '1001',
        rank: 1,
        records: {
          shipments: [
            { key: 'back', value: { direction: 'rto', status: 'delivered', lines: [{ line: 'a', quantity: 1 }] } },
          ],
          payments: [
            { key: 'cod', value: { method: 'cash', terms: 'on-delivery', state: 'pending', amount: eur(1000) } },
          ],
        },
      }),
    )
    expect(order.lines[0]?.counts).toMatchObject({ shipped: 0, delivered: 0, returned: 0 })
    expect(order.headline).toMatchObject({ fulfilment: 'open', payment: 'not-due' })
  })
})

describe('money that others collect for us', () => {
  it.each([
    ['channel', 'paid'],
    ['carrier', 'paid'],
    ['us', 'part-paid'],
  ] as const)('and will not, is owed no more: voided by %s, the rest is %s', (collector, expected) => {
    const paid = (key: string, state: 'captured' | 'voided', minor: number) => ({
      key,
      value: { method: 'cash' as const, state, amount: eur(minor), collector },
    })
    const order = takeAll(
      told(
        snapshot(
          1,
          { a: 1, b: 1 },
          { records: { payments: [paid('a', 'captured', 1000), paid('b', 'voided', 1000)] } },
        ),
      ),
    )
    expect(order.headline.payment).toBe(expected)
  })
})
