import { describe, expect, it } from 'vitest'
import { shopify } from '../../connectors/shopify/index.ts'
import type { Answer, Incoming } from '../../src/connector/contract.ts'
import { hmacSha256Base64 } from '../../src/connector/signature.ts'
import { readJson } from '../../src/kernel/json.ts'

const now = new Date('2026-11-24T10:00:00Z')
const settings = { shop: 'corner', apiVersion: '2026-07' }

const troubleOf = (body: unknown, status = 200) => {
  const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
  const answer: Answer = { status, headers: {}, bytes, body: readJson(bytes) }
  return shopify.classify?.(answer, now)
}
const failing = (code: string) => ({ errors: [{ message: 'No.', extensions: { code } }] })
const throttled = (asked: number, left: string, most = '2000.0') =>
  `{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{"requestedQueryCost":${asked},"actualQueryCost":null,"throttleStatus":{"maximumAvailable":${most},"currentlyAvailable":${left},"restoreRate":100.0}}}}`

describe('what an answer of Shopify means', () => {
  it('data without errors is an answer', () => {
    expect(troubleOf({ data: { order: null } })).toBeUndefined()
    expect(troubleOf({ data: { fulfillmentCreate: { fulfillment: { id: 'x' }, userErrors: [] } } })).toBeUndefined()
  })

  it('THROTTLED inside a 200 says how long until the bucket holds what was asked, rounded up', () => {
    expect(troubleOf(throttled(752, '666'))).toEqual({
      code: 'CHANNEL_SLOW_DOWN',
      sentence: 'Throttled',
      waitSeconds: 1,
    })
    expect(troubleOf(throttled(752, '151.5'))).toMatchObject({ waitSeconds: 7 })
    expect(troubleOf({ errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }] })).toEqual({
      code: 'CHANNEL_SLOW_DOWN',
      sentence: 'Throttled',
    })
  })

  it('a call that costs more than the whole bucket is not waited for', () => {
    expect(troubleOf(throttled(1200, '900', '1000.0'))).toMatchObject({
      code: 'CHANNEL_UNREADABLE',
      sentence: 'the query costs 1200 points, the shop allows 1000',
    })
  })

  it.each([
    ['ACCESS_DENIED', 'CHANNEL_DENIED'],
    ['SHOP_INACTIVE', 'CHANNEL_DENIED'],
    ['INTERNAL_SERVER_ERROR', 'CHANNEL_AWAY'],
    ['TIMEOUT', 'CHANNEL_AWAY'],
    ['MAX_COST_EXCEEDED', 'CHANNEL_UNREADABLE'],
    ['undefinedField', 'CHANNEL_UNREADABLE'],
    ['BAD_USER_INPUT', 'CHANNEL_REFUSED'],
  ])('an error with the code %s is %s', (code, ours) => {
    expect(troubleOf(failing(code))).toEqual({ code: ours, sentence: 'No.' })
  })

  it.each([
    [402, 'CHANNEL_DENIED'],
    [423, 'CHANNEL_DENIED'],
    [401, 'CHANNEL_DENIED'],
    [429, 'CHANNEL_SLOW_DOWN'],
    [430, 'CHANNEL_REFUSED'],
    [503, 'CHANNEL_AWAY'],
  ])('status %i is %s', (status, ours) => {
    expect(troubleOf({ errors: 'words' }, status)).toMatchObject({ code: ours })
  })

  it.each([
    ['Invalid fulfillment order line item quantity requested.', 'CHANNEL_CONFLICT'],
    ['Fulfillment order 1 has an unfulfillable status= closed.', 'CHANNEL_CONFLICT'],
    ['All fulfillment orders must be assigned to a single location', 'CHANNEL_REFUSED'],
  ])('a change not made because "%s" is %s', (message, ours) => {
    expect(
      troubleOf({ data: { fulfillmentCreate: { fulfillment: null, userErrors: [{ field: null, message }] } } }),
    ).toEqual({ code: ours, sentence: message })
  })
})

const incoming = (body: string, { secret = 'new', ...headers }: Readonly<Record<string, string>> = {}): Incoming => ({
  method: 'POST',
  path: '/webhooks/corner',
  query: {},
  body: new TextEncoder().encode(body),
  headers: {
    'x-shopify-topic': 'orders/create',
    'x-shopify-shop-domain': 'corner.myshopify.com',
    'x-shopify-api-version': '2026-07',
    'x-shopify-webhook-id': 'w-1',
    'x-shopify-event-id': 'e-1',
    'x-shopify-triggered-at': '2026-11-24T09:59:59.123456789Z',
    'x-shopify-hmac-sha256': hmacSha256Base64(secret, body),
    ...headers,
  },
})
const verdict = (message: Incoming) =>
  shopify.verify?.(message, { secrets: { webhookSecret: ['new', 'old'] }, settings, now })

describe('who may post', () => {
  it('both secrets are taken while one is rotated', () => {
    expect(verdict(incoming('{}'))).toEqual({ genuine: true })
    expect(verdict(incoming('{}', { secret: 'old' }))).toEqual({ genuine: true })
    expect(verdict(incoming('{}', { secret: 'older' }))).toEqual({ genuine: false, because: 'wrong-signature' })
  })

  it('a message of another shop is refused, though the same app signed it', () => {
    expect(verdict(incoming('{}', { 'x-shopify-shop-domain': 'other.myshopify.com' }))).toEqual({
      genuine: false,
      because: 'other-account',
    })
  })

  it('an empty body is refused, though its digest fits', () => {
    expect(verdict(incoming(''))).toEqual({ genuine: false, because: 'wrong-signature' })
  })

  it('what is no base64 of 32 bytes is malformed', () => {
    expect(verdict(incoming('{}', { 'x-shopify-hmac-sha256': 'YmxhaGJsYWgK' }))).toEqual({
      genuine: false,
      because: 'signature-malformed',
    })
    expect(verdict(incoming('{}', { 'x-shopify-hmac-sha256': '' }))).toEqual({
      genuine: false,
      because: 'signature-missing',
    })
  })

  it('a message is known by its webhook id; the event id is kept beside it, the time to the millisecond', () => {
    expect(shopify.identify?.(incoming('{}'), {})).toEqual({
      topic: 'orders/create',
      key: 'w-1',
      ref: 'e-1',
      observed: Date.parse('2026-11-24T09:59:59.123Z'),
    })
  })

  it.each(['x-shopify-topic', 'x-shopify-webhook-id', 'x-shopify-api-version'])(
    'without the header %s a message is unreadable',
    (name) => {
      expect(() => shopify.identify?.(incoming('{}', { [name]: '' }), {})).toThrow(
        expect.objectContaining({ code: 'PAYLOAD_UNREADABLE', message: expect.stringContaining(name) }),
      )
    },
  )
})
