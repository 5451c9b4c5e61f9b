import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { wooStore } from '../../connectors/woo-store/index.ts'
import type { Incoming } from '../../src/connector/contract.ts'
import { readJson } from '../../src/kernel/json.ts'
import { Closed, checkerOf, type Static, Type } from '../../src/kernel/schema.ts'

const corpus = process.env['CORPUS_DIR'] ?? join(import.meta.dirname, '../../../shared/fixtures')
const file = join(corpus, 'woocommerce/webhook-signature-vectors.json')
const here = existsSync(file)
if (!here) process.stdout.write(`woo-store signatures: skipped, ${file} is not there\n`)

const Vector = Type.Object({
  secret: Type.Optional(Type.String()),
  storedSecret: Type.Optional(Type.String()),
  rawBody: Type.String(),
  signature: Type.String(),
  valid: Type.Boolean(),
})
const Vectors = Type.Object({
  vectors: Type.Array(Vector),
  ping: Closed({
    contentType: Type.String(),
    rawBody: Type.String(),
    signed: Type.Boolean(),
    mustAnswer: Type.Integer(),
  }),
})
const checker = checkerOf(Vectors)
const told = (): Static<typeof Vectors> | undefined => {
  const read: unknown = here ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  return checker.is(read) ? read : undefined
}

const now = new Date('2026-11-24T10:00:00Z')
const { settings } = wooStore.sandbox.example
const incoming = (body: string, headers: Readonly<Record<string, string>> = {}): Incoming => ({
  method: 'POST',
  path: '/webhooks/shop',
  query: {},
  headers,
  body: Buffer.from(body),
})
const isGenuine = (body: string, signature: string, secret: string): boolean =>
  wooStore.verify?.(incoming(body, { 'x-wc-webhook-signature': signature }), {
    secrets: { webhookSecret: [secret] },
    settings,
    now,
  }).genuine === true
const identify = (topic: string, body: string) =>
  wooStore.identify?.(incoming(body, { 'x-wc-webhook-topic': topic }), readJson(Buffer.from(body)))

describe.skipIf(!here)('the vectors of the corpus', () => {
  const { vectors, ping } = told() ?? { vectors: [], ping: undefined }

  it.each(vectors)(
    'the secret $secret$storedSecret signs as WooCommerce does',
    ({ secret, storedSecret, rawBody, signature }) => {
      const known = secret ?? storedSecret ?? ''
      expect(isGenuine(rawBody, signature, known)).toBe(true)
      expect(isGenuine(`${rawBody} `, signature, known)).toBe(false)
      expect(isGenuine(rawBody, signature, `${known}x`)).toBe(false)
    },
  )

  it('the hello of a new webhook is known, and is no message', () => {
    const hello = incoming(ping?.rawBody ?? '', { 'content-type': ping?.contentType ?? '' })
    expect(wooStore.ping?.(hello)).toBe(true)
    expect(wooStore.verify?.(hello, { secrets: { webhookSecret: ['s'] }, settings, now })).toEqual({
      genuine: false,
      because: 'signature-missing',
    })
  })
})

describe('what is signed', () => {
  it('a secret that was typed with special characters is the same secret in the form that WordPress keeps', () => {
    const signature = 'crG6qAIQ+d8d0tvkbWwjd3aePtEtCRnxmVwMuU7uZq0='
    const body = '{"id":963,"status":"processing"}'
    for (const secret of ['a&b', 'a&amp;b', 'a&#038;b', 'a&#x26;b'])
      expect(isGenuine(body, signature, secret)).toBe(true)
    expect(isGenuine(body, signature, 'a&amp;amp;b')).toBe(false)
  })

  it.each(['webhook_id=', 'webhook_id=4&order=1', 'webhook_id=4\n{"id":1}', '{"webhook_id":4}', ''])(
    'an unsigned "%s" is no hello',
    (body) => {
      expect(wooStore.ping?.(incoming(body))).toBe(false)
    },
  )

  it('a hello that bears a signature is taken for a message', () => {
    expect(wooStore.ping?.(incoming('webhook_id=4', { 'x-wc-webhook-signature': 'x' }))).toBe(false)
  })
})

describe('who a message is', () => {
  const body = '{"id":963,"date_modified_gmt":"2026-11-24T10:00:05","total":"1.00"}'

  it('follows from topic, id, time and what it says, and never from its Delivery-ID', () => {
    const first = identify('order.updated', body)
    expect(first).toMatchObject({
      topic: 'order.updated',
      key: expect.stringMatching(/^order\.updated:963:2026-11-24T10:00:05:[0-9a-f]{64}$/),
    })
    const headers = { 'x-wc-webhook-topic': 'order.updated', 'x-wc-webhook-delivery-id': 'other' }
    expect(wooStore.identify?.(incoming(body, headers), readJson(Buffer.from(body)))).toEqual({
      ...first,
      ref: 'other',
    })
    // a change within the same second is another message
    expect(identify('order.updated', body.replace('1.00', '2.00'))?.key).not.toBe(first?.key)
    expect(identify('order.created', body)?.key).not.toBe(first?.key)
  })

  it('a deleted order has nothing but its id', () => {
    expect(identify('order.deleted', '{"id":963}')).toMatchObject({ topic: 'order.deleted' })
  })

  it('one that goes into the trash twice is told of twice, though both say the same', () => {
    const body = '{"id":963}'
    const keyOf = (delivery: string): string | undefined =>
      wooStore.identify?.(
        incoming(body, { 'x-wc-webhook-topic': 'order.deleted', 'x-wc-webhook-delivery-id': delivery }),
        readJson(Buffer.from(body)),
      ).key
    expect(keyOf('a')).toBe(keyOf('a'))
    expect(keyOf('b')).not.toBe(keyOf('a'))
  })

  it('a hook of any name is one topic, of which nothing is made', () => {
    expect(identify('action.woocommerce_add_to_cart', '{"action":"a","arg":"19"}')).toMatchObject({ topic: 'action' })
    expect(wooStore.topics['action']).toMatchObject({ does: 'nothing' })
  })

  it('what names neither topic nor id is refused by a sentence', () => {
    expect(() => identify('', body)).toThrow('X-WC-Webhook-Topic')
    expect(() => identify('order.updated', '{"status":"processing"}')).toThrow('with its id')
    expect(() => identify('order.updated', '{"id":"../1"}')).toThrow('with its id')
  })
})
