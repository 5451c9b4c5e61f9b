import { setTimeout as sleep } from 'node:timers/promises'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { type BenchHub, startHub } from './api.ts'
import { figure, median, type Row } from './rows.ts'
import { type Post, postsOf } from './webhooks.ts'

/** From posted to folded while nothing else is to do: what a bell saves over looking every second. */
export const bellLatency = async (quick: boolean): Promise<readonly Row[]> => {
  const hub = await startHub('work')
  try {
    return [await latencyOf(hub, { name: 'bell.latency', count: quick ? 25 : 300 })]
  } finally {
    await hub.end()
  }
}

/** Posts one after the other, each into a hub at rest, and looks until the order is there. */
export const latencyOf = async (
  hub: BenchHub,
  { name, count }: { readonly name: string; readonly count: number },
): Promise<Row> => {
  const posts = postsOf({ count: 4 * count, seed: 31, first: 5_000_000 }).filter(
    ({ sale, repeat }) => sale.version === 1 && !repeat,
  )
  const times: number[] = []
  for (const [at, post] of posts.slice(0, count + 5).entries()) {
    await sleep(40)
    const ms = await untilFolded(hub, post)
    // The first few compile the code.
    if (at >= 5) times.push(ms)
  }
  const sorted = times.toSorted((a, b) => a - b)
  const p99 = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? Number.NaN
  return {
    name,
    value: p99,
    unit: 'ms',
    floor: 50,
    better: 'less',
    detail: `posted → folded, idle, the slowest of a hundred; the median ${figure(median(times))} ms; ${times.length} orders`,
  }
}

const untilFolded = async ({ port, part }: BenchHub, { body, headers, sale }: Post): Promise<number> => {
  const from = performance.now()
  const answer = await fetch(`http://127.0.0.1:${port}/webhooks/bench`, {
    method: 'POST',
    headers,
    body: new Uint8Array(body),
  })
  await answer.arrayBuffer()
  if (!answer.ok) throw new Error(`a webhook was answered ${answer.status}`)
  const id = orderIdOf('bench', String(sale.order))
  while (performance.now() - from < 30_000) {
    if ((await part.ask('has', isThere, id)) === true) return performance.now() - from
    await sleep(1)
  }
  throw new Error(`order ${sale.order} was not folded within 30 s`)
}

const isThere = {
  is: (value: unknown): value is boolean => typeof value === 'boolean',
  faults: () => [],
}
