import { buildApp } from '../../src/http/app.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { allConnectors, openHub, setUp } from '../../src/wire.ts'
import { fill } from './fill.ts'
import { answerParent, portOf } from './processes.ts'

/**
 * The hub of the bench, a process of its own: the whole program over its embedded file, its workers at rest (`rest`) or at work
 * (`work`), on a port (0: any). Beside what it does over HTTP it answers its parent: how much is due or failed, and fills itself with orders.
 */
const setup = setUp({ env: process.env, sandbox: true })
if (setup.faults.length > 0) throw new Error(JSON.stringify(setup.faults))
const hub = await openHub(setup, silentLog)
const app = await buildApp({
  ...hub,
  connectors: allConnectors,
  version: 'bench',
  bodyLimitBytes: 1024 * 1024,
  ready: async () => ({ ready: true, because: [], degraded: [] }),
})
const [, , workers, port] = process.argv
await app.listen({ port: Number(port ?? 0), host: '127.0.0.1' })
if (workers === 'work') hub.startWorkers()
const { text: key } = await hub.repositories.keys.make('bench', 'admin', new Date())

const { inbox, outbox, orders } = hub.repositories
const dueRows = { dueAt: { $gte: new Date(0) } }
const failedRows = { 'error.code': { $gte: '' }, state: { $in: ['dead', 'parked'] } }

answerParent({
  hello: () => ({ port: portOf(app.server.address()), key }),
  /** Everything that is due or being worked on. */
  due: async () =>
    (await inbox.countWhere(dueRows)) +
    (await outbox.countWhere(dueRows)) +
    (await orders.count({ 'react.dueAt': { $gte: new Date(0) } })),
  /** Shipments that are still to be told. */
  pushing: async () =>
    (await outbox.countWhere({ ...dueRows, name: 'mark-shipped' })) +
    (await orders.count({ 'react.dueAt': { $gte: new Date(0) } })),
  figures: async () => ({
    messages: await inbox.countWhere({}),
    failed: (await inbox.countWhere(failedRows)) + (await outbox.countWhere(failedRows)),
  }),
  /** Orders that bear a receipt of what was told their channel. */
  receipted: async () => (await orders.list({ 'acts.kind': 'receipt' }, { projection: { _id: 1 } })).length,
  fill: (about) => fill(orders, Number(about)),
  orders: () => orders.count({}),
  /** Pulls that have not come to their end. */
  pulling: () => hub.repositories.pulls.countWhere({ kind: { $in: ['backfill', 'reconcile'] }, ...dueRows }),
  has: async (about) => (await orders.read(String(about))) !== null,
  /** Goes to work after all. */
  work: () => {
    hub.startWorkers()
    return 1
  },
})
