import { type BenchHub, startHub } from './api.ts'
import { benchConfig } from './config.ts'
import { load } from './load-shapes.ts'
import { startPart, wholeNumber } from './processes.ts'
import { figure, type Row } from './rows.ts'

const sizes = { quick: 2_000, full: 100_000 } as const

/** What was kept while nobody worked is worked off: rows a second, with no bell to ring for them. */
export const relayBacklog = async (quick: boolean): Promise<readonly Row[]> => {
  const hub = await startHub('rest', benchConfig())
  try {
    return [await backlogOf(hub, { name: 'relay.backlog', count: sizes[quick ? 'quick' : 'full'] })]
  } finally {
    await hub.end()
  }
}

interface Backlog {
  readonly name: string
  readonly count: number
}

/** Fills a hub at rest through its door, lets it go to work, and waits until nothing is due. */
export const backlogOf = async (hub: BenchHub, { name, count }: Backlog): Promise<Row> => {
  const generator = await startPart('load.ts')
  try {
    await load(generator, {
      count,
      seed: 41,
      first: 7_000_000,
      port: hub.port,
      path: '/webhooks/bench',
      connections: 64,
    })
    const due = await hub.part.ask('due', wholeNumber)
    const from = performance.now()
    await hub.part.ask('work', wholeNumber)
    await hub.drained()
    const seconds = (performance.now() - from) / 1000
    return {
      name,
      value: due / seconds,
      unit: 'rows/s',
      better: 'more',
      detail: `${figure(due)} rows were due after an outage, and done ${figure(seconds)} s later`,
    }
  } finally {
    await generator.end()
  }
}
