import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import CryptoJS from 'crypto-js'
import { describe, expect, it } from 'vitest'
import { squarePos } from '../../connectors/square-pos/index.ts'
import type { Incoming, Verdict } from '../../src/connector/contract.ts'
import { type Checker, checkerOf, type Static, Type } from '../../src/kernel/schema.ts'

const now = new Date('2026-11-24T10:00:00Z')
const url = 'https://hub.example.com/webhooks/till?shop=1'
const body =
  '{"merchant_id":"MCORNER","type":"payment.created","event_id":"e-1","created_at":"2026-11-24T09:59:58.123456789Z","data":{"note":"<b>ü</b>"}}'
// a second opinion, by another library
const sign = (key: string, over = url + body): string => CryptoJS.enc.Base64.stringify(CryptoJS.HmacSHA256(over, key))
const incoming = (signature: string | undefined, sent = body): Incoming => ({
  method: 'POST',
  path: '/webhooks/till',
  query: {},
  headers: {
    host: 'behind-a-proxy.internal',
    ...(signature === undefined ? {} : { 'x-square-hmacsha256-signature': signature }),
  },
  body: Buffer.from(sent),
})
const verdictOf = (
  one: Incoming,
  more: { readonly keys?: readonly string[]; readonly notificationUrl?: string; readonly merchantId?: string } = {},
): Verdict | undefined =>
  squarePos.verify?.(one, {
    secrets: { signatureKey: more.keys ?? ['key-1'] },
    settings: {
      notificationUrl: more.notificationUrl ?? url,
      environment: 'production',
      ...(more.merchantId === undefined ? {} : { merchantId: more.merchantId }),
    },
    now,
  })

describe("Square's signature", () => {
  it('is over the address as registered and the raw body, whatever host the request came to', () => {
    expect(verdictOf(incoming(sign('key-1')))).toEqual({ genuine: true })
    expect(verdictOf(incoming(sign('key-1')), { notificationUrl: `${url}/` })).toEqual({
      genuine: false,
      because: 'wrong-signature',
    })
    expect(verdictOf(incoming(sign('key-1'), body.replace('<', '\\u003c')))).toEqual({
      genuine: false,
      because: 'wrong-signature',
    })
  })

  it('is taken with the old key and the new one while they are changed', () => {
    expect(verdictOf(incoming(sign('key-0')), { keys: ['key-1', 'key-0'] })).toEqual({ genuine: true })
    expect(verdictOf(incoming(sign('key-2')), { keys: ['key-1', 'key-0'] })).toEqual({
      genuine: false,
      because: 'wrong-signature',
    })
  })

  it.each([
    [undefined, 'signature-missing'],
    ['', 'signature-missing'],
    ['nonsense', 'signature-malformed'],
    [sign('key-1').slice(1), 'signature-malformed'],
    [`${sign('key-1')}=`, 'signature-malformed'],
  ])('%j is refused: %s', (signature, because) => {
    expect(verdictOf(incoming(signature))).toEqual({ genuine: false, because })
  })

  it('proves nothing where there is no key, an empty one included', () => {
    expect(verdictOf(incoming(sign('')), { keys: [''] })).toEqual({ genuine: false, because: 'no-secret' })
    expect(verdictOf(incoming(sign('key-1')), { keys: [] })).toEqual({ genuine: false, because: 'no-secret' })
  })

  it('of another merchant of the same application is refused where one merchant is named', () => {
    expect(verdictOf(incoming(sign('key-1')), { merchantId: 'MCORNER' })).toEqual({ genuine: true })
    expect(verdictOf(incoming(sign('key-1')), { merchantId: 'MOTHER' })).toEqual({
      genuine: false,
      because: 'other-account',
    })
    expect(verdictOf(incoming(sign('key-1', `${url}no json`), 'no json'), { merchantId: 'MCORNER' })).toEqual({
      genuine: false,
      because: 'other-account',
    })
  })

  it('comes with the identity of the event, and when it was made', () => {
    expect(squarePos.identify?.(incoming(undefined), JSON.parse(body))).toEqual({
      topic: 'payment.created',
      key: 'e-1',
      observed: Date.parse('2026-11-24T09:59:58.123Z'),
    })
    expect(() => squarePos.identify?.(incoming(undefined), { data: {} })).toThrow(
      'expected a Square event with type and event_id',
    )
  })
})

const Vectors = Type.Object({
  vectors: Type.Array(
    Type.Object({
      signatureKey: Type.String(),
      notificationUrl: Type.String(),
      rawBody: Type.String(),
      signature: Type.String(),
      valid: Type.Boolean(),
    }),
  ),
})
const checker: Checker<Static<typeof Vectors>> = checkerOf(Vectors)
const corpus = process.env['CORPUS_DIR'] ?? join(import.meta.dirname, '../../../shared/fixtures')
const file = join(corpus, 'square/webhook-signature-vectors.json')
const here = existsSync(file)
if (!here) process.stdout.write(`square-pos vectors: skipped, ${file} is not there\n`)

describe.skipIf(!here)("the vectors of Square's own library", () => {
  const read: unknown = here ? JSON.parse(readFileSync(file, 'utf8')) : { vectors: [] }
  const vectors = checker.is(read) ? read.vectors : []

  it('are five', () => {
    expect(vectors).toHaveLength(5)
  })

  it.each(vectors)(
    '$rawBody by $signatureKey is genuine: $valid',
    ({ signatureKey, notificationUrl, rawBody, signature, valid }) => {
      expect(verdictOf(incoming(signature, rawBody), { keys: [signatureKey], notificationUrl })?.genuine).toBe(valid)
    },
  )
})
