import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acmeOrder } from '../flow/acme.ts'
import { onEachEngine } from '../kit/engines.ts'
import { signed } from './acme.ts'
import { at, type Hub, openHub } from './kit.ts'

onEachEngine((engine) => {
  let hub: Hub
  beforeAll(async () => {
    hub = await openHub(engine, { bodyLimitBytes: 10_000 })
  })
  afterAll(() => hub.close())

  const deep = (levels: number): string =>
    `{"id":"1","version":1,"x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`

  /** Genuine, and yet not readable. */
  const unreadable = [
    ['text that is no JSON', 'hello'],
    ['JSON that breaks off', '{"id":"1","version":'],
    ['nothing', ''],
    ['65 levels', deep(65)],
    ['a key twice', '{"id":"1","id":"2","version":1}'],
    ['half a surrogate pair', '{"id":"tea \\ud83d","version":1}'],
    ['the name __proto__', '{"id":"1","version":1,"__proto__":{"admin":true}}'],
    ['the name __proto__ in disguise', '{"id":"1","version":1,"\\u005f_proto__":{}}'],
    ['NaN', '{"id":"1","version":NaN}'],
  ] as const

  describe('a body that cannot be read', () => {
    it.each(unreadable)('%s, posted by a channel', async (_what, body) => {
      const before = await hub.repositories.inbox.countWhere({})
      const answer = await hub.hook(body)
      expect(answer).toMatchObject({ status: 400, body: { code: 'PAYLOAD_UNREADABLE' } })
      expect(at(answer.body, 'detail')).toMatch(/^expected well-formed JSON, but /)
      expect(await hub.repositories.inbox.countWhere({})).toBe(before)
    })

    it.each(unreadable.filter(([, body]) => body !== ''))('%s, sent to the API', async (_what, text) => {
      const answer = await hub.call('POST', '/v1/orders', { role: 'integrator', text })
      expect(answer).toMatchObject({ status: 400, body: { code: 'PAYLOAD_UNREADABLE' } })
    })

    it('64 levels are read', async () => {
      expect(await hub.hook(deep(64))).toMatchObject({ status: 200 })
    })

    it('bytes that are no UTF-8', async () => {
      const payload = Buffer.from([0x22, 0xc3, 0x28, 0x22])
      const headers = { 'x-acme-signature': signed(payload), 'content-type': 'application/json' }
      const answer = await hub.app.inject({ method: 'POST', url: '/webhooks/corner-shop', payload, headers })
      expect(answer.json()).toMatchObject({ status: 400, code: 'PAYLOAD_UNREADABLE' })
    })
  })

  describe('a body that is not taken', () => {
    it('is too large for the hub', async () => {
      const body = acmeOrder({ id: '1', version: 1, number: 'x'.repeat(10_000) })
      expect(await hub.hook(body)).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } })
      const answer = await hub.call('POST', '/v1/orders', { role: 'integrator', text: body })
      expect(answer).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } })
    })

    it('is larger than its connector takes', async () => {
      const body = acmeOrder({ id: '1', version: 1, number: 'x'.repeat(200) })
      const answer = await hub.hook(body, { connection: 'kiosk' })
      expect(answer).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE', limit: 200 } })
    })

    it.each(['gzip', 'br', 'x-odd'])('is compressed: %s', async (encoding) => {
      const headers = { 'content-encoding': encoding }
      expect(await hub.hook(acmeOrder({ id: '1', version: 1 }), { headers })).toMatchObject({
        status: 415,
        body: { code: 'BODY_COMPRESSED' },
      })
      const payload = gzipSync('{}').toString('latin1')
      expect(await hub.call('POST', '/v1/orders', { role: 'integrator', text: payload, headers })).toMatchObject({
        status: 415,
        body: { code: 'BODY_COMPRESSED' },
      })
    })

    it('is of a type that is none', async () => {
      const answer = await hub.hook(acmeOrder({ id: '1', version: 1 }), { headers: { 'content-type': 'odd' } })
      expect(answer).toMatchObject({ status: 415, body: { code: 'BODY_WRONG_TYPE' } })
    })

    it('is no JSON by its own word', async () => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await hub.call('POST', '/v1/orders', { role: 'integrator', text: 'a=b', headers })
      expect(answer).toMatchObject({ status: 415, body: { code: 'BODY_WRONG_TYPE' } })
    })
  })

  describe('on a real line', () => {
    let port: number
    beforeAll(async () => {
      port = Number(new URL(await hub.app.listen({ port: 0, host: '127.0.0.1' })).port)
    })

    /** What comes back for these bytes until the line is closed, or for the first answer. */
    const send = (...chunks: readonly string[]): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => {
          for (const chunk of chunks) socket.write(chunk)
        })
        let answer = ''
        socket.on('data', (chunk) => {
          answer += chunk.toString()
          if (/\r\n\r\n[\s\S]*\}$/.test(answer)) socket.destroy()
        })
        socket.on('close', () => resolve(answer))
        socket.on('error', reject)
      })

    it('a message is kept', async () => {
      const body = acmeOrder({ id: '800', version: 1 })
      const head = `POST /webhooks/corner-shop HTTP/1.1\r\nHost: hub\r\nContent-Type: text/plain\r\nX-Acme-Signature: ${signed(body)}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`
      const answer = await send(head, body)
      expect(answer).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*"state":"kept"\}$/)
      expect(answer).not.toMatch(/x-powered-by|access-control|server:/i)
    })

    it.each([
      ['corner-shop', 11_000],
      ['kiosk', 201],
    ])('a message to %s in chunks, without a length, is measured all the same', async (connection, bytes) => {
      const head = `POST /webhooks/${connection} HTTP/1.1\r\nHost: hub\r\nTransfer-Encoding: chunked\r\n\r\n`
      const answer = await send(head, `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n0\r\n\r\n`)
      expect(answer).toMatch(/^HTTP\/1\.1 413[\s\S]*"code":"BODY_TOO_LARGE"/)
    })

    it('what is no HTTP is answered as a problem, and the line is closed', async () => {
      const answer = await send('GARBAGE\r\n\r\n')
      expect(answer).toMatch(
        /^HTTP\/1\.1 400 Bad Request[\s\S]*application\/problem\+json[\s\S]*"code":"REQUEST_INVALID"/,
      )
    })

    it('a length and chunks at once are refused', async () => {
      const answer = await send(
        'POST /webhooks/corner-shop HTTP/1.1\r\nHost: hub\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      )
      expect(answer).toMatch(/^HTTP\/1\.1 400/)
    })

    it('an odd method is answered as a problem', async () => {
      const answer = await send('PROPFIND /v1/orders HTTP/1.1\r\nHost: hub\r\n\r\n')
      expect(answer).toMatch(/^HTTP\/1\.1 405[\s\S]*"code":"METHOD_NOT_ALLOWED"/)
    })
  })
})
