import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { wooStore } from '../../connectors/woo-store/index.ts'
import { openDice } from '../../src/cli/dice.ts'
import { hostSandbox } from '../../src/cli/sandbox.ts'
import { ask, carry, list } from '../../src/connector/carry.ts'
import { classify } from '../../src/connector/classify.ts'
import type { Send } from '../../src/connector/http.ts'
import type { SandboxPost } from '../../src/connector/sandbox.ts'
import type { Carrier } from '../../src/flow/carrier.ts'
import { receive } from '../../src/flow/receive.ts'
import { HubError } from '../../src/kernel/errors.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { readJson } from '../../src/kernel/json.ts'
import { moneyText } from '../../src/kernel/money.ts'
import { compileMappings } from '../../src/mapping/compile.ts'
import type { Store } from '../../src/store/port.ts'
import { type Flow, openClock, openFlow, openOtherSide } from '../flow/kit.ts'
import { onEachEngine } from '../kit/engines.ts'

const { sandbox } = wooStore
const folder = join(import.meta.dirname, '../../mappings/woo-store')
const { mappings } = compileMappings(
  readdirSync(folder).map((name) => ({
    path: `mappings/woo-store/${name}`,
    text: readFileSync(join(folder, name), 'utf8'),
  })),
)
const shop = {
  id: 'shop',
  connector: wooStore,
  enabled: true,
  ...sandbox.example,
  limits: { requestsPerSecond: 100, concurrency: 1 },
  pull: { everySeconds: 300, overlapSeconds: 300, reconcileHours: 24, reconcileDays: 3 },
  mappings,
}

/** The sandbox as the other side of a hub: it is asked for whatever is only named, or told twice in one second. */
const openSide = (seed: number, now: () => Date) => {
  const dice = openDice(seed)
  let state = sandbox.start({ seed, ...sandbox.example, hookUrl: 'http://127.0.0.1:4000/webhooks/shop' })
  const posts: SandboxPost[] = []
  const send: Send = async (connector, account, { method, path, query = {}, body }, options) => {
    const headers = connector.authorise?.({ method, path }, { ...account, now: now() }) ?? {}
    const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body))
    const answered = sandbox.answer(state, { method, path, query, headers, body: bytes }, now())
    state = answered.state
    posts.push(...answered.posts)
    const { status, headers: said, body: text } = answered.reply
    const answer = {
      status,
      headers: said,
      bytes: Buffer.from(text),
      body: readJson(Buffer.from(text)),
      at: now().getTime(),
    }
    const trouble = options?.accept?.includes(status) ? undefined : (connector.classify ?? classify)(answer, now())
    if (trouble !== undefined) throw new HubError(trouble.code, trouble.sentence)
    return answer
  }
  return {
    send,
    /** What a step sends, in an order of its own, with what the answers before it gave rise to. */
    play: (): readonly SandboxPost[] => {
      const played = sandbox.play(state, dice, now())
      state = played.state
      const all = [...posts.splice(0), ...played.posts]
      return dice.next() < 0.5 ? all : all.toReversed()
    },
    books: () => sandbox.books(state),
  }
}

onEachEngine(({ open: openStore }) => {
  let store: Store
  let flow: Flow
  const clock = openClock()
  let side: ReturnType<typeof openSide>
  const open = async (seed: number): Promise<void> => {
    side = openSide(seed, clock.now)
    const other = {
      ...openOtherSide(),
      carrier: {
        carry: (account, errand) => carry({ send: side.send }, wooStore, account, errand),
        ask: (account, subject) => ask({ send: side.send }, wooStore, account, subject),
        list: (account, wanted) => list({ send: side.send }, wooStore, account, wanted),
      } satisfies Carrier,
    }
    flow = await openFlow({ store, accounts: [shop], clock, other })
  }
  beforeEach(async () => {
    store = await openStore()
  })
  afterEach(() => store.close())

  describe('a shop of WooCommerce', () => {
    it.each([1, 2, 3])('and the hub agree on every order, line and cent (seed %i)', async (seed) => {
      await open(seed)
      const outcomes = new Map<string, number>()
      for (let step = 0; step < 150; step += 1) {
        for (const { headers, body, note, forged, ping } of side.play()) {
          const incoming = { method: 'POST', path: '/webhooks/shop', query: {}, headers, body: Buffer.from(body) }
          const received = await receive(flow.receiveDeps, 'shop', incoming)
          const outcome = 'kept' in received ? received.kept.state : Object.keys(received).join()
          expect(outcome, note).toMatch(forged === true ? /^refused$/ : ping === true ? /^greeted$/ : /^(kept|seen)$/)
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        }
        await flow.work()
        clock.pass(60)
      }
      expect([...outcomes.keys()].sort()).toEqual(['greeted', 'kept', 'refused', 'seen'])
      expect(outcomes.get('greeted')).toBe(1)
      const { orders } = side.books()
      expect(orders.length).toBeGreaterThan(40)
      for (const book of orders) {
        const order = await flow.orders.read(orderIdOf('shop', book.externalId))
        const refunded = (order?.refunds ?? []).reduce((sum, { amount }) => sum + amount.minor, 0)
        expect({
          total: order?.totals === undefined ? '' : moneyText(order.totals.total),
          refunded: moneyText({ minor: refunded, currency: book.currency }),
          cancelled: order?.headline.state === 'cancelled',
          holds: order?.holds,
          lines: order?.lines
            .filter(({ counts }) => counts.ordered > 0)
            .map(({ id, sku = '', counts }) => [id, sku, counts.ordered, counts.cancelled]),
        }).toEqual({
          total: book.total,
          refunded: book.refunded,
          cancelled: book.cancelled,
          holds: [],
          lines: book.lines.map(({ id, sku, quantity, cancelled }) => [id, sku, Number(quantity), Number(cancelled)]),
        })
      }
    })
  })
})

describe('the WooCommerce sandbox', () => {
  it('sends a message once, whatever becomes of it', async () => {
    const hook = 'http://127.0.0.1:9/webhooks/shop'
    const hosted = await hostSandbox({ connector: 'woo-store', port: 0, hook, seed: 1 })
    await fetch(`${hosted.address}/-/play`, { method: 'POST', body: '{"steps":6}' })
    const sent: unknown = await (await fetch(`${hosted.address}/-/sent`)).json()
    await hosted.close()
    const tries = (Array.isArray(sent) ? sent : []).map(
      ({ answers }: { readonly answers: readonly number[] }) => answers,
    )
    expect(tries.length).toBeGreaterThan(3)
    expect(tries.every((answers) => answers.length === 1 && answers[0] === 0)).toBe(true)
  })

  it('writes a parcel down twice where it is told twice: it knows no repetition', () => {
    const now = new Date('2026-11-24T10:00:00Z')
    const dice = openDice(1)
    let state = sandbox.start({ seed: 1, ...sandbox.example, hookUrl: '' })
    for (let step = 0; step < 10; step += 1) ({ state } = sandbox.play(state, dice, now))
    const order = sandbox.books(state).orders[0]?.externalId ?? ''
    const headers = { authorization: `Basic ${Buffer.from('ck_sandbox:cs_sandbox').toString('base64')}` }
    const say = (method: string, path: string, text = '') => {
      const answered = sandbox.answer(state, { method, path, query: {}, headers, body: Buffer.from(text) }, now)
      state = answered.state
      return answered.reply
    }
    const trackings = `/wp-json/wc-shipment-tracking/v3/orders/${order}/shipment-trackings`
    const parcel = '{"tracking_provider":"UPS","tracking_number":"1Z","date_shipped":"2026-11-24"}'
    for (let time = 0; time < 2; time += 1) expect(say('POST', trackings, parcel).status).toBe(201)
    expect(say('GET', `/wp-json/wc/v3/orders/${order}`).body.split('"tracking_number":"1Z"')).toHaveLength(3)
    expect(say('POST', trackings.replace('wc-shipment-tracking', 'wc-ast'), parcel)).toMatchObject({
      status: 404,
      body: expect.stringContaining('rest_no_route'),
    })
    expect(say('GET', '/wp-json/wc/v3/orders/9').body).toContain('woocommerce_rest_shop_order_invalid_id')
  })
})
