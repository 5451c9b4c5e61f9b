import { describe, expect, it } from 'vitest'
import { amazonSp } from '../../connectors/amazon-sp/index.ts'
import { sandbox } from '../../connectors/amazon-sp/sandbox.ts'
import type { State } from '../../connectors/amazon-sp/sandbox-posts.ts'
import { openDice } from '../../src/cli/dice.ts'

const { settings, secrets } = sandbox.example
const first = new Date('2026-11-24T10:00:00Z').getTime()
const minute = 60_000
const at = first + 60 * minute

interface Sent {
  readonly method?: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: string
  readonly token?: string
}
const call = (state: State, path: string, { method = 'GET', query = {}, body = '', token = '' }: Sent, when = at) => {
  const request = { method, path, query, headers: { 'x-amz-access-token': token }, body: Buffer.from(body) }
  const { reply, state: after } = sandbox.answer(state, request, new Date(when))
  return { status: reply.status, said: JSON.parse(reply.body), state: after }
}
const form = {
  grant_type: 'refresh_token',
  refresh_token: 'Atzr|sandbox-refresh-token',
  client_id: 'amzn1.application-oa2-client.sandbox',
  client_secret: 'sandbox-client-secret',
}
/** A sandbox that was played, and a token for it. */
const open = () => {
  const dice = openDice(1)
  let state = sandbox.start({ seed: 1, settings, secrets, hookUrl: 'https://hub.example.com/webhooks/shop' })
  for (let step = 0; step < 60; step += 1) state = sandbox.play(state, dice, new Date(first + step * minute)).state
  const granted = call(state, '/auth/o2/token', { method: 'POST', body: new URLSearchParams(form).toString() })
  return { state: granted.state, token: String(granted.said.access_token) }
}
const { state: opened, token } = open()
const tokens = '/tokens/2021-03-01/restrictedDataToken'
const restrict = (body: unknown, from = opened) =>
  call(from, tokens, { method: 'POST', body: JSON.stringify(body), token })
const asked = restrict(amazonSp.grants?.['restricted']?.ask({ settings, secrets, now: new Date(at) }).body)
const { state } = asked
const rdt = String(asked.said.restrictedDataToken)
const sale = Object.values(state.sales).find(
  ({ released, byAmazon, status, items }) => released && !byAmazon && status !== 'CANCELLED' && items.length > 2,
)
if (sale === undefined) throw new Error('the seller has no order of three items')
const path = `/orders/v0/orders/${sale.id}`

describe('restricted tokens, in small', () => {
  it('show buyer and street, which the plain token does not', () => {
    const { said: shown } = call(state, path, { token: rdt })
    expect(shown.payload).toMatchObject({
      BuyerInfo: { BuyerName: sale.person.name },
      ShippingAddress: { AddressLine1: sale.person.lines[0] },
    })
    const { said: bare } = call(state, path, { token })
    expect(bare.payload).not.toHaveProperty('BuyerInfo')
    expect(bare.payload.ShippingAddress).not.toHaveProperty('AddressLine1')
    expect(bare.payload.ShippingAddress).toMatchObject({ City: sale.person.city })
  })

  it.each(['/orders/v0/orders', `/orders/2026-01-01/orders/${sale.id}`, `${path}/address`])(
    'are refused at %s, for which they were not issued',
    (elsewhere) => {
      const { status, said } = call(state, elsewhere, { token: rdt })
      expect([status, said.errors[0].code]).toEqual([403, 'Unauthorized'])
    },
  )

  it('beget no other, and live an hour', () => {
    expect(call(state, tokens, { method: 'POST', token: rdt }).status).toBe(403)
    const { status, said } = call(state, path, { token: rdt }, at + 60 * minute)
    expect([status, said.errors[0].details]).toEqual([403, 'The access token you provided has expired.'])
  })

  it('of one order open that one alone', () => {
    const one = restrict({ restrictedResources: [{ method: 'GET', path, dataElements: ['buyerInfo'] }] })
    const token = String(one.said.restrictedDataToken)
    const { status, said } = call(one.state, path, { token })
    expect([status, 'BuyerInfo' in said.payload, 'AddressLine1' in said.payload.ShippingAddress]).toEqual([
      200,
      true,
      false,
    ])
    expect(call(one.state, '/orders/v0/orders/402-0000000-0000000', { token }).status).toBe(403)
    expect(call(one.state, `${path}/orderItems`, { token }).status).toBe(403)
  })

  it.each([
    [{ restrictedResources: [] }],
    [{ restrictedResources: { method: 'GET', path: '/orders/v0/orders' } }],
    [{ restrictedResources: [{ method: 'GET', path }] }],
    [{ restrictedResources: [{ method: 'GET', path: '/catalog/v0/items', dataElements: ['buyerInfo'] }] }],
    [{ restrictedResources: [{ method: 'GET', path: `${path}/orderItems`, dataElements: ['shippingAddress'] }] }],
  ])('are refused for %j', (body) => {
    const { status, said } = restrict(body)
    expect([status, said.errors[0].code]).toEqual([400, 'InvalidInput'])
  })
})

describe('getOrders and getOrderItems of v0, in small', () => {
  const list = (query: Readonly<Record<string, string>>) => call(state, '/orders/v0/orders', { query, token })
  const MarketplaceIds = 'A21TJRUUN4KGV'
  const CreatedAfter = new Date(first).toISOString()

  it('items come two a page, all of them once', () => {
    const one = call(state, `${path}/orderItems`, { token: rdt })
    const { NextToken } = one.said.payload
    const two = call(state, `${path}/orderItems`, { token: rdt, query: { NextToken } })
    const all = [...one.said.payload.OrderItems, ...two.said.payload.OrderItems]
    expect(all.map(({ OrderItemId }) => OrderItemId)).toEqual(sale.items.map(({ id }) => id))
    expect(two.said.payload).not.toHaveProperty('NextToken')
    expect(call(state, `${path}/orderItems`, { token: rdt, query: { NextToken: 'guess' } }).status).toBe(400)
  })

  it('orders are listed page by page without anybody in them, their times in whole seconds', () => {
    const query = { MarketplaceIds, CreatedAfter, MaxResultsPerPage: '5' }
    const page = list(query)
    expect(page.said.payload.Orders).toHaveLength(5)
    for (const order of page.said.payload.Orders) {
      expect(order).not.toHaveProperty('BuyerInfo')
      expect(order.LastUpdateDate).toMatch(/:\d\dZ$/)
    }
    const { NextToken } = page.said.payload
    expect(list({ ...query, NextToken }).said.payload.Orders[0]).toEqual(page.said.payload.Orders[4])
    expect(list({ ...query, NextToken, MarketplaceIds: 'A1PA6795UKMFR9' }).status).toBe(400)
  })

  it.each([
    [{ CreatedAfter }],
    [{ MarketplaceIds }],
    [{ MarketplaceIds, CreatedAfter, LastUpdatedAfter: CreatedAfter }],
    [{ MarketplaceIds, CreatedAfter, CreatedBefore: new Date(at - 2 * minute + 1).toISOString() }],
    [{ MarketplaceIds, CreatedAfter, MaxResultsPerPage: '101' }],
  ])('refuses %j', (query) => {
    expect(list(query).status).toBe(400)
  })

  it('twenty lists, then one a minute', () => {
    let so = state
    const statuses = Array.from({ length: 21 }, () => {
      const { status, state: after } = call(so, '/orders/v0/orders', { query: { MarketplaceIds, CreatedAfter }, token })
      so = after
      return status
    })
    expect([statuses.indexOf(429), statuses.length]).toEqual([20, 21])
    const again = (when: number) =>
      call(so, '/orders/v0/orders', { query: { MarketplaceIds, CreatedAfter }, token }, when).status
    expect(again(at + 59_000)).toBe(429)
    expect(again(at + 60_000)).toBe(200)
  })
})
