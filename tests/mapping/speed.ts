import { deepStrictEqual } from 'node:assert'
import { byHand } from './by-hand.ts'
import { byJsonata } from './by-jsonata.ts'
import { measured } from './measure.ts'
import { fiveLines } from './payloads.ts'

// How fast an order of five lines is mapped: by the language, by hand, by JSONata; all three give the same.
// Run it by `node tests/mapping/speed.ts` on a machine that is otherwise idle. The best of five rounds counts.

const order = measured('order')
const rounds = 5

const best = async (times: number, once: () => unknown): Promise<number> => {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now()
    for (let time = 0; time < times; time += 1) await once()
    least = Math.min(least, ((performance.now() - start) * 1000) / times)
  }
  return least
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const mapped = plain(order.apply({ payload: fiveLines }))
deepStrictEqual(plain(byHand(fiveLines)), mapped)
deepStrictEqual(plain(await byJsonata(fiveLines)), mapped)

const language = await best(5_000, () => order.apply({ payload: fiveLines }))
const hand = await best(5_000, () => byHand(fiveLines))
const other = await best(100, () => byJsonata(fiveLines))
const told = (name: string, micros: number) => `${name.padEnd(10)} ${micros.toFixed(1).padStart(8)} µs an order\n`
process.stdout.write(told('language', language) + told('by hand', hand) + told('jsonata', other))
process.stdout.write(
  `${(hand / language).toFixed(2)} of the speed by hand, ${(other / language).toFixed(0)} times that of JSONata\n`,
)
