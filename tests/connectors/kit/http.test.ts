import { createServer, type RequestListener } from 'node:http'
import { inspect } from 'node:util'
import { gzipSync } from 'node:zlib'
import nock from 'nock'
import { afterEach, describe, expect, it } from 'vitest'
import type { Ask } from '../../../src/connector/contract.ts'
import { openHttp } from '../../../src/connector/http.ts'
import { errorOf } from '../../kit/prove-connector-outside.ts'
import { acmePost } from './acme-post/index.ts'

const spent: string[] = []
const deps = {
  spend: (connection: string) => {
    spent.push(connection)
    return Promise.resolve()
  },
  now: () => new Date('2026-11-24T10:00:00Z'),
}
const send = openHttp(deps)
const account = {
  id: 'corner',
  settings: { shop: 'corner' },
  secrets: { token: ['s3cret-token'], signingKey: ['s3cret-key'] },
}
const host = 'https://api.acme.example'
const ask: Ask = {
  method: 'POST',
  path: '/v1/things',
  query: { at: 'ü&1' },
  headers: { 'X-Extra': '1' },
  body: { name: 'ü' },
}

/** A server on this machine for as long as the work lasts. */
const served = async <T>(listener: RequestListener, work: (url: string) => Promise<T>): Promise<T> => {
  const server = createServer(listener)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  try {
    return await work(`http://127.0.0.1:${address.port}`)
  } finally {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  }
}

afterEach(() => {
  const pending = nock.pendingMocks()
  nock.cleanAll()
  spent.length = 0
  expect(pending).toEqual([])
})

describe('a call', () => {
  it('goes out exactly as asked, with the credentials of the connection, and is paid for', async () => {
    nock(host, {
      reqheaders: {
        authorization: 'Bearer s3cret-token',
        'acme-shop': 'corner',
        'x-extra': '1',
        'content-type': 'application/json',
      },
    })
      .post('/v1/things?at=%C3%BC%261', '{"name":"ü"}')
      .reply(201, '{"id":12345678901234567890,"price":1.10}', { Date: 'Tue, 24 Nov 2026 09:59:58 GMT' })
    const answer = await send(acmePost, account, ask)
    expect(answer).toMatchObject({
      status: 201,
      at: 1795514398000,
      body: { id: '12345678901234567890', price: '1.10' },
    })
    expect(spent).toEqual(['corner'])
  })

  it('waits for its allowance before anything leaves', async () => {
    const waiting = openHttp({ ...deps, spend: () => Promise.reject(new Error('not now')) })
    await expect(waiting(acmePost, account, ask)).rejects.toThrow('not now')
  })

  it('carries the signature over the very bytes sent, in place of the credentials, where a command signs', async () => {
    nock('https://hooks.example', { badheaders: ['authorization'], reqheaders: { signed: 'eyJuYW1lIjoiw7wifQ==' } })
      .post('/v1/things?at=%C3%BC%261')
      .reply(204)
    const sign = (body: Uint8Array) => ({ signed: Buffer.from(body).toString('base64') })
    expect(await send(acmePost, account, ask, { base: 'https://hooks.example', sign })).toMatchObject({
      status: 204,
      body: undefined,
    })
  })

  it("does not take the connector's credentials to another host", async () => {
    nock('https://hooks.example', { badheaders: ['authorization', 'acme-shop'] })
      .get('/')
      .reply(200, 'no JSON')
    expect(
      await send(acmePost, account, { method: 'GET', path: '/' }, { base: 'https://hooks.example' }),
    ).toMatchObject({ body: undefined })
  })

  it("waits one call's worth of its lane where a 429 does not say how long", async () => {
    nock(host).get('/a').reply(429, {}).get('/a').reply(429, {}, { 'retry-after': '7' })
    const narrow = { ...acmePost, lanes: { search: { requestsPerSecond: 0.0056, burst: 20 } } }
    const search = { method: 'GET', path: '/a', lane: 'search' } as const
    expect(await errorOf(() => send(narrow, account, search))).toMatchObject({ detail: { waitSeconds: 179 } })
    expect(await errorOf(() => send(narrow, account, search))).toMatchObject({ detail: { waitSeconds: 7 } })
  })

  it('follows no redirect', async () => {
    nock(host).get('/a').reply(302, '', { location: 'https://evil.example/' })
    expect(await errorOf(() => send(acmePost, account, { method: 'GET', path: '/a' }))).toMatchObject({
      code: 'CHANNEL_REFUSED',
      detail: { status: 302 },
    })
  })

  it('gives back an answer that is accepted, whatever its status', async () => {
    nock(host).get('/a').reply(404, { error: 'none' })
    expect(await send(acmePost, account, { method: 'GET', path: '/a' }, { accept: [404] })).toMatchObject({
      status: 404,
      body: { error: 'none' },
    })
  })

  it.each([
    '//evil.example/',
    'https://evil.example/',
    '/a/../b',
    '/a/%2E%2e/b',
    '/.',
    '/a\\b',
    '\\\\evil.example',
    '/a?b=1',
    '/a#b',
    '/a b',
    '/ü',
    '',
    '@evil.example',
  ])('never leaves by the path "%s"', async (path) => {
    expect(await errorOf(() => send(acmePost, account, { method: 'GET', path }))).toMatchObject({
      code: 'HOST_REFUSED',
      detail: { sent: false },
    })
  })

  it.each(['ftp://acme.example', 'https://acme.example/api', 'https://ada:pw@acme.example', 'acme.example', ''])(
    'needs a base of scheme and host alone, not "%s"',
    async (base) => {
      expect(await errorOf(() => send({ ...acmePost, base: () => base }, account, ask))).toMatchObject({
        code: 'HOST_REFUSED',
      })
    },
  )
})

describe('failures', () => {
  it.each([
    ['ECONNREFUSED', false],
    ['ENOTFOUND', false],
    ['ECONNRESET', true],
  ])('%s: sent is %s', async (code, sent) => {
    nock(host)
      .post(/.*/)
      .replyWithError(Object.assign(new Error('s3cret-token'), { code }))
    const error = await errorOf(() => send(acmePost, account, ask))
    expect(error).toMatchObject({ code: 'CHANNEL_AWAY', detail: { sent } })
    expect(error.message).toContain(code)
  })

  it('a nonsense header names no value', async () => {
    const odd = { ...account, secrets: { token: ['s3cret☃token'] } }
    const error = await errorOf(() => send(acmePost, odd, ask))
    expect(error.code).toBe('CONFIG_INVALID')
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('s3cret')
  })

  it('errors hold neither secrets nor bodies, even where the channel quotes them', async () => {
    nock(host)
      .post(/.*/)
      .reply(422, { message: 'bad s3cret-token in Bearer s3cret-token, key s3cret-key', body: '{"name":"ü"}' })
    const error = await errorOf(() => send(acmePost, account, ask))
    expect(error.message).toBe('the channel answered 422: bad … in …, key …')
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/s3cret|ü/)
  })

  it('a caller who gives up is not answered', async () => {
    const signal = AbortSignal.abort()
    expect(await errorOf(() => send(acmePost, account, ask, { signal }))).toMatchObject({
      code: 'CHANNEL_AWAY',
      detail: { sent: false },
    })
  })
})

describe('this machine', () => {
  it.each([
    'http://127.0.0.1:9',
    'http://localhost:9',
    'http://10.0.0.1:9',
    'http://169.254.169.254',
    'http://[::1]:9',
  ])('%s is not called', async (base) => {
    nock.restore()
    const error = await errorOf(() => send({ ...acmePost, base: () => base }, account, ask))
    nock.activate()
    expect(error).toMatchObject({ code: 'HOST_REFUSED', detail: { sent: false } })
  })

  it('is called as the sandbox, in place of every other host', async () => {
    const heard: string[] = []
    const answer = await served(
      (request, response) => {
        heard.push(`${request.method} ${request.headers.host} ${request.url}`)
        response.end('{"ok":true}')
      },
      (url) => send(acmePost, { ...account, sandboxUrl: `${url}/acme/` }, ask, { base: 'https://hooks.example' }),
    )
    expect(answer.body).toEqual({ ok: true })
    expect(heard).toEqual([expect.stringMatching(/^POST 127\.0\.0\.1:\d+ \/acme\/v1\/things\?at=%C3%BC%261$/)])
  })

  it.each(['https://evil.example', 'http://10.0.0.1', 'http://127.0.0.1.evil.example'])(
    'a sandbox is on this machine only, not at %s',
    async (sandboxUrl) => {
      expect(await errorOf(() => send(acmePost, { ...account, sandboxUrl }, ask))).toMatchObject({
        code: 'HOST_REFUSED',
      })
    },
  )

  it('an answer that never comes is given up, and may have been acted on', async () => {
    const impatient = openHttp({ ...deps, timeoutMs: 100 })
    const error = await served(
      () => {},
      (url) => errorOf(() => impatient(acmePost, { ...account, sandboxUrl: url }, ask)),
    )
    expect(error).toMatchObject({
      code: 'CHANNEL_AWAY',
      detail: { sent: true },
      message: expect.stringContaining('the time for it was over'),
    })
  })

  it('nobody listening means that nothing was sent', async () => {
    const gone = await served(
      () => {},
      (url) => Promise.resolve(url),
    )
    expect(await errorOf(() => send(acmePost, { ...account, sandboxUrl: gone }, ask))).toMatchObject({
      code: 'CHANNEL_AWAY',
      detail: { sent: false },
    })
  })

  it('a connection that breaks under the answer leaves it open what was done', async () => {
    const error = await served(
      (_, response) => void response.socket?.destroy(),
      (url) => errorOf(() => send(acmePost, { ...account, sandboxUrl: url }, ask)),
    )
    expect(error).toMatchObject({ code: 'CHANNEL_AWAY', detail: { sent: true } })
  })

  it('a long request that breaks off in the middle may have been acted on', async () => {
    const long: Ask = { ...ask, body: 'x'.repeat(9_000_000) }
    const error = await served(
      (request) => void request.socket.destroy(),
      (url) => errorOf(() => send(acmePost, { ...account, sandboxUrl: url }, long)),
    )
    expect(error).toMatchObject({ code: 'CHANNEL_AWAY', detail: { sent: true } })
  })

  it('a small answer that unpacks into a flood is cut off', async () => {
    const bomb = gzipSync(Buffer.alloc(11 * 1024 * 1024))
    const listener: RequestListener = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
    const error = await served(listener, (url) => errorOf(() => send(acmePost, { ...account, sandboxUrl: url }, ask)))
    expect(error).toMatchObject({ code: 'CHANNEL_UNREADABLE', detail: { sent: true } })
  })
})
