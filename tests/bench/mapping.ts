import { deepStrictEqual } from 'node:assert'
import { byHand } from '../mapping/by-hand.ts'
import { byJsonata } from '../mapping/by-jsonata.ts'
import { measured } from '../mapping/measure.ts'
import { fiveLines } from '../mapping/payloads.ts'
import { figure, median, type Row } from './rows.ts'

/** Rounds, and how often each way maps the order in one of them. */
const sizes = {
  quick: { rounds: 3, times: 1_000, jsonata: 20 },
  full: { rounds: 9, times: 3_000, jsonata: 60 },
} as const

/** An order of five lines mapped by the language, beside the same written by hand and as a JSONata expression. */
export const mappingSpeed = async (quick: boolean): Promise<readonly Row[]> => {
  const { rounds, times, jsonata } = sizes[quick ? 'quick' : 'full']
  const mapping = measured('order')
  const ways = {
    ours: () => mapping.apply({ payload: fiveLines }),
    hand: () => byHand(fiveLines),
    jsonata: () => byJsonata(fiveLines),
  }
  const result = plain(ways.ours())
  deepStrictEqual(plain(ways.hand()), result)
  deepStrictEqual(plain(await ways.jsonata()), result)
  const measures: Measure[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const ours = await timed(times, ways.ours)
    const measure = { ours, hand: await timed(times, ways.hand), jsonata: await timed(jsonata, ways.jsonata) }
    // The first round warms them up.
    if (round > 0) measures.push(measure)
  }
  return [rowOf(measures, 'hand', 0.2), rowOf(measures, 'jsonata', 100)]
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** Microseconds an order. */
interface Measure {
  readonly ours: number
  readonly hand: number
  readonly jsonata: number
}

const timed = async (times: number, once: () => unknown): Promise<number> => {
  const start = performance.now()
  for (let time = 0; time < times; time += 1) await once()
  return ((performance.now() - start) * 1000) / times
}

const rowOf = (measures: readonly Measure[], other: 'hand' | 'jsonata', floor: number): Row => {
  const ratio = median(measures.map((measure) => measure[other] / measure.ours))
  const [ours, theirs] = [median(measures.map((one) => one.ours)), median(measures.map((one) => one[other]))]
  return {
    name: `mapping.vs-${other}`,
    value: ratio,
    unit: other === 'hand' ? '× by hand' : '× JSONata',
    baseline: 1e6 / theirs,
    ratio,
    floor,
    better: 'more',
    detail: `${figure(1e6 / ours)} beside ${figure(1e6 / theirs)} orders/s, of five lines`,
  }
}
