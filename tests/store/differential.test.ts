import { expect, it } from 'vitest'
import { openDice } from '../../src/cli/dice.ts'
import type { Dice } from '../../src/connector/sandbox.ts'
import { indexes } from '../../src/store/indexes.ts'
import { type Collection, isDuplicateKey, type Store } from '../../src/store/port.ts'
import { leftOut, onBothEngines, storeForTest } from '../kit/engines.ts'
import { type Row, slots } from '../kit/store-documents.ts'
import { drawStep, methods, type Step } from '../kit/store-steps.ts'

const collections = ['inbox', 'orders', 'outbox', 'ledger'] as const
const seeds = [1, 2, 3, 4]
const stepsOfSeed = 500

/** What came of a step: its answer, or that a key existed already; nothing else may be thrown. */
const outcomeOf = async ({ on }: Step, rows: Collection<Row>): Promise<unknown> => {
  try {
    return { answer: plain(await on(rows)) }
  } catch (error) {
    if (isDuplicateKey(error)) return 'the key exists already'
    throw error
  }
}

/** Dates and bytes as they are told apart, whatever class an engine reads them into. */
const plain = (value: unknown): unknown => {
  if (value instanceof Date) return { date: value.toISOString() }
  if (value instanceof Uint8Array) return { bytes: [...value] }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, plain(held)]))
}

const allOf = async (rows: Collection<Row>): Promise<readonly unknown[]> =>
  (await rows.find({}, { sort: { _id: 1 } }).toArray()).map(plain)

const rowsOf = async (store: Store) => {
  for (const name of collections) await store.collection(name).createIndexes([...(indexes[name] ?? []), slots])
  return (name: (typeof collections)[number]) => store.collection<Row>(name)
}

/** The next step of which both engines are asked. */
const nextStep = (dice: Dice): Step => {
  const step = drawStep(dice)
  return leftOut.some(({ meets }) => meets.test(JSON.stringify(step.given))) ? nextStep(dice) : step
}

onBothEngines((embedded, mongo) => {
  it.each(seeds)(`${stepsOfSeed} steps of seed %i have the same answers and leave the same documents`, async (seed) => {
    const [ours, theirs] = await Promise.all([storeForTest(embedded).then(rowsOf), storeForTest(mongo).then(rowsOf)])
    const dice = openDice(seed)
    const tried = new Set<string>()
    for (let at = 0; at < stepsOfSeed; at += 1) {
      const step = nextStep(dice)
      const name = dice.pick(collections)
      const outcomes = await Promise.all([outcomeOf(step, ours(name)), outcomeOf(step, theirs(name))])
      const said = `step ${at} on ${name}: ${step.method} ${JSON.stringify(step.given)}`
      expect(outcomes[0], said).toEqual(outcomes[1])
      tried.add(step.method)
    }
    for (const name of collections) {
      const left = await allOf(ours(name))
      expect(left).toEqual(await allOf(theirs(name)))
      expect(left.length, name).toBeGreaterThan(10)
    }
    expect(tried.size).toBe(methods)
  })
})
