import nock from 'nock'
import { afterEach, describe, expect, it } from 'vitest'
import { markShipped, referenceOf } from '../../connectors/amazon-sp/commands.ts'
import { amazonSp } from '../../connectors/amazon-sp/index.ts'
import { orders } from '../../connectors/amazon-sp/lists.ts'
import { order } from '../../connectors/amazon-sp/queries.ts'
import { sandbox } from '../../connectors/amazon-sp/sandbox.ts'
import { faults, type Settings } from '../../connectors/amazon-sp/settings.ts'
import { ask } from '../../src/connector/carry.ts'
import type { Answer } from '../../src/connector/contract.ts'
import { openHttp } from '../../src/connector/http.ts'
import { openTokens } from '../../src/flow/tokens.ts'
import type { Json } from '../../src/kernel/json.ts'
import { openRepositories } from '../../src/store/repositories.ts'
import { onEachEngine, storeForTest } from '../kit/engines.ts'
import { errorOf } from '../kit/prove-connector-outside.ts'

const now = new Date('2026-11-24T10:00:00Z')
const settings: Settings = {
  region: 'eu',
  environment: 'production',
  marketplaces: ['A21TJRUUN4KGV'],
  clientId: 'client-1',
  ordersApi: 'v0',
  restrictedData: true,
}
const { restrictedData: _, ...unrestricted } = settings
const answer = (status: number, body: Json): Answer => ({
  status,
  headers: {},
  bytes: new Uint8Array(),
  body,
  at: now.getTime(),
})
const one = {
  AmazonOrderId: '402-1',
  PurchaseDate: '2026-11-24T08:00:00Z',
  LastUpdateDate: '2026-11-24T08:30:00Z',
  OrderStatus: 'Unshipped',
}
const items = (ids: readonly string[], more: Readonly<Record<string, Json>> = {}): Json => ({
  payload: { AmazonOrderId: '402-1', OrderItems: ids.map((OrderItemId) => ({ OrderItemId })), ...more },
})
const host = 'https://sellingpartnerapi-eu.amazon.com'

afterEach(() => {
  const pending = nock.pendingMocks()
  nock.cleanAll()
  expect(pending).toEqual([])
})

describe('reading an order by v0', () => {
  it('asks for the order, then for its items, page by page', () => {
    const items1 = { method: 'GET', path: '/orders/v0/orders/402-1/orderItems', lane: 'get-items-v0' }
    expect(order.ask('402-1', unrestricted)).toEqual({
      method: 'GET',
      path: '/orders/v0/orders/402-1',
      lane: 'get-order-v0',
    })
    expect(order.more?.(answer(200, { payload: one }), '402-1', unrestricted)).toEqual([items1])
    expect(order.next?.(answer(200, items(['1'], { NextToken: 'a/b==' })), '402-1', unrestricted)).toEqual({
      ...items1,
      query: { NextToken: 'a/b==' },
    })
    expect(order.next?.(answer(200, items(['1'], { NextToken: '' })), '402-1', unrestricted)).toBeUndefined()
    expect(order.next?.(answer(200, items(['1'])), '402-1', unrestricted)).toBeUndefined()
  })

  it('asks under the restricted token where the settings want it, and asks nothing more of an order that is gone', () => {
    expect(order.ask('402-1', settings).grant).toBe('restricted')
    expect(order.more?.(answer(200, { payload: one }), '402-1', settings)).toMatchObject([{ grant: 'restricted' }])
    expect(order.more?.(answer(404, {}), '402-1', settings)).toEqual([])
    expect(order.read(answer(404, {}), [])).toBe('gone')
  })

  it('joins the pages; what it says tells two readings of one second apart', () => {
    const read = (...ids: string[]) =>
      order.read(
        answer(200, { payload: one }),
        ids.map((id) => answer(200, items([id]))),
      )
    const told = read('1', '2')
    expect(told).toEqual({
      parts: [
        {
          rank: 1795509000000,
          mark: expect.stringMatching(/^[0-9a-f]{32}$/),
          observed: now.getTime(),
          payload: { order: one, items: [{ OrderItemId: '1' }, { OrderItemId: '2' }] },
        },
      ],
    })
    expect(read('1', '2')).toEqual(told)
    expect(read('1', '3')).not.toEqual(told)
  })

  it.each([
    ['an empty order', { payload: {} }, items(['1']), 'expected an order of Amazon (v0): /payload'],
    ['no items', { payload: one }, { payload: {} }, 'expected the items of an order of Amazon (v0): /payload'],
    [
      'the items of another',
      { payload: one },
      items(['1'], { AmazonOrderId: '402-2' }),
      'order 402-1 was asked for its items, and those of 402-2 came',
    ],
  ])('%s cannot be read', (_, first, second, words) => {
    expect(() => order.read(answer(200, first), [answer(200, second)])).toThrow(words)
  })

  it('without ordersApi, and with 2026-01-01, nothing of it is asked', () => {
    for (const current of [{ ...unrestricted, ordersApi: '2026-01-01' as const }, without(unrestricted)]) {
      expect(order.ask('402-1', current).path).toBe('/orders/2026-01-01/orders/402-1')
      expect(order.more?.(answer(200, {}), '402-1', current)).toEqual([])
    }
  })

  it('restricted data is of v0 alone', () => {
    expect(faults(settings, {})).toEqual([])
    expect(faults({ ...settings, ordersApi: '2026-01-01' }, {})).toEqual([
      'settings.restrictedData is of ordersApi v0: 2026-01-01 shows by itself what the roles cover',
    ])
  })
})

const without = ({ ordersApi: _, ...rest }: Settings): Settings => rest

describe('the list of v0', () => {
  const window = { from: new Date('2026-11-24T08:00:00Z'), to: new Date('2026-11-24T09:00:00Z') }
  const at = (by: 'changed' | 'placed') => ({ window: { ...window, by }, settings, now })

  it.each([
    ['changed', 'LastUpdated'],
    ['placed', 'Created'],
  ] as const)('is asked by %s under the plain token, page after page with all else as it was', (by, name) => {
    const query = {
      MarketplaceIds: 'A21TJRUUN4KGV',
      [`${name}After`]: '2026-11-24T08:00:00.000Z',
      [`${name}Before`]: '2026-11-24T08:59:59.999Z',
      MaxResultsPerPage: '100',
    }
    const asked = { method: 'GET', path: '/orders/v0/orders', lane: 'search-v0' }
    expect(orders.ask(at(by), undefined)).toEqual({ ...asked, query })
    expect(orders.ask(at(by), 'a/b==')).toEqual({ ...asked, query: { ...query, NextToken: 'a/b==' } })
  })

  it('names orders with their totals, and carries none', () => {
    const priced = { ...one, AmazonOrderId: '402-2', OrderTotal: { CurrencyCode: 'INR', Amount: '12.50' } }
    const told = { rank: 1795509000000, placed: 1795507200000, changed: 1795509000000 }
    expect(
      orders.read(answer(200, { payload: { Orders: [one, priced], NextToken: 'more' } }), at('changed'), undefined),
    ).toEqual({
      items: [
        { ...told, order: '402-1' },
        { ...told, order: '402-2', total: { amount: '12.50', currency: 'INR' } },
      ],
      next: 'more',
    })
    expect(orders.read(answer(200, { payload: { Orders: [], NextToken: '' } }), at('changed'), undefined)).toEqual({
      items: [],
    })
  })
})

onEachEngine((engine) => {
  const account = { id: 'shop', settings, secrets: sandbox.example.secrets }
  const open = async () => {
    const { connections } = await openRepositories(await storeForTest(engine))
    await connections.ensure([{ id: 'shop', connector: 'amazon-sp' }])
    const tokenFor = openTokens({ connections, now: () => now, sleep: () => Promise.resolve() })
    return openHttp({ spend: () => Promise.resolve(), now: () => now, tokenFor })
  }
  const login = () =>
    nock('https://api.amazon.com').post('/auth/o2/token').reply(200, { access_token: 'Atza|1', expires_in: 3600 })
  const under = (token: string) => nock(host, { reqheaders: { 'x-amz-access-token': token } })
  const restrictedResources = [
    { method: 'GET', path: '/orders/v0/orders/{orderId}', dataElements: ['buyerInfo', 'shippingAddress'] },
    { method: 'GET', path: '/orders/v0/orders/{orderId}/orderItems', dataElements: ['buyerInfo'] },
  ]

  it('the restricted token is asked for under the access token, and does for every order', async () => {
    const send = await open()
    login()
    under('Atza|1')
      .post('/tokens/2021-03-01/restrictedDataToken', { restrictedResources })
      .reply(200, { restrictedDataToken: 'Atz.sprdt|1', expiresIn: 3600 })
    under('Atz.sprdt|1').get('/orders/v0/orders/402-1').twice().reply(200, { payload: one })
    under('Atz.sprdt|1')
      .get('/orders/v0/orders/402-1/orderItems')
      .twice()
      .reply(200, items(['1']))
    await ask({ send }, amazonSp, account, '402-1')
    const [told] = await ask({ send }, amazonSp, account, '402-1')
    expect(typeof told === 'string' ? told : JSON.parse(Buffer.from(told?.body ?? []).toString())).toEqual({
      order: one,
      items: [{ OrderItemId: '1' }],
    })
  })

  it('an application without the roles is denied, in words', async () => {
    const send = await open()
    login()
    const message = 'Application does not have access to one or more requested data elements: [buyerInfo]'
    under('Atza|1')
      .post('/tokens/2021-03-01/restrictedDataToken')
      .reply(400, { errors: [{ code: 'InvalidInput', message }] })
    expect(await errorOf(() => ask({ send }, amazonSp, account, '402-1'))).toMatchObject({
      code: 'CHANNEL_DENIED',
      message: expect.stringContaining('settings.restrictedData needs those roles'),
    })
  })

  it('pages of items that have no end are given up', async () => {
    const send = await open()
    login()
    under('Atza|1').get('/orders/v0/orders/402-1').reply(200, { payload: one })
    under('Atza|1')
      .get(/orderItems/)
      .times(100)
      .reply(200, items(['1'], { NextToken: 'again' }))
    expect(await errorOf(() => ask({ send }, amazonSp, { ...account, settings: unrestricted }, '402-1'))).toMatchObject(
      { code: 'CHANNEL_UNREADABLE', message: expect.stringContaining('goes on beyond 100 answers') },
    )
  })
})

describe('confirming a package by v0', () => {
  const at = {
    wish: {
      order: '402-1',
      shipment: 'act_1',
      carrier: 'DHL',
      trackingNumber: 'JD0146',
      shippedAt: '2026-11-24T09:00:00.000Z',
      lines: [{ line: '11', quantity: 1 }],
    },
    settings,
    command: 'cmd_1',
    now,
  }
  const plan = (more: Readonly<Record<string, Json>>) =>
    markShipped.plan(at, answer(200, { payload: { ...one, MarketplaceId: 'A1PA6795UKMFR9', ...more } }))

  it.each(['Unshipped', 'PartiallyShipped', 'Shipped', 'InvoiceUnconfirmed'])(
    'is sent where the order is %s: what has left may have left in this package, which is then edited',
    (OrderStatus) => {
      expect(markShipped.look?.(at)).toEqual({
        method: 'GET',
        path: '/orders/v0/orders/402-1',
        lane: 'get-order-v0',
      })
      expect(plan({ OrderStatus })).toMatchObject({
        send: [
          { body: { marketplaceId: 'A1PA6795UKMFR9', packageDetail: { packageReferenceId: referenceOf('cmd_1') } } },
        ],
      })
    },
  )

  it.each([
    [{ FulfillmentChannel: 'AFN' }, 'is fulfilled by Amazon'],
    [{ IsISPU: true }, 'is picked up in the store'],
    [{ OrderStatus: 'Pending' }, 'Amazon has not released it yet'],
    [{ OrderStatus: 'Canceled' }, 'nothing of it is to be shipped'],
  ])('is refused with a sentence for %j', (more, words) => {
    expect(() => plan(more)).toThrow(words)
  })
})
