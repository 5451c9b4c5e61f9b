import { type CommandName, wishSchemas } from '../../src/canonical/commands.ts'
import { carry, type Wanted } from '../../src/connector/carry.ts'
import { arrivedOf, type Bench, present } from './prove-connector-bench.ts'
import { mustBeCalls } from './prove-connector-calls.ts'
import type { CommandProof, ExpectedCall, Failure, Rule } from './prove-connector-options.ts'
import { hostsOf, type Outside, withOutside } from './prove-connector-outside.ts'
import { mustUnderstand } from './prove-connector-sandbox.ts'

/** A command with its proof, and a wish that the sandbox can grant. */
export interface Trial {
  readonly bench: Bench
  readonly name: CommandName
  readonly wanted: () => Wanted
  readonly from: () => { readonly state: unknown; readonly now: Date }
  readonly calls: (answers: Outside['answers']) => readonly ExpectedCall[]
  readonly effects: (outside: Outside) => number
  readonly remedies: CommandProof<never>['remedies']
}

/** What holds for each command. */
export const commandRules = (bench: Bench): readonly Rule[] =>
  trialsOf(bench).flatMap((trial) => [
    { name: `${trial.name} sends exactly what the vendor documents`, check: () => sendsExactly(trial) },
    { name: `${trial.name} twice has one effect`, check: () => oneEffect(trial, () => undefined) },
    ...(trial.name in bench.connector.commands && isSingle(trial) ? [] : [{ name: `${trial.name} has one effect when its answer was lost and it is sent again`, check: () => lostAnswer(trial) }]),
    { name: `${trial.name} calls no other host, whatever the ids say`, check: () => staysHome(trial) },
    { name: `what follows from ${trial.name} is genuine and understood`, check: () => echoes(trial) },
  ])
