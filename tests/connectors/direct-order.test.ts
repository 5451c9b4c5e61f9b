import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { direct } from '../../connectors/direct/index.ts'
import type { Account } from '../../src/flow/account.ts'
import { place } from '../../src/flow/place.ts'
import { receive } from '../../src/flow/receive.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import type { Json } from '../../src/kernel/json.ts'
import { compileMappings } from '../../src/mapping/compile.ts'
import type { Store } from '../../src/store/port.ts'
import { type Flow, openClock, openFlow, openOtherSide } from '../flow/kit.ts'
import { onEachEngine } from '../kit/engines.ts'

const secret = `whsec_${Buffer.from('the secret of our own system').toString('base64')}`
const path = 'mappings/direct/order.yaml'
const { mappings } = compileMappings([{ path, text: readFileSync(join(import.meta.dirname, '../..', path), 'utf8') }])
const own: Account = {
  id: 'own',
  connector: direct,
  enabled: true,
  settings: {},
  secrets: { inboundSecret: [secret] },
  limits: { requestsPerSecond: 100, concurrency: 1 },
  pull: { everySeconds: 300, overlapSeconds: 300, reconcileHours: 24, reconcileDays: 3 },
  mappings,
}

const order = (more: Readonly<Record<string, Json>> = {}): Json => ({
  externalId: 'SO-1',
  placedAt: '2026-11-20T10:00:00Z',
  currency: 'EUR',
  lines: [
    { id: 'a', sku: 'TEA', title: 'Tea', quantity: 2, unitPrice: '8.90' },
    { id: 'b', sku: 'MUG', title: 'Mug', quantity: 1, amount: '14.50' },
  ],
  ...more,
})

onEachEngine(({ open: openStore }) => {
  let store: Store
  let flow: Flow
  beforeEach(async () => {
    store = await openStore()
    flow = await openFlow({ store, accounts: [own], clock: openClock(), other: openOtherSide() })
  })
  afterEach(() => store.close())

  const hand = (payload: Json) => place(flow.receiveDeps, { connection: 'own', payload })
  const post = (payload: Json) => {
    const body = JSON.stringify(payload)
    const at = flow.now()
    const headers = {
      'webhook-id': 'shop_1',
      'webhook-timestamp': String(at.getTime() / 1000),
      'webhook-signature': new Webhook(secret).sign('shop_1', at, body),
    }
    const incoming = { method: 'POST', path: '/webhooks/own', query: {}, headers, body: Buffer.from(body) }
    return receive(flow.receiveDeps, 'own', incoming)
  }
  const held = async () => {
    await flow.work()
    return flow.orders.read(orderIdOf('own', 'SO-1'))
  }

  describe('an order through the direct door', () => {
    it('is kept once, however often and by whichever door it is handed in', async () => {
      expect(await hand(order())).toMatchObject({ state: 'kept', order: orderIdOf('own', 'SO-1') })
      expect(await hand(order())).toMatchObject({ state: 'seen' })
      await post(order())
      expect(await held()).toMatchObject({ number: 'SO-1', seq: 1, totals: { total: { minor: 3230 } } })
    })

    it('is taken at the signed door as well', async () => {
      expect(await post(order())).toMatchObject({ kept: { state: 'kept' } })
      expect(await held()).toMatchObject({ headline: { state: 'open', payment: 'due', fulfilment: 'open' } })
    })

    it('changes only under a higher version', async () => {
      await hand(order())
      await expect(hand(order({ note: 'ring twice' }))).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
      await hand(order({ note: 'ring twice', version: 2 }))
      expect(await held()).toMatchObject({ note: 'ring twice' })
    })

    it('loses a line that the next version does not name: it stays visible, its units cancelled', async () => {
      await hand(order())
      await hand(order({ version: 2, lines: [{ id: 'b', sku: 'MUG', title: 'Mug', quantity: 1, amount: '14.50' }] }))
      expect(await held()).toMatchObject({
        totals: { total: { minor: 1450 } },
        lines: [
          { id: 'b', counts: { cancelled: 0 } },
          { id: 'a', counts: { ordered: 2, cancelled: 2 } },
        ],
      })
    })

    it('stands as its greatest version says, in whatever order the versions come', async () => {
      await hand(order({ version: 3, status: 'cancelled' }))
      await hand(order({ version: 2, note: 'late' }))
      const seen = await held()
      expect(seen).toMatchObject({ headline: { state: 'cancelled' } })
      expect(seen?.note).toBeUndefined()
    })

    it('is held where its total is not what its parts come to, with both figures', async () => {
      await hand(order({ total: '30.00' }))
      expect(await held()).toMatchObject({
        headline: { state: 'held' },
        holds: [{ kind: 'totals-differ', reason: "the channel's sums come to 32.30 EUR, its total says 30.00 EUR" }],
      })
    })

    it('adds up with a discount on the whole that is spread over its lines', async () => {
      await hand(order({ total: '31.00', discounts: [{ scope: 'order', amount: '1.30', code: 'X' }] }))
      const seen = await held()
      expect(seen?.holds).toEqual([])
      expect(seen?.lines.map((line) => line.total?.minor)).toEqual([1709, 1391])
    })

    it('on account is not due yet', async () => {
      await hand(order({ origin: { kind: 'purchase-order' }, references: { po: 'PO-7' }, terms: { days: 30 } }))
      expect(await held()).toMatchObject({ headline: { payment: 'not-due' }, references: { po: 'PO-7' } })
    })

    it.each([
      ['shipTo', 'Long Street 1, Leeds', '/shipTo must be object, got text'],
      ['buyer', ['Ada'], '/buyer must be object, got a list'],
      ['lines', 'tea', '/lines must be array, got text'],
      ['total', { amount: 1 }, '/total must be either string or integer, got an object'],
    ])(
      'whose %s is of another kind is refused, naming what was expected and what came',
      async (field, value, sentence) => {
        await expect(hand(order({ [field]: value }))).rejects.toMatchObject({
          code: 'REQUEST_INVALID',
          message: expect.stringContaining(sentence),
        })
      },
    )

    it('is refused with every field that is wrong, before anything is kept', async () => {
      const wrong = order({ currency: 'eur', colour: 'red', lines: [{ id: 'a', title: 'Tea', quantity: -1 }] })
      await expect(hand(wrong)).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
        message: expect.stringMatching(/^(?=.*"colour")(?=.*\/currency)(?=.*\/lines\/0\/quantity)/s),
      })
      await expect(post(wrong)).rejects.toMatchObject({ code: 'PAYLOAD_UNREADABLE' })
      expect(await flow.inbox.count('due')).toBe(0)
    })

    it.each([
      [
        {
          lines: [
            { id: 1, title: 'A', quantity: 1 },
            { id: '1', title: 'B', quantity: 1 },
          ],
        },
        '/lines/1/id must differ',
      ],
      [{ lines: [{ id: 1, quantity: 1 }] }, '/lines/0/title must be given where there is no sku'],
      [
        {
          payments: [
            { id: 'p', method: 'card', state: 'captured', amount: '1.00' },
            { id: 'p', method: 'cash', state: 'captured', amount: '1.00' },
          ],
        },
        '/payments/1/id must differ',
      ],
    ])('is refused for what a shape cannot say: %j', async (more, sentence) => {
      await expect(hand(order(more))).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
        message: expect.stringContaining(sentence),
      })
    })
  })
})
