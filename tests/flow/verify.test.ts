import { afterEach, beforeEach, expect, it } from 'vitest'
import { enter } from '../../src/flow/enter.ts'
import { knowReceipts } from '../../src/flow/know-receipts.ts'
import { receive } from '../../src/flow/receive.ts'
import { verify } from '../../src/flow/verify.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { batchesOf } from '../../src/store/moving/walk.ts'
import type { Doc, Store, Update } from '../../src/store/port.ts'
import { onEachEngine } from '../kit/engines.ts'
import { acmeAccount, acmeOrder, acmePost } from './acme.ts'
import { type Flow, openClock, openFlow, openOtherSide } from './kit.ts'

const id = orderIdOf('corner-shop', '1')

const faultsIn = async (store: Store): Promise<readonly string[]> => {
  const faults: string[] = []
  await verify({
    store,
    batchesOf,
    progress: () => undefined,
    fault: ({ where, sentence }) => faults.push(`${where}: ${sentence}`),
  })
  return faults
}

onEachEngine(({ open }) => {
  let store: Store
  let flow: Flow
  let other: ReturnType<typeof openOtherSide>
  const clock = openClock()
  beforeEach(async () => {
    store = await open()
    other = openOtherSide()
    const accounts = [acmeAccount('corner-shop'), acmeAccount('listener', { settings: { events: 'shipment.created' } })]
    flow = await openFlow({ store, clock, other, accounts })
    await receive(flow.receiveDeps, 'corner-shop', acmePost('order', 'm1', acmeOrder({ id: '1', version: 1 })))
    await flow.work()
    await flow.repositories.keys.make('tester', 'admin', new Date())
    const request = { kind: 'ship' as const, trackingNumber: '1Z1', lines: [{ line: 'a', quantity: 1 }] }
    await enter(flow.enterDeps, { order: id, by: 'tester', key: 'k1', request })
    await flow.work()
  })
  afterEach(() => store.close())

  it('what the hub itself has written is found right', async () => {
    expect(await faultsIn(store)).toEqual([])
  })

  const tampered: readonly (readonly [
    what: string,
    where: string,
    filter: Record<string, unknown>,
    update: Update,
    named: RegExp,
  ])[] = [
    [
      'an event that was changed',
      'orders',
      {},
      { $set: { 'events.0.by': 'nobody' } },
      /the chain of its ledger breaks at event 1/,
    ],
    ['an event that was taken out', 'orders', {}, { $pull: { events: { seq: 2 } } }, /have a gap before number 3/],
    [
      'a view that is not what was told',
      'orders',
      {},
      { $set: { 'totals.total.minor': 1 } },
      /totals is not what the tellings and acts come to/,
    ],
    [
      'a telling that was changed',
      'orders',
      {},
      { $set: { 'told.|about.value.number': '#2' } },
      /number is not what the tellings/,
    ],
    [
      'words that do not find it',
      'orders',
      {},
      { $set: { words: ['n:#2'] } },
      /its words are not those it must be found by/,
    ],
    [
      'an id that is not its own',
      'orders',
      {},
      { $set: { externalId: '2' } },
      /its id is not that of its connection and external id/,
    ],
    [
      'a body that is not the one that came',
      'inbox',
      {},
      { $set: { body: Uint8Array.of(1) } },
      /its body is not the one that came/,
    ],
    ['a message of another key', 'inbox', {}, { $set: { key: 'm2' } }, /its id is not that of its connection and key/],
    ['a row that is due and has no time', 'inbox', {}, { $set: { state: 'due' } }, /it is due, and has no time/],
    [
      'a row that is done and still has one',
      'inbox',
      {},
      { $set: { dueAt: new Date() } },
      /it is done, and still has one/,
    ],
    [
      'a parked row without a reason',
      'inbox',
      {},
      { $set: { state: 'parked' } },
      /it is parked, and no reason is kept/,
    ],
    [
      'a done command without a receipt',
      'outbox',
      { name: 'mark-shipped' },
      { $unset: { receipt: '' } },
      /it is done, and there is no receipt/,
    ],
    [
      'a command of an order that is not there',
      'outbox',
      { name: 'mark-shipped' },
      { $set: { order: 'ord_0' } },
      /the order ord_0 is not there/,
    ],
    [
      'a message whose order is gone',
      'inbox',
      {},
      { $set: { order: 'ord_0' } },
      /it was taken into the order ord_0, which is not there/,
    ],
    [
      'a lease that nobody holds',
      'inbox',
      {},
      { $set: { state: 'leased', dueAt: new Date() } },
      /it is leased, and nobody holds it/,
    ],
    [
      'an order that lost an act',
      'orders',
      {},
      { $pull: { acts: { kind: 'receipt' } } },
      /shipments is not what the tellings and acts come to/,
    ],
    [
      'a row without its shape',
      'orders',
      {},
      { $unset: { lines: '' } },
      /does not have the shape of what is kept there/,
    ],
    ['a view that says more than was told', 'orders', {}, { $set: { note: 'call me' } }, /note was never told/],
    ['a key of another hash', 'keys', {}, { $set: { hash: '0'.repeat(64) } }, /its id is not that of its hash/],
  ]
  it.each(tampered)('%s is named', async (_, where, filter, update, named) => {
    const answer = await store.collection<Doc>(where).updateMany(filter, update)
    expect(answer.matchedCount).toBeGreaterThan(0)
    const faults = await faultsIn(store)
    expect(
      faults.some((fault) => fault.startsWith(where) && named.test(fault)),
      faults.join('\n'),
    ).toBe(true)
  })
  it('a done command that its order does not know of is named; taken up again, it is told to nobody, and known', async () => {
    const { acts } = (await flow.repositories.orders.read(id)) ?? { acts: [] }
    await store.collection<Doc>('orders').updateMany({}, { $pull: { acts: { kind: 'receipt' } } })
    expect(await faultsIn(store)).toContainEqual(`outbox: it is done, and the order ${id} does not know of it`)
    const calls = [...other.calls]
    expect(await knowReceipts({ store, batches: batchesOf }, clock.now())).toBe(1)
    await flow.work()
    expect(other.calls).toEqual(calls)
    expect((await flow.repositories.orders.read(id))?.acts).toHaveLength(acts.length)
    expect((await faultsIn(store)).filter((fault) => fault.startsWith('outbox'))).toEqual([])
  })
})
