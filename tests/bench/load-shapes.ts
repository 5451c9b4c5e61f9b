import { Closed, checkerOf, type Static, Type } from '../../src/kernel/schema.ts'
import { type Part, wholeNumber } from './processes.ts'

/** What the load generator is to send: posts of `webhooks.ts`, by their seed and the number of their first order. */
export const Load = Closed({
  port: Type.Integer(),
  path: Type.String(),
  count: Type.Integer(),
  seed: Type.Integer(),
  first: Type.Integer(),
  connections: Type.Integer(),
  perSecond: Type.Optional(Type.Number({ description: 'Open loop: so many a second, whatever the answers do.' })),
})
export type Load = Static<typeof Load>

/** What came of it. Times in ms from when a request was to be sent to its answer. */
export const LoadResult = Closed({
  answered: Type.Integer({ description: 'With 200.' }),
  refused: Type.Integer(),
  seconds: Type.Number(),
  p50: Type.Number(),
  p99: Type.Number(),
  cpuShare: Type.Number({ description: 'Of one core, by the generator itself.' }),
})
export type LoadResult = Static<typeof LoadResult>
const loadResult = checkerOf(LoadResult)

/** Makes the requests and sends them. @throws Error one was not answered 200 */
export const load = async (generator: Part, what: Load): Promise<LoadResult> => {
  await makeLoad(generator, what)
  return runLoad(generator)
}

/** Makes and signs the requests, which are then sent by `runLoad`. */
export const makeLoad = async (generator: Part, what: Load): Promise<void> => {
  const made = await generator.ask('make', wholeNumber, what)
  if (made !== what.count) throw new Error(`${what.count} requests were to be made, and ${made} were`)
}

/** Sends what was made. @throws Error one was not answered 200 */
export const runLoad = async (generator: Part): Promise<LoadResult> => {
  const result = await generator.ask('run', loadResult)
  if (result.refused > 0)
    throw new Error(`${result.refused} of ${result.answered + result.refused} were not answered 200`)
  return result
}
