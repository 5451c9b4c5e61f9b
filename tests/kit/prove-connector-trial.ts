import type { CommandName, WishOf } from '../../src/canonical/commands.ts'
import type { Wanted } from '../../src/connector/carry.ts'
import type { Command } from '../../src/connector/contract.ts'
import type { Remedy } from '../../src/kernel/errors.ts'
import type { Json } from '../../src/kernel/json.ts'
import { type Bench, type Played, present } from './prove-connector-bench.ts'
import type { CommandProof, ExpectedCall, Failure } from './prove-connector-options.ts'
import type { Outside } from './prove-connector-outside.ts'

/** A command about to be tried: a wish that the sandbox can grant, and what is to be seen of it. */
export interface Trial {
  readonly name: CommandName
  readonly wanted: Wanted
  readonly from: Played
  readonly single: boolean
  readonly calls: (answers: readonly Json[]) => readonly ExpectedCall[]
  readonly effects: (outside: Outside) => number
  readonly remedies: Partial<Readonly<Record<Failure, Remedy>>>
}

/** A command's trial, set up when it is first asked for. */
export type Trials = readonly { readonly name: CommandName; readonly trial: () => Trial }[]

export const trialsOf = (bench: Bench): Trials => {
  const { commands } = bench.connector
  const marking = commands['mark-shipped']
  const posting = commands['post-event']
  const proofs = bench.options.commands ?? {}
  return [
    ...(marking === undefined
      ? []
      : [
          lazily('mark-shipped', () =>
            trialOf(bench, 'mark-shipped', { command: marking, proof: proofs['mark-shipped'] }),
          ),
        ]),
    ...(posting === undefined
      ? []
      : [lazily('post-event', () => trialOf(bench, 'post-event', { command: posting, proof: proofs['post-event'] }))]),
  ]
}

const lazily = (name: CommandName, make: () => Trial): Trials[number] => {
  let made: Trial | undefined
  const trial = (): Trial => {
    made ??= make()
    return made
  }
  return { name, trial }
}

interface Sides<N extends CommandName> {
  readonly command: Command<Readonly<Record<string, unknown>>, WishOf<N>>
  readonly proof: CommandProof<WishOf<N>> | undefined
}

const trialOf = <N extends CommandName>(bench: Bench, name: N, { command, proof: given }: Sides<N>): Trial => {
  const proof = present(given, `options.commands['${name}'] to say what is wished and which requests follow`)
  const { wish, from } = wishIn(bench, proof)
  const id = `cmd_${name}_1`
  return {
    name,
    from,
    wanted: { name, wish, command: id, now: from.now },
    single: command.repeat(wish) === 'single',
    calls: (answers) => proof.calls({ wish, command: id, answers }),
    effects: ({ state, calls }) => {
      const books = bench.books(state)
      if (proof.effects !== undefined) return proof.effects(books)
      return name === 'mark-shipped' ? books.told.length : distinctBodies(calls)
    },
    remedies: proof.remedies ?? {},
  }
}

// Who receives our events has no books: it takes a repeat for one where it is the same to the letter.
const distinctBodies = (calls: Outside['calls']): number =>
  new Set(calls.map(({ body }) => Buffer.from(body).toString())).size

const wishIn = <Wish>(bench: Bench, proof: CommandProof<Wish>): { readonly wish: Wish; readonly from: Played } => {
  let from = bench.play(undefined, 0)
  for (let tries = 0; tries < 200; tries += 1) {
    const wish = proof.wish(bench.books(from.state))
    if (wish !== undefined) return { wish, from }
    from = bench.play(from, 2)
  }
  throw new Error('in 400 steps the sandbox had no order that the wish of options.commands would do for')
}
