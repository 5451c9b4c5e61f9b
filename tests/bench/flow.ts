import { ackLatency } from './latency.ts'
import type { Part } from './processes.ts'
import { figure, type Row } from './rows.ts'
import { openStage } from './stage.ts'
import { ordersSustained } from './sustained.ts'

/** The whole flow at work: steadily, then as fast as it goes; and what the hub holds in memory at most while it does so. */
export const flowAtWork = async (quick: boolean): Promise<readonly Row[]> => {
  const stage = await openStage()
  try {
    const latency = await ackLatency(stage, quick)
    const sustained = await ordersSustained(stage, quick)
    return [latency, sustained, memoryRow(await stage.hub.part.memory(), await stage.bare.memory())]
  } finally {
    await stage.end()
  }
}

type Held = Awaited<ReturnType<Part['memory']>>

const memoryRow = (hub: Held, bare: Held): Row => ({
  name: 'memory.rss',
  value: hub.peak,
  unit: 'MiB at most',
  baseline: bare.peak,
  ratio: hub.peak / bare.peak,
  floor: 300,
  better: 'less',
  detail: `while that was done, ${figure(hub.now)} after it; bare Fastify ${figure(bare.peak)}`,
})
