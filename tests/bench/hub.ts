import { buildApp } from '../../src/http/app.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { openHub, setUp } from '../../src/wire.ts'

/**
 * The hub of the bench, a process of its own: the whole program over its embedded file, its workers at rest or at work.
 * Arguments: `rest` or `work`. It answers its parent: how many orders there are, how much is due, how much memory it holds.
 */
const hub = await openHub(setUp({ env: process.env, sandbox: true }), silentLog)
const app = await buildApp({
  ...hub,
  connectors: [],
  version: 'bench',
  bodyLimitBytes: 1024 * 1024,
  ready: async () => ({ ready: true, because: [] }),
})
await app.listen({ port: 0, host: '127.0.0.1' })
const [address] = app.server.listening ? [app.server.address()] : []
if (process.argv[2] === 'work') hub.startWorkers()
process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 })

const answers: Readonly<Record<string, () => Promise<unknown>>> = {
  figures: async () => ({
    orders: await hub.repositories.orders.count({}),
    due: (await hub.repositories.inbox.count('due')) + (await hub.repositories.inbox.count('leased')),
    failed: (await hub.repositories.inbox.count('dead')) + (await hub.repositories.inbox.count('parked')),
    rss: process.memoryUsage.rss(),
    cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
  }),
}
process.on('message', (asked: string) => {
  answers[asked]?.().then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
