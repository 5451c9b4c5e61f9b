import { describe, expect, it } from 'vitest'
import { shopify } from '../../connectors/shopify/index.ts'
import { lookAtFulfilments, markShipped } from '../../connectors/shopify/queries.ts'
import { openDice } from '../../src/cli/dice.ts'
import { type Json, readJson } from '../../src/kernel/json.ts'

const { sandbox } = shopify
const { settings, secrets } = sandbox.example
const now = new Date('2026-11-24T10:00:00Z')

const played = (steps: number) => {
  const dice = openDice(3)
  let state = sandbox.start({ seed: 3, settings, secrets, hookUrl: 'https://hub.example/webhooks/corner' })
  const posts = Array.from({ length: steps }, (_, step) => {
    const next = sandbox.play(state, dice, new Date(now.getTime() + step * 60_000))
    state = next.state
    return next.posts
  }).flat()
  return { state, posts }
}
const calling = (state: unknown, query: string, variables: object, token = 'sandbox-access-token') => {
  const body = new TextEncoder().encode(JSON.stringify({ query, variables }))
  const call = {
    method: 'POST',
    path: '/admin/api/2026-07/graphql.json',
    query: {},
    headers: { 'x-shopify-access-token': token },
    body,
  }
  const { state: after, reply, posts } = sandbox.answer(state, call, now)
  return { after, posts, status: reply.status, body: readJson(new TextEncoder().encode(reply.body)) }
}
const at = (value: Json | undefined, ...steps: readonly (string | number)[]): Json | undefined =>
  steps.reduce<Json | undefined>(
    (held, step) =>
      typeof held === 'object' && held !== null ? new Map(Object.entries(held)).get(String(step)) : undefined,
    value,
  )
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [])

/** The fulfilment orders of the first order that has goods at two locations. */
const twoPlaces = (state: unknown): readonly Json[] => {
  for (const { externalId, cancelled } of sandbox.books(state).orders) {
    const looked = calling(state, lookAtFulfilments, { id: `gid://shopify/Order/${externalId}` }).body
    const orders = listOf(at(looked, 'data', 'order', 'fulfillmentOrders', 'nodes'))
    if (!cancelled && orders.length === 2) return orders
  }
  return []
}
const fulfilling = (orders: readonly Json[]) => ({
  fulfillment: {
    lineItemsByFulfillmentOrder: orders.map((order) => ({ fulfillmentOrderId: at(order, 'id') })),
    trackingInfo: { number: 'T1' },
  },
})

describe('the Shopify shop in small', () => {
  it('a second subscription hears of an event under another webhook id; a second try comes under the same', () => {
    const { posts } = played(200)
    const second = posts.find((post) => post.note.endsWith('to a second subscription'))
    const first = posts.find((post) => post.headers['x-shopify-event-id'] === second?.headers['x-shopify-event-id'])
    expect(first?.body).toBe(second?.body)
    expect(first?.headers['x-shopify-webhook-id']).not.toBe(second?.headers['x-shopify-webhook-id'])
    const again = posts.find((post) => post.note.endsWith('again'))
    expect(
      posts.filter((post) => post.headers['x-shopify-webhook-id'] === again?.headers['x-shopify-webhook-id']).length,
    ).toBeGreaterThan(1)
  })

  it('plays everything a shop lives through', () => {
    const notes = new Set(played(400).posts.map((post) => post.note))
    expect([...notes]).toEqual(
      expect.arrayContaining([
        'orders/create',
        'orders/updated',
        'orders/paid',
        'orders/edited',
        'orders/cancelled',
        'refunds/create',
        'forged orders/create',
      ]),
    )
  })

  it('refuses a wrong token, and a field that is not there', () => {
    const { state } = played(1)
    expect(calling(state, lookAtFulfilments, { id: 'x' }, 'wrong').status).toBe(401)
    const [order] = sandbox.books(state).orders
    const answer = calling(state, '{ order(id: $id) { id wishes } }', {
      id: `gid://shopify/Order/${order?.externalId}`,
    })
    expect(answer.body).toEqual({
      errors: [{ message: "Field 'wishes' doesn't exist", extensions: { code: 'undefinedField' } }],
    })
  })

  it('answers what was asked for and nothing else', () => {
    const { state } = played(1)
    const [order] = sandbox.books(state).orders
    const { body } = calling(state, '{ order(id: $id) { name } }', { id: `gid://shopify/Order/${order?.externalId}` })
    expect(at(body, 'data')).toEqual({ order: { name: order?.number } })
  })

  it('takes one location at a time, and says so as Shopify does', () => {
    const { state } = played(60)
    const { body, after } = calling(state, markShipped, fulfilling(twoPlaces(state)))
    expect(at(body, 'data', 'fulfillmentCreate', 'userErrors')).toEqual([
      { field: ['fulfillment'], message: 'All fulfillment orders must be assigned to a single location.' },
    ])
    expect(sandbox.books(after).told).toEqual([])
  })

  it('keeps what it was told, posts the echo, and has nothing left of it', () => {
    const { state } = played(60)
    const [first] = twoPlaces(state)
    const variables = fulfilling(first === undefined ? [] : [first])
    const told = calling(state, markShipped, variables)
    expect(sandbox.books(told.after).told).toMatchObject([{ kind: 'shipped', trackingNumber: 'T1' }])
    expect(told.posts.map((post) => post.note)).toEqual([
      'fulfillments/create',
      'orders/partially_fulfilled',
      'orders/updated',
    ])
    const again = calling(told.after, markShipped, {
      fulfillment: {
        lineItemsByFulfillmentOrder: [
          {
            fulfillmentOrderId: at(first, 'id'),
            fulfillmentOrderLineItems: [{ id: at(first, 'lineItems', 'nodes', 0, 'id'), quantity: 1 }],
          },
        ],
      },
    })
    expect(at(again.body, 'data', 'fulfillmentCreate', 'userErrors', 0, 'message')).toBe(
      'Invalid fulfillment order line item quantity requested.',
    )
  })
})
