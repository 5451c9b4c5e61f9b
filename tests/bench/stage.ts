import { type BenchHub, startHub } from './api.ts'
import { type LoadResult, makeLoad, runLoad } from './load-shapes.ts'
import { hello, type Part, startPart } from './processes.ts'
import type { Which } from './webhooks.ts'

/** A hub at work, what it is measured beside, and who loads them. */
export interface Stage {
  readonly hub: BenchHub
  readonly bare: Part
  /** Makes the posts, signs them, and sends them once `go`ing. All that the hub was sent is noted. */
  ready(whom: 'hub' | 'bare', which: Which, perSecond?: number): Promise<{ go(): Promise<LoadResult> }>
  readonly sent: readonly Which[]
  end(): Promise<void>
}

/** Sockets that each wait for one answer. */
const sockets = 64
/** Posted before anything is measured, so that nothing is compiled while it is. */
const warmUp = { seed: 10, first: 1, count: 1_000 } as const

/** Starts the processes and warms them up. */
export const openStage = async (): Promise<Stage> => {
  const [generator, hub, bare] = await Promise.all([startPart('load.ts'), startHub('work'), startPart('bare.ts')])
  const ports = { hub: hub.port, bare: (await bare.ask('hello', hello)).port }
  const sent: Which[] = []
  const ready: Stage['ready'] = async (whom, which, perSecond) => {
    const pace = perSecond === undefined ? {} : { perSecond }
    await makeLoad(generator, { ...which, ...pace, port: ports[whom], path: '/webhooks/bench', connections: sockets })
    if (whom === 'hub') sent.push(which)
    return { go: () => runLoad(generator) }
  }
  for (const whom of ['bare', 'hub'] as const) await (await ready(whom, warmUp)).go()
  await hub.drained()
  const end = async (): Promise<void> => void (await Promise.all([generator.end(), hub.end(), bare.end()]))
  return { hub, bare, ready, sent, end }
}
