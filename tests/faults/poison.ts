import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { items } from '../../src/cli/demo-api.ts'
import { quiet } from '../../src/cli/demo-audit.ts'
import type { Stage } from '../../src/cli/demo-stage.ts'
import { readCases } from '../kit/cases.ts'
import { place, postFromShop } from './by-hand.ts'
import { type Finding, openHouse } from './house.ts'
import type { Fault } from './rows.ts'

/** Each goes wrong in a way of its own, and only once it is kept. */
const poisons: readonly ((order: Readonly<Record<string, unknown>>) => unknown)[] = [
  // A word that no table knows.
  (order) => ({ ...order, financial_status: 'levitating' }),
  // As deep as is let in, where a list should be.
  (order) => ({ ...order, line_items: nested(60) }),
  // As large as is let in: far more lines than an order may have.
  (order) => ({ ...order, line_items: Array.from({ length: 4_000 }, (_, at) => lineOf(at)) }),
]

const nested = (depth: number): unknown => (depth === 0 ? 'deep' : { [`level${depth}`]: nested(depth - 1) })

const lineOf = (at: number): unknown => ({
  id: at + 1,
  sku: `SKU-${at}`,
  title: 'One of very many lines',
  quantity: 1,
  current_quantity: 1,
  price: '1.00',
  gift_card: false,
  requires_shipping: true,
  properties: [],
  total_discount: '0.00',
  tax_lines: [],
  discount_allocations: [],
})

const roundMs = 1_500
const rounds = 5

const beside: Fault = {
  name: 'poison',
  what: 'messages with an unknown word, as deep as is let in, and huge, beside good ones',
  holds: 'parked or dead by themselves; the good ones’ p99 ≤ 2 × (posted → folded, median of five pairs of rounds)',
  engines: ['embedded', 'mongo'],
  atOnce: 1,
  run: async (trial) => {
    const connectors = trial.connectors.filter(({ id }) => id === 'direct' || id === 'shopify')
    const stage = await openHouse({ ...trial, connectors })
    try {
      await roundOf(stage, 'warm')
      const ratios: number[] = []
      const placed: string[] = []
      let posted = 0
      for (let round = 0; round < rounds; round += 1) {
        const alone = await roundOf(stage, `alone-${round}`)
        const poisoned = poisoning(stage, round)
        const together = await roundOf(stage, `beside-${round}`)
        posted += await poisoned.stop()
        ratios.push(percentile(together.ms, 0.99) / percentile(alone.ms, 0.99))
        placed.push(...alone.ids, ...together.ids)
      }
      await quiet(stage)
      return await verdictOf(stage, { ratio: percentile(ratios, 0.5), placed, posted })
    } finally {
      await stage.close()
    }
  },
}

/** Good orders one after the other, each waited for until it is folded. */
const roundOf = async (
  stage: Stage,
  name: string,
): Promise<{ readonly ms: readonly number[]; readonly ids: readonly string[] }> => {
  const ms: number[] = []
  const ids: string[] = []
  for (const until = performance.now() + roundMs; performance.now() < until; await sleep(5)) {
    const id = `good-${name}-${ids.length}`
    ids.push(id)
    ms.push((await place(stage, id)).ms)
  }
  return { ms, ids }
}

/** A good order as Shopify sends it, to be spoilt. */
const shopOrder = (): object => {
  const given = readCases(join(import.meta.dirname, '../cases/shopify')).find(({ name }) => name === 'one-line')?.given
  if (typeof given !== 'object' || given === null) throw new Error('expected a case of Shopify called one-line')
  return given
}

/** Each poison twice a second. */
const poisoning = (stage: Stage, round: number): { stop(): Promise<number> } => {
  let open = true
  let posted = 0
  const given = Object.fromEntries(Object.entries(shopOrder()))
  const post = async (): Promise<void> => {
    while (open) {
      for (const poison of poisons) {
        const id = `bad-${round}-${posted}`
        const { status } = await postFromShop(stage, JSON.stringify(poison({ ...given, id })), id)
        if (status === 200) posted += 1
        await sleep(150)
      }
    }
  }
  const done = post()
  return {
    stop: async () => {
      open = false
      await done
      return posted
    },
  }
}

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

interface Row {
  readonly id: string
}

const verdictOf = async (
  stage: Stage,
  { ratio, placed, posted }: { readonly ratio: number; readonly placed: readonly string[]; readonly posted: number },
): Promise<Finding> => {
  const held = new Set(
    (await items<{ readonly externalId: string }>(stage, '/v1/orders?limit=200')).map(({ externalId }) => externalId),
  )
  const count = async (state: string): Promise<number> =>
    (await items<Row>(stage, `/v1/messages?state=${state}&limit=200`)).length
  const [parked, dead, due, leased] = await Promise.all(['parked', 'dead', 'due', 'leased'].map(count))
  const ended = (parked ?? 0) + (dead ?? 0)
  const missing = placed.filter((id) => !held.has(id))
  return {
    figures: { good: placed.length, poison: posted, 'parked or dead': ended, 'p99 ×': ratio.toFixed(2) },
    differences: [
      ...missing.map((id) => `the good order ${id} is not held`),
      ...(posted === 0 ? ['no poison was taken: no proof'] : []),
      ...(ended === posted ? [] : [`${posted} poisons were kept, ${ended} are parked or dead`]),
      ...((due ?? 0) + (leased ?? 0) === 0 ? [] : [`${due} messages are still due, ${leased} leased`]),
      ...(ratio <= 2 ? [] : [`the good ones' p99 is ${ratio.toFixed(2)} × what it is without`]),
    ],
  }
}

/** What is bad by itself. */
export const poison: readonly Fault[] = [beside]
