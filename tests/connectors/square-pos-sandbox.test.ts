import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { squarePos } from '../../connectors/square-pos/index.ts'
import { sandbox } from '../../connectors/square-pos/sandbox.ts'
import type { State } from '../../connectors/square-pos/sandbox-posts.ts'
import { openDice } from '../../src/cli/dice.ts'
import type { Answer, Incoming } from '../../src/connector/contract.ts'
import type { BookOrder, SandboxPost } from '../../src/connector/sandbox.ts'
import { type Json, readJson } from '../../src/kernel/json.ts'
import { moneyText } from '../../src/kernel/money.ts'
import { compileMappings } from '../../src/mapping/compile.ts'
import { fold } from '../../src/orders/fold.ts'

const { settings, secrets } = sandbox.example
const now = new Date('2026-11-24T10:00:00Z')
const authorization = `Bearer ${secrets['accessToken']?.[0]}`
const folder = join(import.meta.dirname, '../../mappings/square-pos')
const { mappings } = compileMappings(
  readdirSync(folder).map((name) => ({ path: name, text: readFileSync(join(folder, name), 'utf8') })),
)

const start = (seed = 1): State =>
  sandbox.start({ seed, settings, secrets, hookUrl: 'https://hub.example.com/webhooks/till' })
const played = (steps: number, seed = 1): { readonly state: State; readonly posts: readonly SandboxPost[] } => {
  const dice = openDice(seed)
  let state = start(seed)
  const posts: SandboxPost[] = []
  for (let step = 0; step < steps; step += 1) {
    const done = sandbox.play(state, dice, new Date(now.getTime() + step * 60_000))
    state = done.state
    posts.push(...done.posts)
  }
  return { state, posts }
}
const incoming = ({ path, headers, body }: SandboxPost): Incoming => ({
  method: 'POST',
  path,
  query: {},
  headers,
  body: Buffer.from(body),
})
const call = (
  state: State,
  method: string,
  path: string,
  { body = '', headers = { authorization } }: { body?: string; headers?: Readonly<Record<string, string>> } = {},
) => sandbox.answer(state, { method, path, query: {}, headers, body: Buffer.from(body) }, now)
const bodyOf = (text: string): Json => readJson(Buffer.from(text))
const answerOf = ({ reply }: ReturnType<typeof call>): Answer => ({
  status: reply.status,
  headers: reply.headers,
  bytes: Buffer.from(reply.body),
  body: bodyOf(reply.body),
})

const online = (): { readonly state: State; readonly order: BookOrder } => {
  const { state } = played(40)
  const order = sandbox
    .books(state)
    .orders.find(({ externalId }) => state.sales[externalId]?.shipment?.state === 'PROPOSED')
  if (order === undefined) throw new Error('no online order was played')
  return { state, order }
}
const shipping = (state: State, order: BookOrder, more: { readonly version?: number; readonly key?: string } = {}) => {
  const version = more.version ?? state.sales[order.externalId]?.version
  const fulfillments = [
    {
      uid: `${order.externalId}-ship`,
      state: 'COMPLETED',
      shipment_details: { carrier: 'UPS', tracking_number: '1ZTEST0001' },
    },
  ]
  return call(state, 'PUT', `/v2/orders/${order.externalId}`, {
    body: JSON.stringify({ order: { version, fulfillments }, idempotency_key: more.key ?? 'cmd_1' }),
  })
}

describe('the Square sandbox', () => {
  it('plays the same traffic from the same seed', () => {
    expect(played(60, 7)).toEqual(played(60, 7))
  })

  it('signs what it sends, and what it forges is refused', () => {
    const { posts } = played(300)
    const at = { secrets, settings, now }
    expect(posts.filter(({ forged }) => forged === true).length).toBeGreaterThan(5)
    for (const post of posts) {
      expect(squarePos.verify?.(incoming(post), at).genuine, post.note).toBe(post.forged !== true)
    }
  })

  it('sends some messages twice under one key, and only topics that the connector knows', () => {
    const { posts } = played(300)
    const identities = posts
      .filter(({ forged }) => forged !== true)
      .map((post) => squarePos.identify?.(incoming(post), bodyOf(post.body)))
    expect(new Set(identities.map((identity) => identity?.key)).size).toBeLessThan(identities.length)
    expect(Object.keys(squarePos.topics)).toEqual(
      expect.arrayContaining([...new Set(identities.map((identity) => identity?.topic))]),
    )
  })

  it.each([1, 2, 3])('shows, with seed %i, every order as its books have it', (seed) => {
    const { state } = played(250, seed)
    for (const book of sandbox.books(state).orders) {
      const read = answerOf(call(state, 'GET', `/v2/orders/${book.externalId}`))
      const telling = mappings.get('order')?.apply({ payload: read.body ?? null, settings })
      if (telling?.kind !== 'snapshot') throw new Error(`expected a snapshot of ${book.externalId}`)
      const sale = state.sales[book.externalId]
      const returns = (sale?.givenBack ?? []).map(({ id }) =>
        mappings
          .get('order')
          ?.apply({ payload: answerOf(call(state, 'GET', `/v2/orders/${id}`)).body ?? null, settings }),
      )
      const heard = [telling, ...returns].flatMap((told) =>
        told?.kind === 'snapshot' || told?.kind === 'facts'
          ? [{ telling: told, message: told.kind, posted: false }]
          : [],
      )
      const identity = { id: 'ord_1', connection: 'till', connector: 'square-pos', externalId: book.externalId }
      const { order } = fold(identity, undefined, { heard, acts: [], at: now, by: 'test', listens: () => false })
      expect({
        externalId: order?.externalId,
        number: order?.number,
        currency: order?.currency,
        total: order?.totals === undefined ? '' : moneyText(order.totals.total),
        refunded: moneyText({
          minor: (order?.refunds ?? []).reduce((sum, { amount }) => sum + amount.minor, 0),
          currency: book.currency,
        }),
        lines: (order?.lines ?? []).map((line) => ({
          id: line.externalId,
          sku: line.sku,
          quantity: line.quantity,
          cancelled: line.counts.cancelled,
        })),
        cancelled: order?.headline.state === 'cancelled',
        holds: order?.holds,
      }).toEqual({
        ...book,
        lines: book.lines.map((line) => ({
          ...line,
          quantity: Number(line.quantity),
          cancelled: Number(line.cancelled),
        })),
        holds: [],
      })
    }
  })

  it('completes a fulfilment once, tells it in its books, and says so in two messages', () => {
    const { state, order } = online()
    const shipped = shipping(state, order)
    expect(shipped.reply.status).toBe(200)
    expect(shipped.posts.map(({ note }) => note)).toEqual(['order.fulfillment.updated', 'order.updated'])
    const told = {
      order: order.externalId,
      kind: 'shipped',
      trackingNumber: '1ZTEST0001',
      lines: order.lines.map(({ id, quantity }) => ({ id, quantity })),
    }
    expect(sandbox.books(shipped.state).told).toEqual([told])
    const again = shipping(shipped.state, order, { version: state.sales[order.externalId]?.version ?? 0 })
    expect([again.reply.status, again.posts.length, sandbox.books(again.state).told.length]).toEqual([200, 0, 1])
  })

  it('refuses a stale version as Square does, which is a conflict', () => {
    const { state, order } = online()
    const stale = shipping(state, order, { version: 0 })
    expect(stale.reply.status).toBe(400)
    expect(squarePos.classify?.(answerOf(stale), now)).toMatchObject({ code: 'CHANNEL_CONFLICT' })
    expect(sandbox.books(stale.state).told).toEqual([])
  })

  it('refuses a key that came with another body, a second completion, and an order of the till', () => {
    const { state, order } = online()
    const shipped = shipping(state, order).state
    expect(shipping(shipped, order, { version: 99 }).reply.body).toContain('IDEMPOTENCY_KEY_REUSED')
    expect(shipping(shipped, order, { key: 'cmd_2' }).reply.status).toBe(400)
    const till = Object.values(state.sales).find(({ version }) => version === undefined)
    expect(shipping(state, { ...order, externalId: till?.id ?? '' }, { version: 1 }).reply.body).toContain(
      'Order cannot be updated',
    )
  })

  it('answers nobody without the token, nor for an order it has not, and counts every call', () => {
    const { state, order } = online()
    const refused = call(state, 'GET', `/v2/orders/${order.externalId}`, { headers: {} })
    expect([refused.reply.status, squarePos.classify?.(answerOf(refused), now)?.code]).toEqual([401, 'CHANNEL_DENIED'])
    const unknown = call(refused.state, 'GET', '/v2/orders/nobody')
    expect([unknown.reply.status, squarePos.queries.order?.read(answerOf(unknown))]).toEqual([404, 'gone'])
    expect(sandbox.books(call(unknown.state, 'GET', '/v2/customers').state).calls).toBe(3)
  })
})
