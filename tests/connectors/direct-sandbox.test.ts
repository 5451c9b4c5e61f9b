import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { direct } from '../../connectors/direct/index.ts'
import { openDice } from '../../src/cli/dice.ts'
import { receive } from '../../src/flow/receive.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { moneyText } from '../../src/kernel/money.ts'
import { compileMappings } from '../../src/mapping/compile.ts'
import type { Store } from '../../src/store/port.ts'
import { type Flow, openClock, openFlow, openOtherSide } from '../flow/kit.ts'
import { onEachEngine } from '../kit/engines.ts'

const { sandbox } = direct
const path = 'mappings/direct/order.yaml'
const { mappings } = compileMappings([{ path, text: readFileSync(join(import.meta.dirname, '../..', path), 'utf8') }])
const own = {
  id: 'own',
  connector: direct,
  enabled: true,
  ...sandbox.example,
  limits: { requestsPerSecond: 100, concurrency: 1 },
  pull: { everySeconds: 300, overlapSeconds: 300, reconcileHours: 24, reconcileDays: 3 },
  mappings,
}

onEachEngine(({ open: openStore }) => {
  let store: Store
  let flow: Flow
  beforeEach(async () => {
    store = await openStore()
    flow = await openFlow({ store, accounts: [own], clock: openClock(), other: openOtherSide() })
  })
  afterEach(() => store.close())

  /** Plays the shop into the hub; returns its last state, and what was refused. */
  const play = async (seed: number, steps: number) => {
    const dice = openDice(seed)
    const refused: string[] = []
    let state = sandbox.start({ seed, ...sandbox.example, hookUrl: 'http://127.0.0.1:4000/webhooks/own' })
    for (let step = 0; step < steps; step += 1) {
      const played = sandbox.play(state, dice, flow.now())
      state = played.state
      for (const { headers, body, note } of dice.next() < 0.5 ? played.posts : played.posts.toReversed()) {
        const incoming = { method: 'POST', path: '/webhooks/own', query: {}, headers, body: Buffer.from(body) }
        const received = await receive(flow.receiveDeps, 'own', incoming)
        if ('refused' in received) refused.push(note)
      }
    }
    await flow.work()
    return { state, refused }
  }

  describe("the sandbox's own shop", () => {
    it.each([1, 2, 3])('and the hub agree on every order, line and cent (seed %i)', async (seed) => {
      const { state, refused } = await play(seed, 150)
      const { orders } = sandbox.books(state)
      expect(orders.length).toBeGreaterThan(40)
      expect(new Set(refused.map((note) => note.split(' ')[0]))).toEqual(new Set(['forged']))
      for (const book of orders) {
        const order = await flow.orders.read(orderIdOf('own', book.externalId))
        expect(order?.holds).toEqual([])
        expect({
          total: order?.totals === undefined ? '' : moneyText(order.totals.total),
          cancelled: order?.headline.state === 'cancelled',
          lines: order?.lines
            .map(({ id, counts }) => ({ id, ordered: String(counts.ordered), cancelled: String(counts.cancelled) }))
            .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
        }).toEqual({
          total: book.total,
          cancelled: book.cancelled,
          lines: book.lines.map(({ id, quantity, cancelled }) => ({ id, ordered: quantity, cancelled })),
        })
      }
    })

    it('answers a call that is not signed with 401, and one to another address with 404', () => {
      const state = sandbox.start({ seed: 1, ...sandbox.example, hookUrl: 'http://127.0.0.1:4000/webhooks/own' })
      const call = { method: 'POST', path: '/hooks/crossdock', query: {}, headers: {}, body: Buffer.from('{}') }
      expect(sandbox.answer(state, call, flow.now()).reply.status).toBe(401)
      expect(sandbox.answer(state, { ...call, path: '/' }, flow.now()).reply.status).toBe(404)
    })
  })
})
