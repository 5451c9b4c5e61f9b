import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import CryptoJS from 'crypto-js'
import { describe, expect, it } from 'vitest'
import { flipkartSeller } from '../../connectors/flipkart-seller/index.ts'
import type { Incoming, Verdict } from '../../src/connector/contract.ts'
import { checkerOf, Type } from '../../src/kernel/schema.ts'

const now = new Date('2026-11-24T10:00:00Z')
const url = 'https://hub.example.com/webhooks/flipkart?account=12'
const appId = '6113-app'
const body =
  '{"eventType":"shipment_packed","source":"flipkart","version":"v3","timestamp":"2026-11-24T15:29:58+05:30","attributes":{"status":"PACKED"},"shipmentId":"s-1"}'
// a second opinion, by another library
const sign = (secret: string, { at = now, over = url, id = appId } = {}): string => {
  const digest = CryptoJS.SHA1(`${at.getTime() / 1000}${over}POST${secret}`).toString(CryptoJS.enc.Hex)
  return `FKLOGIN ${CryptoJS.enc.Base64.stringify(CryptoJS.enc.Utf8.parse(`${id}:${digest}`))}`
}
const incoming = (authorization: string | undefined, date: string | undefined = now.toUTCString()): Incoming => ({
  method: 'POST',
  path: '/webhooks/flipkart',
  query: {},
  headers: {
    host: 'behind-a-proxy.internal',
    ...(date === undefined ? {} : { x_date: date }),
    ...(authorization === undefined ? {} : { x_authorization: authorization }),
  },
  body: Buffer.from(body),
})
interface Around {
  readonly keys?: readonly string[]
  readonly settings?: Readonly<Record<string, unknown>>
  readonly at?: Date
}
const verdictOf = (one: Incoming, { keys = ['secret-1'], settings = {}, at = now }: Around = {}): Verdict | undefined =>
  flipkartSeller.verify?.(one, {
    secrets: { appSecret: keys },
    settings: { appId, environment: 'production', notificationUrl: url, ...settings },
    now: at,
  })
const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1000)

describe("Flipkart's signature", () => {
  it('is over date, registered address and secret, whatever host the request came to', () => {
    expect(verdictOf(incoming(sign('secret-1')))).toEqual({ genuine: true })
    for (const settings of [{ notificationUrl: url.replace('12', '13') }, { appId: 'another-app' }])
      expect(verdictOf(incoming(sign('secret-1')), { settings })).toEqual({
        genuine: false,
        because: 'wrong-signature',
      })
  })

  it('takes the date as India writes it, which is the same moment', () => {
    expect(verdictOf(incoming(sign('secret-1'), 'Tue, 24 Nov 2026 15:30:00 GMT+05:30'))).toEqual({ genuine: true })
    expect(verdictOf(incoming(sign('secret-1'), 'Tue, 24 Nov 2026 15:30:00 GMT'))).toMatchObject({ genuine: false })
  })

  it('is taken with the old secret and the new one while they are changed', () => {
    expect(verdictOf(incoming(sign('secret-0')), { keys: ['secret-1', 'secret-0'] })).toEqual({ genuine: true })
    expect(verdictOf(incoming(sign('secret-2')), { keys: ['secret-1', 'secret-0'] })).toMatchObject({ genuine: false })
  })

  it('older than five minutes is stale, or than the connection says; so is one of the future', () => {
    const message = incoming(sign('secret-1'))
    expect(verdictOf(message, { at: later(300) })).toEqual({ genuine: true })
    for (const at of [later(301), later(-301)])
      expect(verdictOf(message, { at })).toEqual({ genuine: false, because: 'stale' })
    expect(verdictOf(message, { at: later(3600), settings: { acceptSeconds: 3600 } })).toEqual({ genuine: true })
  })

  it.each([
    [undefined, now.toUTCString(), 'signature-missing'],
    [sign('secret-1'), '', 'signature-missing'],
    ['nonsense', now.toUTCString(), 'signature-malformed'],
    [sign('secret-1').replace('FKLOGIN ', 'Basic '), now.toUTCString(), 'signature-malformed'],
    [sign('secret-1'), '2026-11-24T10:00:00Z', 'signature-malformed'],
    [sign('secret-1'), 'Tue, 24 Nov 2026 10:00:00', 'signature-malformed'],
    [sign('secret-1'), 'Tue, 99 Nov 2026 10:00:00 GMT', 'signature-malformed'],
  ])('%s of %s is refused: %s', (authorization, date, because) => {
    expect(verdictOf(incoming(authorization, date))).toEqual({ genuine: false, because })
  })

  it('proves nothing where there is no secret, an empty one included, or no registered address', () => {
    expect(verdictOf(incoming(sign('')), { keys: [''] })).toEqual({ genuine: false, because: 'no-secret' })
    expect(verdictOf(incoming(sign('secret-1')), { keys: [] })).toEqual({ genuine: false, because: 'no-secret' })
    expect(verdictOf(incoming(sign('secret-1')), { settings: { notificationUrl: undefined } })).toEqual({
      genuine: false,
      because: 'no-secret',
    })
  })

  it('comes with an event of no id: the same letters are the same message', () => {
    const identity = flipkartSeller.identify?.(incoming(undefined), JSON.parse(body))
    expect(identity).toEqual({
      topic: 'shipment_packed',
      key: CryptoJS.SHA256(body).toString(CryptoJS.enc.Hex),
      observed: Date.parse('2026-11-24T09:59:58Z'),
      ref: 's-1',
    })
    expect(() => flipkartSeller.identify?.(incoming(undefined), { source: 'flipkart' })).toThrow(
      'expected a notification of Flipkart with an eventType',
    )
  })
})

const Vector = checkerOf(
  Type.Object({
    appId: Type.String(),
    appSecret: Type.String(),
    url: Type.String(),
    X_Date: Type.String(),
    X_Authorization: Type.String(),
  }),
)
const corpus = process.env['CORPUS_DIR'] ?? join(import.meta.dirname, '../../../shared/fixtures')
const file = join(corpus, 'flipkart/webhook-signature-vector.json')
const here = existsSync(file)
if (!here) process.stdout.write(`flipkart-seller vector: skipped, ${file} is not there\n`)

describe.skipIf(!here)("the sample of Flipkart's own page", () => {
  it('is genuine at its time, and stale today', () => {
    const vector: unknown = here ? JSON.parse(readFileSync(file, 'utf8')) : {}
    if (!Vector.is(vector)) throw new Error('the vector has another shape')
    const settings = { appId: vector.appId, notificationUrl: vector.url }
    const message = incoming(vector.X_Authorization, vector.X_Date)
    const around = { keys: [vector.appSecret], settings, at: new Date(vector.X_Date) }
    expect(verdictOf(message, around)).toEqual({ genuine: true })
    expect(verdictOf(message, { ...around, at: now })).toEqual({ genuine: false, because: 'stale' })
  })
})
