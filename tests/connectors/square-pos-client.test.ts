import { describe, expect, it } from 'vitest'
import { squarePos } from '../../connectors/square-pos/index.ts'
import type { Answer } from '../../src/connector/contract.ts'
import type { Json } from '../../src/kernel/json.ts'

const now = new Date('2026-11-24T10:00:00Z')
const answer = (status: number, body: Json | undefined, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers,
  bytes: new Uint8Array(),
  body,
})
const error = (code: string, category = 'INVALID_REQUEST_ERROR'): Json => ({
  errors: [{ category, code, detail: 'In words.', field: 'order' }],
})
const settings = { notificationUrl: 'https://hub.example.com/webhooks/till', environment: 'production' }

describe('what Square answers', () => {
  it.each([
    [400, 'VERSION_MISMATCH', 'CHANNEL_CONFLICT'],
    [409, 'CONFLICT', 'CHANNEL_CONFLICT'],
    [401, 'UNAUTHORIZED', 'CHANNEL_DENIED'],
    [401, 'ACCESS_TOKEN_EXPIRED', 'CHANNEL_DENIED'],
    [401, 'ACCESS_TOKEN_REVOKED', 'CHANNEL_DENIED'],
    [403, 'INSUFFICIENT_SCOPES', 'CHANNEL_DENIED'],
    [429, 'RATE_LIMITED', 'CHANNEL_SLOW_DOWN'],
    [500, 'INTERNAL_SERVER_ERROR', 'CHANNEL_AWAY'],
    [503, 'SERVICE_UNAVAILABLE', 'CHANNEL_AWAY'],
    [504, 'GATEWAY_TIMEOUT', 'CHANNEL_AWAY'],
    [400, 'TEMPORARY_ERROR', 'CHANNEL_AWAY'],
    [400, 'BAD_REQUEST', 'CHANNEL_REFUSED'],
    [404, 'NOT_FOUND', 'CHANNEL_REFUSED'],
    [200, 'NOT_FOUND', 'CHANNEL_REFUSED'],
    [200, 'RATE_LIMITED', 'CHANNEL_SLOW_DOWN'],
    [502, 'A_CODE_OF_TOMORROW', 'CHANNEL_AWAY'],
  ])('%i with %s is %s', (status, code, expected) => {
    expect(squarePos.classify?.(answer(status, error(code)), now)).toEqual({
      code: expected,
      sentence: `Square says ${code} at order: In words.`,
    })
  })

  it('is waited for as long as it asks', () => {
    const limited = answer(429, error('RATE_LIMITED', 'RATE_LIMIT_ERROR'), { 'retry-after': '7' })
    expect(squarePos.classify?.(limited, now)).toMatchObject({ code: 'CHANNEL_SLOW_DOWN', waitSeconds: 7 })
  })

  it('goes by its status where it says nothing in its own words', () => {
    expect(squarePos.classify?.(answer(502, undefined), now)?.code).toBe('CHANNEL_AWAY')
    expect(squarePos.classify?.(answer(200, { order: {}, errors: [] }), now)).toBeUndefined()
  })
})

describe('asking Square', () => {
  it('names the version of the API and bears the newest token', () => {
    const at = { secrets: { accessToken: ['new', 'old'] }, settings, now }
    const ask = { method: 'GET', path: '/v2/orders/O1' } as const
    expect(squarePos.authorise?.(ask, at)).toEqual({ authorization: 'Bearer new', 'square-version': '2026-05-20' })
    expect(squarePos.authorise?.(ask, { ...at, settings: { ...settings, squareVersion: '2025-08-20' } })).toMatchObject(
      { 'square-version': '2025-08-20' },
    )
  })

  it('goes to the host of the environment', () => {
    expect(squarePos.base?.(settings)).toBe('https://connect.squareup.com')
    expect(squarePos.base?.({ ...settings, environment: 'sandbox' })).toBe('https://connect.squareupsandbox.com')
  })

  it('reads one order, ranked by its version, else by its time', () => {
    const { order } = squarePos.queries
    expect(order?.ask('a/b', settings)).toEqual({ method: 'GET', path: '/v2/orders/a%2Fb' })
    const body = { order: { id: 'O1', version: 3, updated_at: '2026-11-24T09:00:00.250Z' } }
    expect(order?.read({ ...answer(200, body), at: 5 })).toEqual({ rank: 3, observed: 5 })
    expect(order?.read(answer(200, { order: { id: 'O1', updated_at: '2026-11-24T09:00:00.250Z' } }))).toEqual({
      rank: Date.parse('2026-11-24T09:00:00.250Z'),
    })
    expect(order?.read(answer(404, error('NOT_FOUND')))).toBe('gone')
    expect(() => order?.read(answer(200, {}))).toThrow('expected an order of Square')
  })
})
