import { describe, expect, it } from 'vitest'
import { View } from '../../src/canonical/order.ts'
import { checkerOf } from '../../src/kernel/schema.ts'
import { fold } from '../../src/orders/fold.ts'
import { brokenAt, chainStart } from '../../src/orders/ledger.ts'
import { mayMove } from '../../src/orders/shipments.ts'
import { at, eur, identity, receiptAct, refundFact, shipAct, shipmentFact, snapshot, take, takeAll } from './kit.ts'

describe('the order as it is first told', () => {
  it('has its lines, totals and three words, and one event that says it was placed', () => {
    const order = takeAll([{ telling: snapshot(1, { a: 2, b: 1 }) }])
    expect(order.lines.map((line) => [line.id, line.counts.ordered])).toEqual([
      ['a', 2],
      ['b', 1],
    ])
    expect(order.totals?.total).toEqual(eur(3000))
    expect(order.headline).toEqual({ state: 'open', payment: 'due', fulfilment: 'open' })
    expect(order.events.map((event) => event.kind)).toEqual(['order.placed'])
  })

  it('waits as long as only facts are told', () => {
    expect(
      take(undefined, { telling: refundFact('r1', 500, { rank: 1, line: 'a', restock: 'none' }) }).order,
    ).toBeUndefined()
  })

  it('is held with both figures where its money does not add up', () => {
    const told = snapshot(1, { a: 2 })
    const order = takeAll([
      {
        telling: {
          ...told,
          sections: {
            ...told.sections,
            totals: { items: eur(2000), discount: eur(0), charges: eur(0), taxAdded: eur(0), total: eur(1999) },
          },
        },
      },
    ])
    expect(order.headline.state).toBe('held')
    expect(order.holds).toEqual([
      {
        key: expect.stringMatching(/^totals-differ-[0-9a-f]{8}$/),
        kind: 'totals-differ',
        by: 'crossdock',
        reason: "the channel's sums come to 20.00 EUR, its total says 19.99 EUR",
      },
    ])
  })
})

describe('a later telling', () => {
  it('of a lower rank changes nothing', () => {
    const { order } = take(undefined, { telling: snapshot(5, { a: 2 }), message: 'msg_5' })
    const late = take(order, { telling: snapshot(4, { a: 1 }), message: 'msg_4' })
    expect(late.changed).toBe(false)
    expect(late.order).toBe(order)
  })

  it('of the same rank with other content asks for a look', () => {
    const { order } = take(undefined, { telling: snapshot(5, { a: 2 }), message: 'msg_5' })
    expect(take(order, { telling: snapshot(5, { a: 3 }), message: 'msg_6' }).tie).toBe(true)
    expect(take(order, { telling: snapshot(5, { a: 2 }), message: 'msg_6' }).tie).toBe(false)
  })

  it('that no longer names a line leaves it visible, its units cancelled', () => {
    const order = takeAll([
      { telling: snapshot(1, { a: 2, b: 1 }), message: 'msg_1' },
      { telling: snapshot(2, { a: 2 }), message: 'msg_2' },
    ])
    expect(order.lines.find((line) => line.id === 'b')?.counts).toMatchObject({ ordered: 1, cancelled: 1 })
    expect(order.holds).toEqual([])
    expect(order.events.map((event) => event.kind)).toContain('line.cancelled')
  })

  it('mapped again from the same message replaces what it told before', () => {
    const { order } = take(undefined, { telling: snapshot(5, { a: 2 }), message: 'msg_5' })
    const again = take(order, { telling: snapshot(5, { a: 3 }), message: 'msg_5' })
    expect(again.order?.lines[0]?.quantity).toBe(3)
    expect(again.tie).toBe(false)
  })
})

describe('our shipment and its echo', () => {
  const start = { telling: snapshot(1, { a: 3 }), message: 'msg_1' }

  it('are one shipment by the id in the receipt', () => {
    const order = takeAll([
      start,
      { act: shipAct('act_1', { a: 2 }) },
      { act: receiptAct('act_1', ['f1']) },
      { telling: shipmentFact('f1', { a: 2 }, { rank: 2 }), message: 'msg_2' },
    ])
    expect(order.shipments).toHaveLength(1)
    expect(order.shipments[0]).toMatchObject({ key: 'act_1', ours: true, externalIds: ['f1'] })
    expect(order.lines[0]?.counts.shipped).toBe(2)
  })

  it('are one shipment by tracking number, spaces and case aside', () => {
    const order = takeAll([
      start,
      { act: shipAct('act_1', { a: 2 }, '1z 999') },
      { telling: shipmentFact('f1', { a: 2 }, { rank: 2, trackingNumber: '1Z999' }), message: 'msg_2' },
    ])
    expect(order.shipments).toHaveLength(1)
    expect(order.lines[0]?.counts.shipped).toBe(2)
  })

  it('keeps what we entered where the channel shows the parcel and not what is in it', () => {
    const order = takeAll([
      start,
      { act: shipAct('act_1', { a: 2 }, '1Z999') },
      { telling: shipmentFact('f1', {}, { rank: 2, trackingNumber: '1Z999' }), message: 'msg_2' },
    ])
    expect(order.shipments).toMatchObject([{ key: 'act_1', lines: [{ line: 'a', quantity: 2 }] }])
    expect(order.lines[0]?.counts.shipped).toBe(2)
  })

  it('count once where neither matches: the greater of the two', () => {
    const order = takeAll([
      start,
      { act: shipAct('act_1', { a: 2 }) },
      { telling: shipmentFact('f1', { a: 3 }, { rank: 2 }), message: 'msg_2' },
    ])
    expect(order.lines[0]?.counts.shipped).toBe(3)
  })

  it('cancelled by the channel, open the units again', () => {
    const order = takeAll([
      start,
      { act: shipAct('act_1', { a: 2 }) },
      { act: receiptAct('act_1', ['f1']) },
      { telling: shipmentFact('f1', { a: 2 }, { rank: 2, status: 'cancelled' }), message: 'msg_2' },
    ])
    expect(order.lines[0]?.counts.shipped).toBe(0)
    expect(order.events.map((event) => event.kind)).toContain('shipment.cancelled')
  })

  it('undone, leave nothing shipped', () => {
    const order = takeAll([
      start,
      { act: shipAct('act_1', { a: 2 }) },
      { act: { id: 'act_2', kind: 'undo', at: '2026-11-24T12:00:00.000Z', by: 'tester', act: 'act_1' } },
    ])
    expect(order.shipments).toEqual([])
    expect(order.headline.fulfilment).toBe('open')
  })

  it('a delivered shipment is not un-delivered by a late carrier report', () => {
    expect(mayMove('delivered', 'in_transit')).toBe(false)
    expect(mayMove('delivered', 'returned')).toBe(true)
  })
})

describe('quantities', () => {
  it('a refund that restocks as cancelled cancels an unsent unit, one that returns does not', () => {
    const start = { telling: snapshot(1, { a: 3 }), message: 'msg_1' }
    const cancelled = takeAll([
      start,
      { telling: refundFact('r1', 1000, { rank: 2, line: 'a', restock: 'cancel' }), message: 'msg_2' },
    ])
    expect(cancelled.lines[0]?.counts).toMatchObject({ cancelled: 1, shipped: 0, returned: 0 })
    const returned = takeAll([
      start,
      { act: shipAct('act_1', { a: 3 }) },
      { telling: refundFact('r1', 1000, { rank: 2, line: 'a', restock: 'return' }), message: 'msg_2' },
    ])
    expect(returned.lines[0]?.counts).toMatchObject({ cancelled: 0, shipped: 3, returned: 1 })
    expect(returned.headline.fulfilment).toBe('part-returned')
  })

  it('the channel says shipped and shows no shipment: an implied one stands in, and gives way', () => {
    const said = {
      ...snapshot(1, { a: 3 }),
      sections: { ...snapshot(1, { a: 3 }).sections, status: { words: {}, shipped: true } },
    }
    const implied = takeAll([{ telling: said, message: 'msg_1' }])
    expect(implied.shipments).toMatchObject([{ key: 'implied', implied: true, lines: [{ line: 'a', quantity: 3 }] }])
    const real = takeAll([
      { telling: said, message: 'msg_1' },
      { telling: shipmentFact('f1', { a: 3 }, { rank: 2 }), message: 'msg_2' },
    ])
    expect(real.shipments.map((shipment) => shipment.key)).toEqual(['f1'])
  })

  it('all units cancelled: the order is cancelled', () => {
    const told = snapshot(2, { a: 3 })
    const order = takeAll([
      { telling: snapshot(1, { a: 3 }), message: 'msg_1' },
      {
        telling: {
          ...told,
          sections: { ...told.sections, status: { words: { state: 'cancelled' }, cancelled: true } },
        },
        message: 'msg_2',
      },
    ])
    expect(order.headline.state).toBe('cancelled')
    expect(order.events.map((event) => event.kind)).toContain('order.cancelled')
  })
})

describe('the ledger', () => {
  it('is a chain: a changed event breaks it where it was changed', () => {
    const order = takeAll([
      { telling: snapshot(1, { a: 3 }) },
      { act: shipAct('act_1', { a: 1 }) },
      { act: shipAct('act_2', { a: 1 }) },
    ])
    expect(brokenAt(order.events, chainStart)).toBeUndefined()
    const forged = order.events.map((event) => (event.seq === 2 ? { ...event, by: 'somebody else' } : event))
    expect(brokenAt(forged, chainStart)).toBe(2)
  })

  it('numbers events without a gap and counts the revision by one a change', () => {
    const order = takeAll([{ telling: snapshot(1, { a: 3 }) }, { act: shipAct('act_1', { a: 1 }) }])
    expect(order.events.map((event) => event.seq)).toEqual(order.events.map((_, place) => place + 1))
    expect(order.revision).toBe(2)
  })
})

it('a rebuild from all messages under a corrected mapping keeps what we did', () => {
  const order = takeAll([{ telling: snapshot(1, { a: 3 }), message: 'msg_1' }, { act: shipAct('act_1', { a: 1 }) }])
  const rebuilt = fold(identity, order, {
    heard: [{ telling: snapshot(1, { a: 5 }), message: 'msg_1', posted: true }],
    acts: [],
    at,
    by: 'replay',
    rebuilt: true,
    listens: () => false,
  })
  expect(rebuilt.order?.lines[0]?.counts).toMatchObject({ ordered: 5, shipped: 1 })
})

it('the view has the shape of its schema', () => {
  const {
    id: _i,
    connection: _c,
    connector: _n,
    externalId: _x,
    _id,
    told: _t,
    acts: _a,
    words: _w,
    events: _e,
    seq: _s,
    reactedSeq: _q,
    revision: _r,
    v: _v,
    receivedAt: _g,
    ...view
  } = takeAll([
    { telling: snapshot(1, { a: 3 }) },
    { act: shipAct('act_1', { a: 1 }, '1Z1') },
    { telling: refundFact('r1', 500, { rank: 2, line: 'a', restock: 'none' }), message: 'msg_9' },
  ])
  expect(checkerOf(View).faults(view)).toEqual([])
})
