import { describe, expect, it } from 'vitest'
import { flipkartSeller } from '../../connectors/flipkart-seller/index.ts'
import type { Answer } from '../../src/connector/contract.ts'
import type { Json } from '../../src/kernel/json.ts'

const now = new Date('2026-11-24T10:00:00Z')
const settings = { appId: 'app-1', environment: 'production' }
const answer = (status: number, body: Json | undefined, more: Partial<Answer> = {}): Answer => ({
  status,
  headers: {},
  bytes: new Uint8Array(),
  body,
  ...more,
})
const meaning = (one: Answer) => flipkartSeller.classify?.(one, now)
const result = (fields: { readonly [key: string]: Json }): Json => ({ shipments: [{ shipmentId: 's-1', ...fields }] })

describe('what Flipkart answers', () => {
  it.each([
    [401, 'CHANNEL_DENIED'],
    [403, 'CHANNEL_DENIED'],
    [429, 'CHANNEL_SLOW_DOWN'],
    [499, 'CHANNEL_AWAY'],
    [500, 'CHANNEL_AWAY'],
    [503, 'CHANNEL_AWAY'],
    [404, 'CHANNEL_REFUSED'],
    [422, 'CHANNEL_REFUSED'],
  ])('%i is %s', (status, code) => {
    expect(meaning(answer(status, { errors: [{ code: 'X', message: 'In words.' }] }))?.code).toBe(code)
  })

  it.each([
    ['status', 'UNPROCESSABLE_ENTITY', 'no', 'CHANNEL_REFUSED'],
    ['processingStatus', 'UNPROCESSABLE_ENTITY', 'Invoice items do not match', 'CHANNEL_REFUSED'],
    ['processingStatus', 'UNPROCESSABLE_ENTITY', 'The shipment has already been dispatched', 'CHANNEL_CONFLICT'],
    ['status', 'ORDER_ITEM_ALREADY_DISPATCHED', '', 'CHANNEL_CONFLICT'],
    ['status', 'DEPENDENT_SYSTEM_CALL_FAILED', 'Error in marking the shipment', 'CHANNEL_AWAY'],
    ['status', 'A_CODE_OF_TOMORROW', '', 'CHANNEL_REFUSED'],
  ])('a 200 whose %s is FAILURE with %s, "%s", is %s', (key, errorCode, errorMessage, code) => {
    const trouble = meaning(answer(200, result({ [key]: 'FAILURE', errorCode, errorMessage })))
    expect(trouble?.code).toBe(code)
    expect(trouble?.sentence).toContain(`Flipkart says ${errorCode} of s-1`)
  })

  it('of several failures the one that passes by itself counts: what was done meanwhile is seen first', () => {
    const shipments = [
      { shipmentId: 's-1', status: 'SUCCESS' },
      { shipmentId: 's-2', status: 'FAILURE', errorCode: 'UNPROCESSABLE_ENTITY' },
      { shipmentId: 's-3', status: 'FAILURE', errorCode: 'DEPENDENT_SYSTEM_CALL_FAILED' },
    ]
    expect(meaning(answer(200, { shipments }))).toEqual({
      code: 'CHANNEL_AWAY',
      sentence: 'Flipkart says UNPROCESSABLE_ENTITY of s-2; Flipkart says DEPENDENT_SYSTEM_CALL_FAILED of s-3',
    })
  })

  it('is a server that is down where its page comes as a 200, and good otherwise', () => {
    const page = (text: string): Answer => answer(200, undefined, { bytes: Buffer.from(text) })
    expect(meaning(page('<html><title>503 Service Temporarily Unavailable</title></html>'))).toEqual({
      code: 'CHANNEL_AWAY',
      sentence: 'Flipkart answered 200 with "503"',
    })
    expect(meaning(page('Internal Server Error'))?.code).toBe('CHANNEL_AWAY')
    expect(meaning(page('hello'))).toBeUndefined()
    expect(meaning(answer(200, result({ status: 'SUCCESS' })))).toBeUndefined()
    expect(meaning(answer(200, { shipments: [] }))).toBeUndefined()
    expect(
      meaning(answer(200, { shipments: [{ shipmentId: 's-1', orderItems: [{ status: 'FAILURE' }] }] })),
    ).toBeUndefined()
  })
})

describe('the token', () => {
  const grant = flipkartSeller.grants?.['access']
  const secrets = { appSecret: ['s3cret', 'older'] }
  const authorization = `Basic ${Buffer.from('app-1:s3cret').toString('base64')}`

  it("of the seller's own application is asked for by its credentials", () => {
    expect(grant?.ask({ settings, secrets, now })).toEqual({
      base: 'https://api.flipkart.net',
      method: 'GET',
      path: '/oauth-service/oauth/token',
      query: { grant_type: 'client_credentials', scope: 'Seller_Api' },
      headers: { authorization },
    })
  })

  it("of a partner's by the consent that the seller gave, at the sandbox's own host there", () => {
    const asked = grant?.ask({
      settings: { ...settings, environment: 'sandbox' },
      secrets: { ...secrets, refreshToken: ['r-1'] },
      now,
    })
    expect(asked).toMatchObject({
      base: 'https://sandbox-api.flipkart.net',
      query: { grant_type: 'refresh_token', refresh_token: 'r-1' },
    })
  })

  it('lasts as long as it says; an answer without one is none', () => {
    const token = { access_token: 't-1', token_type: 'bearer', expires_in: 3330779, scope: 'Seller_Api' }
    expect(grant?.read(answer(200, token))).toEqual({ token: 't-1', lastsSeconds: 3330779 })
    expect(() => grant?.read(answer(200, { access_token: '' }))).toThrow('expected a token of Flipkart')
  })

  it('is denied where credentials or consent are taken no more, also by a 400', () => {
    expect(grant?.classify?.(answer(400, { error: 'invalid_grant' }), now)?.code).toBe('CHANNEL_DENIED')
    expect(grant?.classify?.(answer(401, undefined), now)?.code).toBe('CHANNEL_DENIED')
    expect(grant?.classify?.(answer(503, undefined), now)?.code).toBe('CHANNEL_AWAY')
    expect(grant?.classify?.(answer(200, {}), now)).toBeUndefined()
  })

  it('goes with every call', () => {
    const ask = { method: 'GET', path: '/sellers/v3/shipments' } as const
    expect(flipkartSeller.authorise?.(ask, { secrets, settings, now, token: 't-1' })).toEqual({
      authorization: 'Bearer t-1',
    })
  })
})

const shipment = (
  shipmentId: string,
  more: { readonly [key: string]: Json } = {},
): { readonly [key: string]: Json } => ({
  shipmentId,
  updatedAt: '2026-11-24T15:00:00.000+05:30',
  shipmentType: 'NORMAL',
  orderItems: [
    { orderItemId: 'i-1', orderId: 'OD1', orderDate: '2026-11-24T14:00:00.000+05:30', status: 'PACKED', quantity: 1 },
  ],
  ...more,
})
const updated = Date.parse('2026-11-24T09:30:00Z')

describe('reading an order', () => {
  const { order } = flipkartSeller.queries

  it.each([
    ['OD1', { orderIds: 'OD1' }],
    ['shipment:s-1', { shipmentIds: 's-1' }],
    ['return:123:i-1', { orderItemIds: 'i-1' }],
  ])('%s is asked for by what it names', (subject, query) => {
    expect(order?.ask(subject, settings)).toEqual({ method: 'GET', path: '/sellers/v3/shipments', query })
  })

  it('tells each shipment as a part, whose order it says itself', () => {
    const [first, second] = [shipment('s-1'), shipment('s-2', { updatedAt: '2026-11-24T15:00:00.250+05:30' })]
    expect(order?.read(answer(200, { shipments: [first, second] }, { at: 5 }))).toEqual({
      parts: [
        { order: 'OD1', part: 's-1', rank: updated + 4, observed: 5, payload: { rank: updated + 4, shipment: first } },
        {
          order: 'OD1',
          part: 's-2',
          rank: updated + 250,
          observed: 5,
          payload: { rank: updated + 250, shipment: second },
        },
      ],
    })
  })

  it('puts two changes of one second in order by how far the items are', () => {
    const ranks = ['APPROVED', 'PACKED', 'SHIPPED', 'DELIVERED', 'RETURNED', 'CANCELLED'].map((status) => {
      const items = [{ orderItemId: 'i-1', orderId: 'OD1', orderDate: '2026-11-24T14:00:00Z', status, quantity: 1 }]
      const read = order?.read(answer(200, { shipments: [shipment('s-1', { orderItems: items })] }))
      return read !== undefined && read !== 'gone' && 'parts' in read ? (read.parts[0]?.rank ?? 0) : 0
    })
    expect(ranks.toSorted((a, b) => a - b)).toEqual(ranks)
    expect(new Set(ranks.map((rank) => Math.floor(rank / 1000)))).toEqual(new Set([updated / 1000]))
  })

  it('asks where the parcel goes only where the seller sends it', () => {
    const self = shipment('s 2', { shipmentType: 'SELF' })
    expect(order?.more?.(answer(200, { shipments: [shipment('s-1')] }), 'OD1', settings)).toEqual([])
    const asked = order?.more?.(answer(200, { shipments: [shipment('s-1'), self] }), 'OD1', settings)
    expect(asked).toEqual([{ method: 'GET', path: '/sellers/v3/shipments/s%202' }])
    const details = { shipmentId: 's 2', deliveryAddress: { pinCode: '411001' } }
    const read = order?.read(answer(200, { shipments: [self] }), [answer(200, { shipments: [details] })])
    expect(read).toMatchObject({ parts: [{ part: 's 2', payload: { shipment: self, details } }] })
  })

  it('of a return reads the shipment that it came with, and the return from whichever source has it', () => {
    const found = answer(200, { shipments: [shipment('s-1')] })
    expect(order?.more?.(found, 'return:123:i-1', settings)).toEqual(
      ['customer_return', 'courier_return'].map((source) => ({
        method: 'GET',
        path: '/sellers/v2/returns',
        query: { source, returnIds: '123' },
      })),
    )
    const back = { returnId: '123', orderId: 'OD1', createdDate: '2026-11-24T15:00:00.000+05:30', status: 'CREATED' }
    const none = answer(200, { hasMore: false, returnItems: [] })
    const read = order?.read(found, [none, answer(200, { hasMore: false, returnItems: [back] })])
    expect(read).toMatchObject({
      parts: [{ part: 's-1' }, { order: 'OD1', part: 'return-123', rank: updated + 2, payload: { returned: back } }],
    })
  })

  it('is gone where Flipkart shows nothing of it, and unreadable where it shows something else', () => {
    expect(order?.read(answer(200, { shipments: [] }))).toBe('gone')
    expect(order?.read(answer(404, undefined))).toBe('gone')
    expect(() => order?.read(answer(200, { shipments: [{ shipmentId: 's-1' }] }))).toThrow(
      'expected shipments of Flipkart',
    )
  })
})
