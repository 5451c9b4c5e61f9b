import { describe, expect, it } from 'vitest'
import { receive } from '../../src/flow/receive.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { compileMappings } from '../../src/mapping/compile.ts'
import { onEachEngine, storeForTest } from '../kit/engines.ts'
import { acmeAccount, acmePost } from './acme.ts'
import { openClock, openFlow, openOtherSide } from './kit.ts'

/** A channel that tells parcels, not orders, and whose messages name nothing but a parcel. */
const { mappings } = compileMappings([
  {
    path: 'mappings/acme/order.yaml',
    text: `
mappings:
  order:
    let: { currency: =EUR }
    give:
      kind: =snapshot
      order!: order
      part!: parcel
      rank!: version
      sections:
        about: { number!: order, origin: { kind: =marketplace }, placedAt!: placed | instant, currency: $currency }
        status: { words: { state: state } }
        totals: { items!: total | money, discount!: =0 | money, charges!: =0 | money, taxAdded!: =0 | money, total!: total | money }
      records:
        lines:
          - key!: item
            value: { externalId!: item, kind: =goods, title: =Tea, quantity: 1, amount!: total | money, taxAdded!: =0 | money }
`,
  },
  {
    path: 'mappings/acme/changed.yaml',
    text: `
mappings:
  changed: { kind: =look, order!: { join: [=parcel, parcel], with: ':' } }
`,
  },
])

const told = (order: string, parcel: string, version: number) => ({
  order,
  part: parcel,
  rank: version,
  body: new TextEncoder().encode(
    JSON.stringify({
      order,
      parcel,
      version,
      item: 'a',
      state: 'open',
      placed: '2026-11-24T09:00:00Z',
      total: '10.00',
    }),
  ),
})

onEachEngine((engine) => {
  const open = async () => {
    const clock = openClock()
    const other = openOtherSide()
    const accounts = [acmeAccount('corner-shop', { mappings })]
    const flow = await openFlow({ store: await storeForTest(engine), clock, other, accounts })
    const changed = (key: string, parcel: string) =>
      receive(flow.receiveDeps, 'corner-shop', acmePost('changed', key, JSON.stringify({ parcel })))
    return { ...flow, other, changed }
  }
  const id = orderIdOf('corner-shop', 'o1')

  describe('a look that names no order', () => {
    it('is asked by what it names; the answer says whose parts they are', async () => {
      const hub = await open()
      hub.other.answers([told('o1', 'p1', 3)])
      await hub.changed('m1', 'p1')
      await hub.work()
      expect(hub.other.asked).toEqual(['parcel:p1'])
      expect(await hub.repositories.orders.count({})).toBe(1)
      expect(await hub.repositories.orders.read(id)).toMatchObject({ externalId: 'o1', lines: [{ id: 'p1:a' }] })
    })

    it('and one that names the order keep the same version of a part as one message', async () => {
      const hub = await open()
      hub.other.answers([told('o1', 'p1', 3), told('o1', 'p2', 4)])
      await hub.changed('m1', 'p1')
      await hub.changed('m2', 'p2')
      await hub.work()
      expect(hub.other.asked.toSorted()).toEqual(['parcel:p1', 'parcel:p2'])
      const kept = await hub.repositories.inbox.list({ topic: 'read/order' }, 10)
      expect(kept.map(({ key }) => key).toSorted()).toEqual(['o1/p1@3', 'o1/p2@4'])
      expect((await hub.repositories.orders.read(id))?.totals?.total).toEqual({ minor: 2000, currency: 'EUR' })
    })
  })
})
