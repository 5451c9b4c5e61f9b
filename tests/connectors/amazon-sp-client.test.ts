import nock from 'nock'
import { afterEach, describe, expect, it } from 'vitest'
import { base, classify, laneRate } from '../../connectors/amazon-sp/client.ts'
import { amazonSp } from '../../connectors/amazon-sp/index.ts'
import { orders } from '../../connectors/amazon-sp/lists.ts'
import { order } from '../../connectors/amazon-sp/queries.ts'
import { sandbox } from '../../connectors/amazon-sp/sandbox.ts'
import { faults, type Settings } from '../../connectors/amazon-sp/settings.ts'
import type { Answer } from '../../src/connector/contract.ts'
import { askGrant } from '../../src/connector/grant.ts'
import { openHttp, type TokenWanted } from '../../src/connector/http.ts'
import type { Json } from '../../src/kernel/json.ts'
import { errorOf } from '../kit/prove-connector-outside.ts'

const now = new Date('2026-11-24T10:00:00Z')
const settings: Settings = {
  region: 'eu',
  environment: 'production',
  marketplaces: ['A21TJRUUN4KGV', 'A1PA6795UKMFR9'],
  clientId: 'client-1',
}
const { secrets } = sandbox.example
const account = {
  id: 'shop',
  settings,
  secrets: { ...secrets, refreshToken: ['Atzr|a/b+c'], clientSecret: ['new', 'old'] },
}
const answer = (status: number, body: Json, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers,
  bytes: Buffer.from(JSON.stringify(body)),
  body,
  at: now.getTime(),
})
const errorsOf = (message: string, details = ''): Json => ({ errors: [{ code: 'InvalidInput', message, details }] })

afterEach(() => {
  const pending = nock.pendingMocks()
  nock.cleanAll()
  expect(pending).toEqual([])
})

describe('where Amazon is', () => {
  it.each([
    ['na', 'production', 'https://sellingpartnerapi-na.amazon.com'],
    ['eu', 'production', 'https://sellingpartnerapi-eu.amazon.com'],
    ['fe', 'sandbox', 'https://sandbox.sellingpartnerapi-fe.amazon.com'],
  ] as const)('%s %s is %s', (region, environment, host) => {
    expect(base({ ...settings, region, environment })).toBe(host)
  })

  it('a marketplace of another region, and one that is none, are faults of the config', () => {
    expect(faults(settings, {})).toEqual([])
    expect(
      faults({ ...settings, region: 'na', marketplaces: ['A21TJRUUN4KGV', 'ATVPDKIKX0DER', 'NOWHERE'] }, {}),
    ).toEqual([
      'settings.marketplaces: A21TJRUUN4KGV (India) is of the region eu, not na: it needs a connection of its own',
      'settings.marketplaces: NOWHERE is no marketplace of Amazon',
    ])
  })

  it('a queue needs the keys that may empty it', () => {
    const queue = { url: 'https://sqs.eu-west-1.amazonaws.com/123456789012/orders', region: 'eu-west-1' }
    const keys = { awsAccessKeyId: ['AKIA'], awsSecretAccessKey: ['s3cret'] }
    expect(faults({ ...settings, queue }, { awsAccessKeyId: ['AKIA'] })).toEqual([
      'settings.queue needs the secret awsSecretAccessKey, which may receive from the queue',
    ])
    expect(faults({ ...settings, queue }, keys)).toEqual([])
    expect(amazonSp.mailbox?.of({ ...settings, queue })).toEqual(queue)
    expect(amazonSp.mailbox?.of(settings)).toBeUndefined()
    expect(amazonSp.mailbox?.credentials(keys)).toEqual({ accessKeyId: 'AKIA', secretAccessKey: 's3cret' })
  })
})

describe('the access token', () => {
  const send = openHttp({ spend: () => Promise.resolve(), now: () => now })
  const wanted = (): TokenWanted => {
    const grant = amazonSp.grants?.['access']
    if (grant === undefined) throw new Error('no grant')
    return { connector: amazonSp, account, name: 'access', grant, send }
  }

  it('is asked for as a form, with the newest client secret, at Login with Amazon', async () => {
    nock('https://api.amazon.com', {
      reqheaders: { 'content-type': 'application/x-www-form-urlencoded' },
      badheaders: ['x-amz-access-token', 'authorization'],
    })
      .post(
        '/auth/o2/token',
        'grant_type=refresh_token&refresh_token=Atzr%7Ca%2Fb%2Bc&client_id=client-1&client_secret=new',
      )
      .reply(200, { access_token: 'Atza|1', token_type: 'bearer', expires_in: 3600, refresh_token: 'Atzr|a/b+c' })
    expect(await askGrant(wanted(), now)).toEqual({ token: 'Atza|1', until: now.getTime() + 3_540_000 })
  })

  it.each([
    [400, 'invalid_grant', 'CHANNEL_DENIED', 'the seller took the consent back'],
    [401, 'invalid_client', 'CHANNEL_DENIED', 'the client id or the client secret is wrong'],
    [400, 'unauthorized_client', 'CHANNEL_DENIED', 'the application may not ask for this seller'],
    [400, 'server_error', 'CHANNEL_AWAY', 'Login with Amazon failed'],
    [400, 'invalid_request', 'CHANNEL_REFUSED', 'Login with Amazon says invalid_request: why'],
  ])('%s %s leads to %s', async (status, error, code, words) => {
    nock('https://api.amazon.com')
      .post('/auth/o2/token')
      .times(code === 'CHANNEL_AWAY' ? 3 : 1)
      .reply(status, { error, error_description: 'why' })
    const failed = await errorOf(() => askGrant(wanted(), now))
    expect(failed).toMatchObject({ code, message: expect.stringContaining(words) })
  })

  it('has run out where Amazon says so, with 403 and in words; another 403 is a refusal', () => {
    const spent = amazonSp.grants?.['access']?.spent
    expect(
      spent?.(
        answer(403, errorsOf('Access to requested resource is denied.', 'The access token you provided has expired.')),
      ),
    ).toBe(true)
    expect(spent?.(answer(403, errorsOf('Access to requested resource is denied.')))).toBe(false)
    expect(spent?.(answer(401, {}))).toBe(true)
    expect(spent?.(answer(200, {}))).toBe(false)
  })

  it('goes along with each call, and nothing else does', () => {
    const ask = order.ask('1', settings)
    expect(amazonSp.authorise?.(ask, { secrets, settings, now, token: 'Atza|1' })).toEqual({
      'x-amz-access-token': 'Atza|1',
    })
  })
})

describe('the list of orders', () => {
  const window = { from: new Date('2026-11-24T08:00:00Z'), to: new Date('2026-11-24T09:00:00Z') }
  const at = (by: 'changed' | 'placed') => ({ window: { ...window, by }, settings, now })
  const includedData = 'BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT'
  const rest = { marketplaceIds: 'A21TJRUUN4KGV,A1PA6795UKMFR9', maxResultsPerPage: '100', includedData }

  it.each([
    ['changed', 'lastUpdated'],
    ['placed', 'created'],
  ] as const)('is asked by %s for all marketplaces at once; its end is not in it', (by, name) => {
    expect(orders.ask(at(by), undefined)).toEqual({
      method: 'GET',
      path: '/orders/2026-01-01/orders',
      query: { [`${name}After`]: '2026-11-24T08:00:00.000Z', [`${name}Before`]: '2026-11-24T08:59:59.999Z', ...rest },
      lane: 'search',
    })
  })

  it('is asked for its next page with everything else as it was', () => {
    const { query: first } = orders.ask(at('changed'), undefined)
    expect(orders.ask(at('changed'), 'a/b==').query).toEqual({ ...first, paginationToken: 'a/b==' })
    expect(orders.lagSeconds).toBe(180)
  })

  it('gives each order with its times, its total where there is one, and itself as the query would', () => {
    const one = {
      orderId: '402-1',
      createdTime: '2026-11-24T08:00:00Z',
      lastUpdatedTime: '2026-11-24T08:30:00.250Z',
      salesChannel: { channelName: 'AMAZON' },
      orderItems: [],
    }
    const priced = { ...one, orderId: '402-2', proceeds: { grandTotal: { amount: '12.50', currencyCode: 'EUR' } } }
    const told = { rank: 1795509000250, placed: 1795507200000, changed: 1795509000250, observed: now.getTime() }
    expect(
      orders.read(answer(200, { orders: [one, priced], pagination: { nextToken: 'more' } }), at('changed'), undefined),
    ).toEqual({
      items: [
        { ...told, order: '402-1', payload: { order: one } },
        { ...told, order: '402-2', payload: { order: priced }, total: { amount: '12.50', currency: 'EUR' } },
      ],
      next: 'more',
    })
    expect(orders.read(answer(200, { orders: [] }), at('changed'), undefined)).toEqual({ items: [] })
  })

  it('names what an answer lacks', () => {
    expect(() => orders.read(answer(200, { orders: [{ orderId: '402-1' }] }), at('changed'), undefined)).toThrow(
      'expected a page of orders of Amazon: /orders/0 must have the field "createdTime"',
    )
  })
})

describe('what an answer means', () => {
  it.each([
    [400, 'CHANNEL_REFUSED'],
    [403, 'CHANNEL_DENIED'],
    [404, 'CHANNEL_REFUSED'],
    [429, 'CHANNEL_SLOW_DOWN'],
    [500, 'CHANNEL_AWAY'],
    [503, 'CHANNEL_AWAY'],
  ])('%s is %s, whatever code stands in it', (status, code) => {
    expect(classify(answer(status, errorsOf('no', 'because')), now)).toEqual({
      code,
      sentence: 'Amazon says InvalidInput: no (because)',
    })
  })

  it('a package that is there already is looked at again', () => {
    const words = 'Unable to find package to update for order (), errorMetric=PackageToUpdateNotFound'
    expect(classify(answer(400, errorsOf(words)), now)?.code).toBe('CHANNEL_CONFLICT')
  })

  it('tells the rate of a lane where it says one', () => {
    expect(laneRate(answer(200, {}, { 'x-amzn-ratelimit-limit': '0.0167' }))).toBe(0.0167)
    expect(laneRate(answer(429, {}))).toBeUndefined()
  })

  it('an order that is not there is gone; one that is none is named', () => {
    expect(order.read(answer(404, errorsOf('Order not found.')))).toBe('gone')
    expect(() => order.read(answer(200, { payload: {} }))).toThrow('expected an order of Amazon')
  })
})
