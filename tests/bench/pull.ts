import { setTimeout as sleep } from 'node:timers/promises'
import { checkerOf, Type } from '../../src/kernel/schema.ts'
import { type BenchHub, startHub } from './api.ts'
import { squareConfig } from './config.ts'
import { hello, startPart, wholeNumber } from './processes.ts'
import { busyNotes, figure, type Row } from './rows.ts'

/** Orders that the channel has. */
const sizes = { quick: 3_000, full: 100_000 } as const
/** How often the hub is asked whether it is done: ms. */
const lookEvery = 50

const started = checkerOf(Type.Object({ id: Type.String() }))
const certificate = checkerOf(
  Type.Object({
    state: Type.String(),
    listed: Type.Integer(),
    findings: Type.Object({ held: Type.Integer(), complete: Type.Boolean() }),
  }),
)

/** A backfill of all that a channel has, from the asking until every order is folded; then a certificate over all of it. */
export const pullRate = async (quick: boolean): Promise<readonly Row[]> => {
  const count = sizes[quick ? 'quick' : 'full']
  const first = Math.floor(Date.now() / 1000) * 1000 - (count + 60) * 1000
  const shelf = await startPart('shelf.ts', [String(count), String(first)])
  const { port } = await shelf.ask('hello', hello)
  const hub = await startHub('rest', squareConfig(`http://127.0.0.1:${port}`))
  try {
    const from = new Date(first).toISOString()
    await hub.call('/v1/connections/bench/backfill', started, { from })
    const [begin, cpu] = [performance.now(), await shelf.cpuSeconds()]
    await hub.part.ask('work', wholeNumber)
    await pulled(hub)
    await hub.drained()
    const seconds = (performance.now() - begin) / 1000
    const share = ((await shelf.cpuSeconds()) - cpu) / seconds
    const held = await hub.part.ask('orders', wholeNumber)
    if (held !== count) throw new Error(`the channel has ${count} orders, ${held} are held`)
    const rate: Row = {
      name: 'pull.rate',
      value: count / seconds,
      unit: 'orders/s',
      floor: 1_000,
      better: 'more',
      detail: `${figure(count)} orders asked for, kept and folded in ${figure(seconds)} s`,
      notes: busyNotes('the channel', [share]),
    }
    return [rate, ...(await reconciled(hub, { from, count }))]
  } finally {
    await hub.end()
    await shelf.end()
  }
}

const pulled = async (hub: BenchHub): Promise<void> => {
  while ((await hub.part.ask('pulling', wholeNumber)) > 0) await sleep(lookEvery)
}

const reconciled = async (
  hub: BenchHub,
  { from, count }: { readonly from: string; readonly count: number },
): Promise<readonly Row[]> => {
  const before = await hub.part.memory()
  const begin = performance.now()
  const { id } = await hub.call('/v1/connections/bench/reconcile', started, { from })
  await pulled(hub)
  const seconds = (performance.now() - begin) / 1000
  const { listed, findings } = await hub.call(`/v1/pulls/${id}`, certificate)
  if (listed !== count || findings.held !== count || !findings.complete)
    throw new Error(`${count} orders are held, the certificate says ${listed} listed, ${findings.held} held`)
  const after = await hub.part.memory()
  const grown = after.peak - before.peak
  return [
    {
      name: 'reconcile',
      value: (seconds * 100_000) / count,
      unit: 's/100,000 orders',
      floor: 60,
      better: 'less',
      detail: `${figure(count)} orders listed and compared in ${figure(seconds)} s, no difference; memory at its most ${figure(Math.max(0, grown))} MiB above what it was`,
    },
  ]
}
