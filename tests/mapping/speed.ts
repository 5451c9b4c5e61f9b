import { deepStrictEqual } from 'node:assert'
import { byHand } from './by-hand.ts'
import { byJsonata } from './by-jsonata.ts'
import { measured } from './measure.ts'
import { fiveLines } from './payloads.ts'

// How fast an order of five lines is mapped: by the language, by hand, by JSONata; all three give the same.
// Run it by `node tests/mapping/speed.ts` on a machine that is otherwise idle. The rounds take turns; the best of each counts.

const order = measured('order')
const rounds = 7

/** Microseconds for one piece of work, over so many. */
const timed = async (times: number, once: () => unknown): Promise<number> => {
  const start = performance.now()
  for (let time = 0; time < times; time += 1) await once()
  return ((performance.now() - start) * 1000) / times
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const mapped = plain(order.apply({ payload: fiveLines }))
deepStrictEqual(plain(byHand(fiveLines)), mapped)
deepStrictEqual(plain(await byJsonata(fiveLines)), mapped)

let [language, hand, other] = [Infinity, Infinity, Infinity]
for (let round = 0; round < rounds; round += 1) {
  language = Math.min(language, await timed(3_000, () => order.apply({ payload: fiveLines })))
  hand = Math.min(hand, await timed(3_000, () => byHand(fiveLines)))
  other = Math.min(other, await timed(60, () => byJsonata(fiveLines)))
}
const told = (name: string, micros: number) => `${name.padEnd(10)} ${micros.toFixed(1).padStart(8)} µs an order\n`
process.stdout.write(told('language', language) + told('by hand', hand) + told('jsonata', other))
process.stdout.write(
  `${(hand / language).toFixed(2)} of the speed by hand, ${(other / language).toFixed(0)} times that of JSONata\n`,
)
