import { startHub } from './api.ts'
import { type Load, load } from './load-shapes.ts'
import { hello, type Part, startPart } from './processes.ts'
import { busyNotes, figure, median, type Row } from './rows.ts'

/** Webhooks of one round, and rounds that count; the one before them warms both up. */
const sizes = { quick: { count: 1_200, rounds: 5 }, full: { count: 10_000, rounds: 9 } } as const

/** Sockets that each wait for one answer; the generator and the hub's group of writes are both well fed by them. */
const sockets = 64

interface Round {
  readonly ratio: number
  readonly rate: number
  readonly bareRate: number
  readonly cpuShare: number
}

/** Acknowledged webhooks a second (verified, committed) against bare Fastify that reads the same bodies; the two take turns. */
export const ackRatio = async (quick: boolean): Promise<readonly Row[]> => {
  const { count, rounds } = sizes[quick ? 'quick' : 'full']
  const [generator, hub, bare] = await Promise.all([startPart('load.ts'), startHub('rest'), startPart('bare.ts')])
  try {
    const ports = { hub: hub.port, bare: (await bare.ask('hello', hello)).port }
    const measured: Round[] = []
    for (let turn = 0; turn <= rounds; turn += 1) {
      const round = await roundOf(generator, ports, { count, turn })
      if (turn > 0) measured.push(round)
    }
    return [rowOf(measured)]
  } finally {
    await Promise.all([generator.end(), hub.end(), bare.end()])
  }
}

const roundOf = async (
  generator: Part,
  ports: { readonly hub: number; readonly bare: number },
  { count, turn }: { readonly count: number; readonly turn: number },
): Promise<Round> => {
  const to = (port: number): Load => ({
    port,
    path: '/webhooks/bench',
    count,
    seed: turn,
    first: 1 + turn * count,
    connections: sockets,
  })
  const hubFirst = turn % 2 === 0
  const first = await load(generator, to(hubFirst ? ports.hub : ports.bare))
  const second = await load(generator, to(hubFirst ? ports.bare : ports.hub))
  const [ours, bare] = hubFirst ? [first, second] : [second, first]
  const [rate, bareRate] = [ours.answered / ours.seconds, bare.answered / bare.seconds]
  return { ratio: rate / bareRate, rate, bareRate, cpuShare: Math.max(ours.cpuShare, bare.cpuShare) }
}

const rowOf = (rounds: readonly Round[]): Row => {
  const ratios = rounds.map(({ ratio }) => ratio)
  const ratio = median(ratios)
  const [rate, bareRate] = [median(rounds.map((round) => round.rate)), median(rounds.map((round) => round.bareRate))]
  const shares = rounds.map(({ cpuShare }) => cpuShare)
  return {
    name: 'ack.ratio',
    value: ratio,
    unit: '× bare Fastify',
    baseline: bareRate,
    ratio,
    floor: 0.3,
    better: 'more',
    detail:
      `${figure(rate)} beside ${figure(bareRate)} webhooks/s; ${rounds.length} rounds from ${figure(Math.min(...ratios))} ` +
      `to ${figure(Math.max(...ratios))}; generator at ${Math.round(median(shares) * 100)} % of a core`,
    notes: busyNotes('the load generator', shares),
  }
}
