import { type BenchHub, page, startHub } from './api.ts'
import { wholeNumber } from './processes.ts'
import { figure, median, type Row } from './rows.ts'
import { sendAll } from './send.ts'
import { postsOf } from './webhooks.ts'

const sizes = {
  quick: { few: 4_000, many: 40_000, rounds: 3 },
  full: { few: 10_000, many: 200_000, rounds: 20 },
} as const

/** What a merchant looks at most; each over four pages by the cursor. */
const filters = ['state=open', 'fulfilment=open', 'payment=pending', 'connection=bench', 'connection=bench&state=open']
const pages = 4

/** How long a filtered page of 50 takes where there are many orders, beside where there are few: two hubs, page by page in turn. */
export const listGrowth = async (quick: boolean): Promise<readonly Row[]> => {
  const { few, many, rounds } = sizes[quick ? 'quick' : 'full']
  const [small, large] = await Promise.all([startHub('work'), startHub('work')])
  try {
    await Promise.all([fill(small, few), fill(large, many)])
    await roundsOf(small, large, 1)
    return [rowOf(await roundsOf(small, large, rounds), { few, many })]
  } finally {
    await Promise.all([small.end(), large.end()])
  }
}

/** Some orders come in as they always do; the others are made after them. */
const fill = async (hub: BenchHub, count: number): Promise<void> => {
  await sendAll(hub.port, postsOf({ count: 120, seed: 31, first: 1 }))
  await hub.drained()
  await hub.part.ask('fill', wholeNumber, count)
}

interface Time {
  readonly filter: string
  readonly small: number
  readonly large: number
}

const roundsOf = async (small: BenchHub, large: BenchHub, rounds: number): Promise<readonly Time[]> => {
  const times: Time[] = []
  for (let round = 0; round < rounds; round += 1)
    for (const filter of filters) times.push(...(await walk(small, large, filter)))
  return times
}

/** The first pages of both, one after the other. */
const walk = async (small: BenchHub, large: BenchHub, filter: string): Promise<readonly Time[]> => {
  const times: Time[] = []
  const after = { small: '', large: '' }
  for (let at = 0; at < pages; at += 1) {
    const [one, other] = [await read(small, filter, after.small), await read(large, filter, after.large)]
    times.push({ filter, small: one.ms, large: other.ms })
    after.small = one.next
    after.large = other.next
  }
  return times
}

const read = async (
  hub: BenchHub,
  filter: string,
  after: string,
): Promise<{ readonly ms: number; readonly next: string }> => {
  const start = performance.now()
  const { items, next } = await hub.call(`/v1/orders?limit=50&${filter}${after}`, page)
  const ms = performance.now() - start
  if (items.length !== 50 || next === null) throw new Error(`a page of ${filter} had ${items.length} orders, not 50`)
  return { ms, next: `&cursor=${next}` }
}

const rowOf = (times: readonly Time[], { few, many }: { readonly few: number; readonly many: number }): Row => {
  const growthOf = (of: readonly Time[]): number =>
    median(of.map(({ large }) => large)) / median(of.map((one) => one.small))
  const growths = filters.map((filter) => [filter, growthOf(times.filter((time) => time.filter === filter))] as const)
  const [worst, growth] = growths.reduce((most, one) => (one[1] > most[1] ? one : most))
  const [small, large] = [median(times.map((time) => time.small)), median(times.map((time) => time.large))]
  return {
    name: 'list.growth',
    value: growthOf(times),
    unit: '× the time',
    baseline: small,
    ratio: growthOf(times),
    floor: 1.5,
    better: 'less',
    detail:
      `${figure(large)} ms a page of 50 at ${figure(many)} orders, ${figure(small)} ms at ${figure(few)}; ` +
      `${times.length} pages; most ${figure(growth)} (${worst})`,
  }
}
