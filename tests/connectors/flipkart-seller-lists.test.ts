import { describe, expect, it } from 'vitest'
import { flipkartSeller } from '../../connectors/flipkart-seller/index.ts'
import type { Answer, ListWindow } from '../../src/connector/contract.ts'
import type { Json } from '../../src/kernel/json.ts'

const now = new Date('2026-11-24T11:00:00Z')
const window: ListWindow = {
  from: new Date('2026-11-24T09:00:00Z'),
  to: new Date('2026-11-24T10:00:00Z'),
  by: 'changed',
}
const settings = { appId: 'app-1', environment: 'production' }
const at = { window, settings, now }
const answer = (body: Json): Answer => ({ status: 200, headers: {}, bytes: new Uint8Array(), body, at: 7 })
const listOf = (name: string) => {
  const list = flipkartSeller.lists?.[name]
  if (list === undefined) throw new Error(`there is no list ${name}`)
  return list
}
const shipment = (
  shipmentId: string,
  more: { readonly [key: string]: Json } = {},
): { readonly [key: string]: Json } => ({
  shipmentId,
  updatedAt: '2026-11-24T15:00:00.000+05:30',
  shipmentType: 'NORMAL',
  orderItems: [
    { orderItemId: 'i-1', orderId: 'OD1', orderDate: '2026-11-24T14:00:00.000+05:30', status: 'APPROVED', quantity: 1 },
  ],
  ...more,
})
const page = (shipments: readonly Json[], next = ''): Answer =>
  answer({ hasMore: next !== '', nextPageUrl: next, shipments })
const changed = Date.parse('2026-11-24T09:30:00Z')

describe('the lists of shipments', () => {
  it('ask by change, oldest first, and for what is held by itself', () => {
    expect(listOf('held').ask(at, undefined)).toEqual({
      method: 'POST',
      path: '/sellers/v3/shipments/filter',
      body: {
        filter: {
          type: 'preDispatch',
          states: ['APPROVED', 'PACKING_IN_PROGRESS', 'PACKED', 'FORM_FAILED', 'READY_TO_DISPATCH'],
          modifiedDate: { from: '2026-11-24T09:00:00.000Z', to: '2026-11-24T10:00:00.000Z' },
          serviceProfiles: ['NON_FBF'],
          hold: true,
        },
        pagination: { pageSize: 20 },
        sort: { field: 'modifiedDate', order: 'asc' },
      },
    })
  })

  it('ask by when the order was placed, for the profiles of the settings, and say who cancelled', () => {
    const placed = {
      ...at,
      window: { ...window, by: 'placed' as const },
      settings: { ...settings, serviceProfiles: ['FBF'] },
    }
    expect(listOf('cancelled-by-buyer').ask(placed, undefined)).toMatchObject({
      body: {
        filter: { type: 'cancelled', serviceProfiles: ['FBF'], cancellationType: 'buyerCancellation', orderDate: {} },
        sort: { field: 'orderDate', order: 'asc' },
      },
    })
  })

  it('give each shipment as a part of its order, with what is kept of it', () => {
    const one = shipment('s-1')
    expect(listOf('pre-dispatch').read(page([one]), at, undefined)).toEqual({
      items: [
        {
          order: 'OD1',
          part: 's-1',
          rank: changed + 1,
          placed: Date.parse('2026-11-24T08:30:00Z'),
          changed,
          observed: 7,
          payload: { rank: changed + 1, shipment: one },
        },
      ],
    })
  })

  it('only name what the seller is to send: it is read with its address', () => {
    const [item] = listOf('pre-dispatch').read(page([shipment('s-1', { shipmentType: 'SELF' })]), at, undefined).items
    expect(item).toMatchObject({ order: 'OD1', part: 's-1' })
    expect(item).not.toHaveProperty('payload')
  })

  it('leave to the next window what changed meanwhile', () => {
    const late = shipment('s-2', { updatedAt: '2026-11-24T15:30:00.000+05:30' })
    expect(listOf('post-dispatch').read(page([shipment('s-1'), late]), at, undefined).items).toHaveLength(1)
  })

  it('go on at the address that Flipkart names, whose plus is a plus', () => {
    const next = '/v3/shipments/filter?next_token=ab+c/d==&x=%2B'
    expect(listOf('pre-dispatch').read(page([], next), at, undefined)).toEqual({ items: [], next })
    expect(listOf('pre-dispatch').ask(at, next)).toEqual({
      method: 'GET',
      path: '/sellers/v3/shipments/filter',
      query: { next_token: 'ab+c/d==', x: '+' },
    })
  })

  it.each([
    'https://evil.example/v3/shipments/filter?next_token=a',
    '//evil.example/?next_token=a',
    '/v3/shipments/cancel?next_token=a',
    '/v3/shipments/filter',
    '/v3/shipments/filter?next_token=%zz',
    '__proto__?x',
  ])('do not go on at %s', (next) => {
    expect(() => listOf('pre-dispatch').ask(at, next)).toThrow('expected')
  })

  it('are unreadable where there is more and no address of it', () => {
    const broken = answer({ hasMore: true, nextPageUrl: null, shipments: [] })
    expect(() => listOf('pre-dispatch').read(broken, at, undefined)).toThrow('expected the address of the next page')
  })
})

describe('the lists of returns', () => {
  it('ask each source by change', () => {
    expect(listOf('courier-returns').ask(at, undefined)).toEqual({
      method: 'GET',
      path: '/sellers/v2/returns',
      query: {
        source: 'courier_return',
        modifiedAfter: '2026-11-24T09:00:00.000Z',
        modifiedBefore: '2026-11-24T10:00:00.000Z',
      },
    })
    expect(listOf('customer-returns').by).toEqual(['changed'])
  })

  it.each(['/v2/returns?next_token=a', '/returns?next_token=a'])('go on at %s, both of which are seen', (next) => {
    expect(listOf('customer-returns').ask(at, next)).toEqual({
      method: 'GET',
      path: '/sellers/v2/returns',
      query: { next_token: 'a' },
    })
  })

  it('give each return as facts of its order', () => {
    const back = {
      returnId: '123',
      orderId: 'OD1',
      orderDate: '2026-11-20T14:00:00.000+05:30',
      createdDate: '2026-11-24T14:45:00.000+05:30',
      updatedDate: '2026-11-24T15:00:00.000+05:30',
      status: 'COMPLETED',
    }
    const read = listOf('customer-returns').read(
      answer({ hasMore: false, nextUrl: '', returnItems: [back] }),
      at,
      undefined,
    )
    expect(read).toEqual({
      items: [
        {
          order: 'OD1',
          part: 'return-123',
          rank: changed + 5,
          placed: Date.parse('2026-11-20T08:30:00Z'),
          changed,
          observed: 7,
          payload: { rank: changed + 5, returned: back },
        },
      ],
    })
  })
})
