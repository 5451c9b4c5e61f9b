import { inspect } from 'node:util'
import nock from 'nock'
import { afterEach, describe, expect, it } from 'vitest'
import type { Ask, Connector } from '../../../src/connector/contract.ts'
import { openHttp } from '../../../src/connector/http.ts'
import { errorOf } from '../../kit/prove-connector-outside.ts'
import { acmePost } from './acme-post/index.ts'

const send = openHttp({ spend: () => Promise.resolve(), now: () => new Date('2026-11-24T10:00:00Z') })
const account = {
  id: 'corner',
  settings: { shop: 'corner' },
  secrets: { token: ['s3cret-token'], signingKey: ['s3cret-key'] },
}
const host = 'https://api.acme.example'
const ask: Ask = { method: 'POST', path: '/v1/things', query: { at: 'ü&1' }, body: { name: 'ü' } }
const asking: Connector = { ...acmePost, authoriseQuery: ({ secrets }) => ({ key: secrets['token']?.[0] ?? '' }) }

afterEach(() => {
  const pending = nock.pendingMocks()
  nock.cleanAll()
  expect(pending).toEqual([])
})

describe('a call whose credentials stand in the query', () => {
  it('has them beside what is asked, and names them in no error', async () => {
    nock(host).post('/v1/things?at=%C3%BC%261&key=s3cret-token').reply(422, { message: 'no key=s3cret-token' })
    const error = await errorOf(() => send(asking, account, ask))
    expect(error.message).toBe('the channel answered 422: no key=…')
    nock(host)
      .post(/key=s3cret-token/)
      .replyWithError(Object.assign(new Error('s3cret-token'), { code: 'ECONNRESET' }))
    const broken = await errorOf(() => send(asking, account, ask))
    expect(inspect([error, broken], { depth: 9, showHidden: true })).not.toContain('s3cret')
  })

  it('takes them to no other host, and not where a command signs', async () => {
    const sign = () => ({ signed: 'yes' })
    nock('https://hooks.example').get('/').reply(204)
    await send(asking, account, { method: 'GET', path: '/' }, { base: 'https://hooks.example' })
    nock(host).get('/').reply(204)
    expect(await send(asking, account, { method: 'GET', path: '/' }, { sign })).toMatchObject({ status: 204 })
  })
})
