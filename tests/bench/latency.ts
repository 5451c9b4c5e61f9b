import type { LoadResult } from './load-shapes.ts'
import { busyNotes, figure, type Row } from './rows.ts'
import type { Stage } from './stage.ts'

const perSecond = 500
const sizes = { quick: 1_200, full: 15_000 } as const

/** How long a webhook waits for its answer at 500 a second, while the whole flow is at work on those before it. */
export const ackLatency = async ({ hub, ready }: Stage, quick: boolean): Promise<Row> => {
  const which = { seed: 11, first: 100_000, count: sizes[quick ? 'quick' : 'full'] }
  const beside = await (await ready('bare', which, perSecond)).go()
  const ours = await (await ready('hub', which, perSecond)).go()
  await hub.drained()
  return rowOf(ours, beside)
}

const rowOf = (ours: LoadResult, bare: LoadResult): Row => ({
  name: 'ack.p99',
  value: ours.p99,
  unit: 'ms',
  baseline: bare.p99,
  ratio: ours.p99 / bare.p99,
  floor: 25,
  better: 'less',
  detail:
    `${figure(ours.answered)} webhooks at ${figure(ours.answered / ours.seconds)}/s, the median ${figure(ours.p50)} ms; ` +
    `bare Fastify ${figure(bare.p99)} ms`,
  notes: busyNotes('the load generator', [ours.cpuShare]),
})
