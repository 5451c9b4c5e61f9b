import { describe, expect, it } from 'vitest'
import { classify, troubleError } from '../../../src/connector/classify.ts'
import type { Answer } from '../../../src/connector/contract.ts'
import type { Json } from '../../../src/kernel/json.ts'

const now = new Date('2026-11-24T10:00:00Z')
const answer = (status: number, body?: Json, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  bytes: new Uint8Array(),
  body,
})

describe('by its status alone', () => {
  it.each([
    [301, 'CHANNEL_REFUSED'],
    [400, 'CHANNEL_REFUSED'],
    [401, 'CHANNEL_DENIED'],
    [403, 'CHANNEL_DENIED'],
    [404, 'CHANNEL_REFUSED'],
    [408, 'CHANNEL_AWAY'],
    [409, 'CHANNEL_CONFLICT'],
    [410, 'CHANNEL_REFUSED'],
    [422, 'CHANNEL_REFUSED'],
    [425, 'CHANNEL_AWAY'],
    [429, 'CHANNEL_SLOW_DOWN'],
    [500, 'CHANNEL_AWAY'],
    [503, 'CHANNEL_AWAY'],
  ])('%i is %s', (status, code) => {
    expect(classify(answer(status), now)?.code).toBe(code)
  })

  it.each([200, 201, 202, 204])('%i is good', (status) => {
    expect(classify(answer(status), now)).toBeUndefined()
  })
})

describe('how long to wait', () => {
  it.each([
    ['7', 7],
    ['2.0', 2],
    ['0.4', 1],
    ['Tue, 24 Nov 2026 10:01:30 GMT', 90],
    ['Tue, 24 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
  ])('Retry-After "%s" is %s seconds', (said, seconds) => {
    expect(classify(answer(429, undefined, { 'retry-after': said }), now)?.waitSeconds).toBe(seconds)
  })

  it('a 503 that says how long to wait asks us to slow down', () => {
    expect(classify(answer(503, undefined, { 'retry-after': '30' }), now)).toMatchObject({
      code: 'CHANNEL_SLOW_DOWN',
      waitSeconds: 30,
    })
  })
})

describe("the channel's words", () => {
  it.each<[string, Json, string]>([
    ['a message', { message: 'Not open' }, 'the channel answered 422: Not open'],
    ['a message within an error', { error: { code: 7, message: 'Not open' } }, 'the channel answered 422: Not open'],
    ['a list of errors', { errors: [{ detail: 'Not open' }] }, 'the channel answered 422: Not open'],
    ['errors by field', { errors: { quantity: ['is too large'] } }, 'the channel answered 422: quantity is too large'],
    ['no words', { ok: false }, 'the channel answered 422'],
    ['no JSON', 'oops', 'the channel answered 422'],
  ])('are taken from %s', (_, body, sentence) => {
    expect(classify(answer(422, body), now)?.sentence).toBe(sentence)
  })

  it('are kept without people and credentials in them, and short', () => {
    const said = `ada@shop.example at +44 20 7946 0000 has no right with shpat_${'0a'.repeat(16)} ${'x '.repeat(400)}`
    const { message } = troubleError({ code: 'CHANNEL_DENIED', sentence: said })
    expect(message).toMatch(/^… at … has no right with … x x/)
    expect(message.length).toBeLessThanOrEqual(300)
  })
})

it('a trouble becomes an error with its wait among the facts', () => {
  const error = troubleError({ code: 'CHANNEL_SLOW_DOWN', sentence: 'slowly', waitSeconds: 3 }, { status: 429 })
  expect(error).toMatchObject({
    code: 'CHANNEL_SLOW_DOWN',
    remedy: 'slow-down',
    detail: { status: 429, waitSeconds: 3 },
  })
})
