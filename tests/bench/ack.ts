import { benchConfig } from './config.ts'
import { load, portOf, startProcess } from './processes.ts'
import type { Row } from './rows.ts'

/** Acknowledged webhooks a second (verified, committed) against bare Fastify that reads the same bodies; rounds alternate. */
export const ackRatio = async (quick: boolean): Promise<readonly Row[]> => {
  const config = benchConfig()
  const [generator, hub, bare] = await Promise.all([
    startProcess('load.ts'),
    startProcess('hub.ts', ['rest'], config.env),
    startProcess('bare.ts'),
  ])
  const count = quick ? 2_500 : 10_000
  const rounds = quick ? 5 : 9
  const ratios: number[] = []
  const rates: number[] = []
  const round = async (port: number, path: string, turn: number): Promise<number> => {
    const result = await load(generator, { port, path, count, seed: turn, first: 1 + turn * count, connections: 24 })
    if (result.refused > 0) throw new Error(`${result.refused} of ${count} were not answered 200`)
    return result.answered / result.seconds
  }
  try {
    for (let turn = 0; turn <= rounds; turn += 1) {
      const order = turn % 2 === 0
      const first = await round(portOf(order ? hub.hello : bare.hello), '/webhooks/bench', turn)
      const second = await round(portOf(order ? bare.hello : hub.hello), '/webhooks/bench', turn)
      // The first round warms both up.
      if (turn > 0) {
        ratios.push(order ? first / second : second / first)
        rates.push(order ? second : first)
      }
    }
  } finally {
    await Promise.all([generator.end(), hub.end(), bare.end()])
    config.remove()
  }
  return [
    {
      name: 'ack.ratio',
      value: median(ratios),
      unit: 'of bare Fastify',
      baseline: median(rates),
      ratio: median(ratios),
      floor: 0.3,
      better: 'more',
    },
  ]
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
