import { describe, expect, it } from 'vitest'
import { referenceOf } from '../../connectors/amazon-sp/commands.ts'
import { sandbox } from '../../connectors/amazon-sp/sandbox.ts'
import type { State } from '../../connectors/amazon-sp/sandbox-posts.ts'
import { openDice } from '../../src/cli/dice.ts'
import type { SandboxPost, SandboxStart } from '../../src/connector/sandbox.ts'

const { settings, secrets } = sandbox.example
const first = new Date('2026-11-24T10:00:00Z').getTime()
const minute = 60_000
const day = 86_400_000

const start = (more: Partial<SandboxStart> = {}): State =>
  sandbox.start({ seed: 1, settings, secrets, hookUrl: 'https://hub.example.com/webhooks/shop', ...more })
const played = (
  steps: number,
  more: Partial<SandboxStart> = {},
): { readonly state: State; readonly posts: readonly SandboxPost[] } => {
  const dice = openDice(1)
  let state = start(more)
  const posts: SandboxPost[] = []
  for (let step = 0; step < steps; step += 1) {
    const done = sandbox.play(state, dice, new Date(first + step * minute))
    state = done.state
    posts.push(...done.posts)
  }
  return { state, posts }
}

interface Sent {
  readonly method?: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: string
  readonly token?: string
}
const call = (state: State, path: string, { method = 'GET', query = {}, body = '', token = '' }: Sent, at = first) => {
  const headers = { 'x-amz-access-token': token }
  return sandbox.answer(state, { method, path, query, headers, body: Buffer.from(body) }, new Date(at))
}
const json = (text: string) => JSON.parse(text)
const form = {
  grant_type: 'refresh_token',
  refresh_token: 'Atzr|sandbox-refresh-token',
  client_id: 'amzn1.application-oa2-client.sandbox',
  client_secret: 'sandbox-client-secret',
}
const granted = (state: State, more: Readonly<Record<string, string>> = {}, at = first) =>
  call(state, '/auth/o2/token', { method: 'POST', body: new URLSearchParams({ ...form, ...more }).toString() }, at)
/** A sandbox that was played, and a token for it. */
const open = (steps: number, more: Partial<SandboxStart> = {}, at = first + steps * minute) => {
  const { state, reply } = granted(played(steps, more).state, {}, at)
  return { state, token: String(json(reply.body).access_token), at }
}

describe('Login with Amazon, in small', () => {
  it.each([
    [{ client_secret: 'guess' }, 401, 'invalid_client'],
    [{ refresh_token: 'Atzr|guess' }, 400, 'invalid_grant'],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ])('refuses %j', (more, status, error) => {
    const { reply } = granted(start(), more)
    expect([reply.status, json(reply.body).error]).toEqual([status, error])
  })

  it('grants a token for an hour, and says of each token what is wrong with it', () => {
    const { state, token } = open(0)
    const details = (sent: Sent, at: number) => {
      const { reply } = call(state, '/orders/2026-01-01/orders/1', sent, at)
      return [reply.status, json(reply.body).errors[0].details]
    }
    expect(details({ token }, first + 59 * minute)[0]).toBe(404)
    expect(details({ token }, first + 60 * minute)).toEqual([403, 'The access token you provided has expired.'])
    expect(details({ token: 'guess' }, first)).toEqual([
      403,
      'The access token you provided is revoked, malformed or invalid.',
    ])
  })
})

describe('searchOrders, in small', () => {
  const { state, token, at } = open(60)
  const search = (query: Readonly<Record<string, string>>, now = at, from = state) =>
    call(from, '/orders/2026-01-01/orders', { query: { marketplaceIds: 'A21TJRUUN4KGV', ...query }, token }, now)
  const from = new Date(first).toISOString()
  const until = new Date(at - 2 * minute).toISOString()
  const idsOf = (body: string): string[] => json(body).orders.map((order: { orderId: string }) => order.orderId)

  it.each([
    [{}, 'Exactly one'],
    [{ createdAfter: from, lastUpdatedAfter: from }, 'Exactly one'],
    [{ createdAfter: from, lastUpdatedBefore: until }, 'Exactly one'],
    [{ lastUpdatedAfter: from, lastUpdatedBefore: new Date(at - 2 * minute + 1).toISOString() }, 'two minutes'],
    [{ lastUpdatedAfter: until, lastUpdatedBefore: from }, 'equal to or after'],
    [{ createdAfter: from, maxResultsPerPage: '101' }, 'between 1 and 100'],
    [{ createdAfter: from, paginationToken: 'guess' }, 'Invalid paginationToken'],
  ])('refuses %j', (query, words) => {
    const { reply } = search(query)
    expect([reply.status, json(reply.body).errors[0].message]).toEqual([400, expect.stringContaining(words)])
  })

  it('lists what was placed in a window, page by page; the last order of a page comes again', () => {
    const query = { createdAfter: from, createdBefore: until, maxResultsPerPage: '5' }
    const pages: string[][] = []
    let more: string | undefined
    do {
      const { reply } = search({ ...query, ...(more === undefined ? {} : { paginationToken: more }) })
      pages.push(idsOf(reply.body))
      more = json(reply.body).pagination?.nextToken
    } while (more !== undefined)
    const placed = Object.values(state.sales).filter(({ placedAt }) => placedAt <= until)
    expect(pages.length).toBeGreaterThan(3)
    expect(new Set(pages.flat())).toEqual(new Set(placed.map(({ id }) => id)))
    expect(pages[1]?.[0]).toBe(pages[0]?.[4])
  })

  it('an order that changes between two pages has left the window, and none of the others is lost', () => {
    const query = { lastUpdatedAfter: from, lastUpdatedBefore: until, maxResultsPerPage: '5' }
    const page = search(query)
    const [one = ''] = idsOf(page.reply.body)
    const sale = state.sales[one]
    if (sale === undefined) throw new Error('no order was listed')
    const changed = { ...state, sales: { ...state.sales, [one]: { ...sale, changedAt: new Date(at).toISOString() } } }
    const all = Object.values(state.sales).filter(({ changedAt }) => changedAt <= until)
    let seen = idsOf(page.reply.body)
    let more: string | undefined = json(page.reply.body).pagination.nextToken
    while (more !== undefined) {
      const { reply } = search({ ...query, paginationToken: more }, at, changed)
      seen = [...seen, ...idsOf(reply.body)]
      more = json(reply.body).pagination?.nextToken
    }
    expect(new Set(seen)).toEqual(new Set(all.map(({ id }) => id)))
  })

  it('takes a token with its own question only, and for a day', () => {
    const query = { createdAfter: from, createdBefore: until, maxResultsPerPage: '5' }
    const paginationToken = json(search(query).reply.body).pagination.nextToken
    expect(search({ ...query, paginationToken, maxResultsPerPage: '7' }).reply.status).toBe(200)
    expect(search({ ...query, paginationToken, includedData: 'BUYER' }).reply.status).toBe(400)
    const late = granted(state, {}, at + day + 1)
    const headers = { 'x-amz-access-token': json(late.reply.body).access_token }
    const request = {
      method: 'GET',
      path: '/orders/2026-01-01/orders',
      query: { marketplaceIds: 'A21TJRUUN4KGV', ...query, paginationToken },
      headers,
      body: new Uint8Array(),
    }
    expect(sandbox.answer(late.state, request, new Date(at + day + 1)).reply.status).toBe(400)
  })

  it('gives the data sets that were asked for, and of a pending order no money', () => {
    const bare = json(search({ createdAfter: from }).reply.body).orders
    expect(bare.some((order: object) => 'proceeds' in order || 'fulfillment' in order)).toBe(false)
    const whole = json(search({ createdAfter: from, includedData: 'PROCEEDS,FULFILLMENT,BUYER' }).reply.body).orders
    const pending = whole.filter(
      (order: { fulfillment: { fulfillmentStatus: string } }) => order.fulfillment.fulfillmentStatus === 'PENDING',
    )
    expect(pending.length).toBeGreaterThan(0)
    for (const order of pending) expect(order).not.toHaveProperty('proceeds')
    expect(whole.some((order: object) => 'proceeds' in order && 'buyer' in order)).toBe(true)
  })
})

describe('its limits', () => {
  const search = (state: State, token: string, at: number) =>
    call(state, '/orders/2026-01-01/orders', { query: { createdAfter: '2026-11-24T00:00:00Z' }, token }, at)

  it('each operation has its own bucket: twenty searches, then one in three minutes; a 429 names no time', () => {
    let { state, token, at } = open(0)
    const statuses = Array.from({ length: 21 }, () => {
      const answered = search(state, token, at)
      state = answered.state
      return answered.reply
    })
    expect(statuses.filter(({ status }) => status === 200)).toHaveLength(20)
    expect(statuses.at(-1)).toMatchObject({ status: 429, body: expect.stringContaining('QuotaExceeded') })
    expect(statuses.at(-1)?.headers).not.toHaveProperty('retry-after')
    expect(statuses[0]?.headers).toMatchObject({ 'x-amzn-ratelimit-limit': '0.0056' })
    expect(call(state, '/orders/2026-01-01/orders/1', { token }, at).reply.status).toBe(404)
    expect(search(state, token, at + 178_000).reply.status).toBe(429)
    expect(search(state, token, at + 179_000).reply.status).toBe(200)
    expect(sandbox.books(state)).toMatchObject({ aboveLimits: 1, calls: 22 })
  })

  it('counts and does not refuse where it is to measure the hub', () => {
    let { state, token, at } = open(0, { unlimited: true })
    for (let count = 0; count < 25; count += 1) {
      const answered = search(state, token, at)
      expect(answered.reply.status).toBe(200)
      state = answered.state
    }
    expect(sandbox.books(state).aboveLimits).toBe(5)
    const query = { createdAfter: '2026-11-24T00:00:00Z', createdBefore: new Date(at).toISOString() }
    expect(call(state, '/orders/2026-01-01/orders', { query, token }, at).reply.status).toBe(200)
  })
})

describe('confirmShipment, in small', () => {
  const { state, token, at } = open(60)
  const sale = Object.values(state.sales).find(
    ({ status, byAmazon, items }) => status === 'UNSHIPPED' && !byAmazon && items.some(({ quantity }) => quantity > 1),
  )
  if (sale === undefined) throw new Error('the seller has nothing to send')
  const item = sale.items.find(({ quantity }) => quantity > 1) ?? sale.items[0]
  const detail = {
    packageReferenceId: referenceOf('cmd_1'),
    carrierCode: 'Other',
    carrierName: 'Shadowfax',
    trackingNumber: 'TEST0001',
    shipDate: '2026-11-24T10:00:00.000Z',
    orderItems: [{ orderItemId: item?.id, quantity: 1 }],
  }
  const confirm = (from: State, more: object, body: object = {}) =>
    call(
      from,
      `/orders/v0/orders/${sale.id}/shipmentConfirmation`,
      {
        method: 'POST',
        token,
        body: JSON.stringify({ marketplaceId: 'A21TJRUUN4KGV', packageDetail: { ...detail, ...more }, ...body }),
      },
      at,
    )

  it('tells of a part, then edits the same package under the same reference, and posts each change', () => {
    const once = confirm(state, {})
    expect([once.reply.status, once.reply.body, once.posts.length]).toEqual([204, '', 1])
    expect(once.state.sales[sale.id]?.status).toBe('PARTIALLY_SHIPPED')
    const twice = confirm(once.state, { trackingNumber: 'TEST0002' })
    expect(twice.reply.status).toBe(204)
    expect(sandbox.books(twice.state).told).toEqual([
      { order: sale.id, kind: 'shipped', trackingNumber: 'TEST0002', lines: [{ id: item?.id, quantity: '1' }] },
    ])
  })

  it.each([
    [{ packageReferenceId: 'PKG-1' }, {}, 'PackageReferenceId: is invalid, must be a positive numeric value.'],
    [{ orderItems: [{ orderItemId: 'nobody', quantity: 1 }] }, {}, 'PackageToUpdateNotFound'],
    [{ orderItems: [{ orderItemId: item?.id, quantity: 99 }] }, {}, 'order already fulfilled'],
    [{ shipDate: '24/11/2026' }, {}, 'Invalid Input'],
    [{ carrierName: undefined }, {}, 'carrierName is required'],
    [{}, { marketplaceId: 'ATVPDKIKX0DER' }, 'marketplaceId'],
  ])('refuses %j %j', (more, body, words) => {
    const { reply } = confirm(state, more, body)
    expect([reply.status, json(reply.body).errors[0].message]).toEqual([400, expect.stringContaining(words)])
  })
})

describe('what it plays', () => {
  it('orders come pending, are released, sent by Amazon, cancelled; the books have no total of a pending one', () => {
    const { state, posts } = played(300)
    const statuses = new Set(Object.values(state.sales).map(({ status }) => status))
    expect([...statuses].sort()).toEqual(['CANCELLED', 'PARTIALLY_SHIPPED', 'PENDING', 'SHIPPED', 'UNSHIPPED'])
    for (const order of sandbox.books(state).orders) {
      const { status, released } = state.sales[order.externalId] ?? {}
      expect('total' in order).toBe(released)
      expect(order.cancelled).toBe(status === 'CANCELLED')
    }
    expect(posts.some(({ note }) => note === 'the same again')).toBe(true)
    expect(posts.some(({ afterMs = 0 }) => afterMs > 0)).toBe(true)
  })

  it('where there is a queue everything lies in it, and nobody forges', () => {
    const queue = { url: 'https://sqs.eu-west-1.amazonaws.com/123456789012/orders', region: 'eu-west-1' }
    const { posts } = played(100, { settings: { ...settings, queue } })
    expect(posts.length).toBeGreaterThan(80)
    expect(posts.every(({ queued, headers }) => queued === true && Object.keys(headers).length === 0)).toBe(true)
    expect(posts.some(({ forged }) => forged === true)).toBe(false)
  })
})
