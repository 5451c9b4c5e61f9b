import { describe, expect, it } from 'vitest'
import { flipkartSeller } from '../../connectors/flipkart-seller/index.ts'
import { callsAMinute } from '../../connectors/flipkart-seller/sandbox-api.ts'
import { wordOf } from '../../connectors/flipkart-seller/sandbox-shop.ts'
import type { Answer } from '../../src/connector/contract.ts'
import type { Json } from '../../src/kernel/json.ts'
import { open, openSide, played, start, textOf } from './flipkart-seller-side.ts'

describe('whom the Flipkart sandbox answers', () => {
  const ask = { method: 'GET', path: '/sellers/v3/shipments', query: { orderIds: 'OD1' } } as const

  it('is who bears a token that has not run out; a fresh one works again', () => {
    const side = openSide(played(3))
    expect(side.call(ask).answer.status).toBe(401)
    expect(side.grant().body).toMatchObject({ expires_in: 5_183_999, scope: 'Seller_Api' })
    expect(side.call(ask).answer.status).toBe(200)
    side.pass(5_184_000_000)
    expect(side.call(ask).answer.status).toBe(401)
    side.grant()
    expect(side.call(ask).answer.status).toBe(200)
  })

  it('are no other credentials, and a partner only by its consent', () => {
    const at = played(1)
    const side = openSide(at)
    const wrong = {
      method: 'GET',
      path: '/oauth-service/oauth/token',
      query: { grant_type: 'client_credentials' },
    } as const
    expect(side.call(wrong).answer.status).toBe(401)
    const partner = openSide({ ...at, state: { ...at.state, refreshToken: 'r-1' } })
    expect(() => partner.grant()).toThrow('expected a token of Flipkart')
  })

  it('is nobody above its limit of a minute, and everybody again in the next; it counts them by its own clock', () => {
    const side = open(played(1))
    for (let call = 1; call < callsAMinute; call += 1) side.call(ask)
    expect([side.call(ask).answer.status, side.books().aboveLimits]).toEqual([429, 1])
    side.pass(61_000)
    expect([side.call(ask).answer.status, side.books().aboveLimits]).toEqual([200, 1])
  })

  it('is told what it cannot be asked', () => {
    const side = open(played(1))
    const both = { ...ask, query: { orderIds: 'OD1', shipmentIds: 's-1' } }
    expect(side.call(both).answer.status).toBe(400)
    expect(side.call({ method: 'GET', path: '/sellers/v3/nothing' }).answer.status).toBe(404)
  })
})

describe('dispatching in the Flipkart sandbox', () => {
  const packed = () => {
    const from = played(120, 2)
    const parcel = Object.values(from.state.parcels).find(
      (one) => wordOf(one) === 'PACKED' && !one.hold && one.type !== 'SELF' && one.profile === 'NON_FBF',
    )
    if (parcel === undefined) throw new Error('nothing was packed')
    const ask = {
      method: 'POST',
      path: '/sellers/v3/shipments/dispatch',
      body: { shipmentIds: [parcel.id], locationId: parcel.location },
    } as const
    return { side: open(from), parcel, ask }
  }

  it('makes a packed shipment ready once, tells it in its books, and says so in a notification', () => {
    const { side, parcel, ask } = packed()
    const { answer, posts } = side.call(ask)
    expect(answer.body).toEqual({
      shipments: [{ shipmentId: parcel.id, status: 'SUCCESS', errorCode: '', errorMessage: '' }],
    })
    expect(posts.map(({ note }) => note)).toEqual(['shipment_ready_to_dispatch'])
    expect(side.books().told).toMatchObject([{ order: parcel.order, kind: 'shipped', trackingNumber: '' }])
    const again = side.call(ask)
    expect(flipkartSeller.classify?.(again.answer, start)).toMatchObject({ code: 'CHANNEL_REFUSED' })
    expect([again.posts.length, side.books().told.length]).toEqual([0, 1])
  })

  it.each([
    ['of another place', { locationId: 'LOC-elsewhere' }, 'Invalid location'],
    ['that is none', { shipmentIds: ['nobody'] }, 'Invalid shipment id'],
  ])('fails for a shipment %s, inside a 200', (_, more, sentence) => {
    const { side, ask } = packed()
    const { answer } = side.call({ ...ask, body: { ...ask.body, ...more } })
    expect(answer.status).toBe(200)
    expect(flipkartSeller.classify?.(answer, start)?.sentence).toContain(sentence)
    expect(side.books().told).toEqual([])
  })

  it('refuses a body that is none', () => {
    const { side, ask } = packed()
    expect(side.call({ ...ask, body: { shipmentIds: [] } }).answer.status).toBe(422)
    const selfShip = { method: 'POST', path: '/sellers/v3/shipments/selfShip/dispatch', body: {} } as const
    expect(side.call(selfShip).answer.status).toBe(422)
  })

  it("takes a parcel of the seller's own with its number, not for an unknown vendor, and not twice", () => {
    const from = played(120, 2)
    const parcel = Object.values(from.state.parcels).find((one) => wordOf(one) === 'APPROVED' && one.type === 'SELF')
    const side = open(from)
    const dispatched = (more: { readonly [key: string]: Json }) =>
      side.call({
        method: 'POST',
        path: '/sellers/v3/shipments/selfShip/dispatch',
        body: {
          shipments: [
            {
              shipmentId: textOf(parcel?.id),
              dispatchDate: '2026-11-24T15:30:00+05:30',
              tentativeDeliveryDate: '2026-11-29T15:30:00+05:30',
              deliveryPartner: 'Delhivery',
              deliveryPartnerCode: 'DLVRY',
              trackingId: 'DL1',
              invoice: {
                invoiceDate: '2026-11-24',
                items: (parcel?.items ?? [])
                  .filter(({ word }) => word !== 'CANCELLED')
                  .map(({ id, quantity }) => ({ orderItemId: id, quantity })),
              },
              ...more,
            },
          ],
        },
      }).answer
    const sentence = (answer: Answer) => flipkartSeller.classify?.(answer, start)?.sentence
    expect(sentence(dispatched({ deliveryPartnerCode: 'NOBODY' }))).toContain('Invalid deliveryPartnerCode')
    expect(sentence(dispatched({ invoice: { invoiceDate: '2026-11-24', items: [] } }))).toContain('Invoice items')
    expect(sentence(dispatched({}))).toBeUndefined()
    expect(side.books().told).toMatchObject([{ order: parcel?.order, trackingNumber: 'DL1' }])
    expect(flipkartSeller.classify?.(dispatched({}), start)).toMatchObject({ code: 'CHANNEL_CONFLICT' })
    expect(side.books().told).toHaveLength(1)
  })
})
