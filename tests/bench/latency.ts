import { startHub } from './api.ts'
import { type Load, type LoadResult, load } from './load-shapes.ts'
import { hello, type Part, startPart } from './processes.ts'
import { busyNotes, figure, type Row } from './rows.ts'

const perSecond = 500
const sizes = { quick: 2_000, full: 15_000 } as const
/** Posted before, as fast as it goes, so that nothing is compiled while it is measured. */
const warmUp = 1_000

/** How long a webhook waits for its answer at 500 a second, while the whole flow is at work on those before it. */
export const ackLatency = async (quick: boolean): Promise<readonly Row[]> => {
  const count = sizes[quick ? 'quick' : 'full']
  const [generator, hub, bare] = await Promise.all([startPart('load.ts'), startHub('work'), startPart('bare.ts')])
  try {
    const beside = await steadily(generator, (await bare.ask('hello', hello)).port, count)
    const ours = await steadily(generator, hub.port, count, hub.drained)
    await hub.drained()
    return [rowOf(ours, beside)]
  } finally {
    await Promise.all([generator.end(), hub.end(), bare.end()])
  }
}

const steadily = async (
  generator: Part,
  port: number,
  count: number,
  warm: () => Promise<void> = async () => undefined,
): Promise<LoadResult> => {
  const common: Omit<Load, 'count' | 'first'> = { port, path: '/webhooks/bench', seed: 11, connections: 64 }
  await load(generator, { ...common, count: warmUp, first: 1 })
  await warm()
  return load(generator, { ...common, count, first: 1 + warmUp, perSecond })
}

const rowOf = (ours: LoadResult, bare: LoadResult): Row => ({
  name: 'ack.p99',
  value: ours.p99,
  unit: 'ms',
  baseline: bare.p99,
  ratio: ours.p99 / bare.p99,
  floor: 25,
  better: 'less',
  detail: `${ours.answered} webhooks at ${figure(ours.answered / ours.seconds)}/s, the median ${figure(ours.p50)} ms; bare Fastify ${figure(bare.p99)} ms`,
  notes: busyNotes('the load generator', [ours.cpuShare]),
})
