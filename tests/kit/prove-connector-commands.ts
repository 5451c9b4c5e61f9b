import { carry } from '../../src/connector/carry.ts'
import { asHubError } from '../../src/kernel/errors.ts'
import { arrivedOf, type Bench } from './prove-connector-bench.ts'
import { mustBeCalls } from './prove-connector-calls.ts'
import type { Rule } from './prove-connector-options.ts'
import { errorOf, mustStayHome, type Outside, oddIds, withOutside } from './prove-connector-outside.ts'
import { mustUnderstand } from './prove-connector-sandbox.ts'
import { type Trial, trialsOf } from './prove-connector-trial.ts'

/** What holds for each command. */
export const commandRules = (bench: Bench): readonly Rule[] =>
  trialsOf(bench).flatMap(({ name, trial }) => [
    { name: `${name} sends exactly what the vendor documents`, check: () => sendsExactly(bench, trial()) },
    { name: `${name} twice has one effect`, check: () => oneEffect(bench, trial()) },
    {
      name: `${name} has one effect when its answer was lost and it is sent again`,
      check: () => lostAnswer(bench, trial()),
    },
    { name: `${name} calls no other host, whatever the ids say`, check: () => staysHome(bench, trial()) },
    { name: `what follows from ${name} is genuine and understood`, check: () => echoes(bench, trial()) },
  ])

const carried = (bench: Bench, { wanted }: Pick<Trial, 'wanted'>, { send }: Outside) =>
  carry({ send }, bench.connector, bench.account, wanted)

const sendsExactly = (bench: Bench, trial: Trial): Promise<void> =>
  withOutside(bench, trial.from, async (outside) => {
    await carried(bench, trial, outside)
    mustBeCalls(outside.calls, trial.calls(outside.answers))
  })

const oneEffect = (bench: Bench, trial: Trial): Promise<void> =>
  withOutside(bench, trial.from, async (outside) => {
    const before = trial.effects(outside)
    const first = await carried(bench, trial, outside)
    mustBeOne('the command, sent once', trial.effects(outside) - before)
    if (trial.single) return
    const second = await carried(bench, trial, outside)
    mustBeOne('the command, sent twice', trial.effects(outside) - before)
    const [one, other] = [JSON.stringify(first.externalIds), JSON.stringify(second.externalIds)]
    if (one !== other) throw new Error(`the second receipt names ${other}, the first ${one}`)
  })

const lostAnswer = async (bench: Bench, trial: Trial): Promise<void> => {
  const last = (await countCalls(bench, trial)) - 1
  await withOutside(bench, trial.from, async (outside) => {
    const before = trial.effects(outside)
    outside.mishap = (call) => (call === last ? 'after' : undefined)
    const lost = await errorOf(() => carried(bench, trial, outside))
    if (lost.detail['sent'] !== true)
      throw new Error(`the answer was lost, but the error says that nothing was sent: ${lost.message}`)
    outside.mishap = () => undefined
    if (!trial.single) await carried(bench, trial, outside)
    mustBeOne('the command, its answer lost,', trial.effects(outside) - before)
  })
}

/** How many requests a command gives rise to. */
export const countCalls = (bench: Bench, trial: Trial): Promise<number> =>
  withOutside(bench, trial.from, async (outside) => {
    await carried(bench, trial, outside)
    return outside.calls.length
  })

const mustBeOne = (what: string, effects: number): void => {
  if (effects !== 1) throw new Error(`${what} had ${effects} effects on the other side, expected one`)
}

const staysHome = async (bench: Bench, trial: Trial): Promise<void> => {
  for (const id of oddIds) {
    await withOutside(bench, trial.from, async (outside) => {
      const wanted = { ...trial.wanted, wish: named(trial.wanted.wish, id) }
      // Whether it fails, and how, is all one here.
      await carried(bench, { wanted }, outside).catch(asHubError)
      mustStayHome(bench, outside)
    })
  }
}

/** The wish, about an order of another name. */
const named = (wish: unknown, order: string): unknown =>
  typeof wish === 'object' && wish !== null && 'order' in wish && typeof wish.order === 'string'
    ? { ...wish, order }
    : wish

const echoes = (bench: Bench, trial: Trial): Promise<void> =>
  withOutside(bench, trial.from, async (outside) => {
    await carried(bench, trial, outside)
    for (const post of outside.posts) mustUnderstand(bench, arrivedOf(post, bench.account.id, trial.from.now))
  })
