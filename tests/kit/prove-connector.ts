import { describe, it } from 'vitest'
import type { Connector } from '../../src/connector/contract.ts'
import { faultsOf } from '../../src/connector/registry.ts'
import { openBench } from './prove-connector-bench.ts'
import { commandRules } from './prove-connector-commands.ts'
import { faultRules } from './prove-connector-faults.ts'
import { listRules } from './prove-connector-lists.ts'
import { mappingRules } from './prove-connector-mappings.ts'
import type { ProveOptions, Rule } from './prove-connector-options.ts'
import { postRules } from './prove-connector-posts.ts'
import { queryRules } from './prove-connector-queries.ts'
import { sandboxRules } from './prove-connector-sandbox.ts'

export type {
  CommandProof,
  ExpectedCall,
  Failure,
  ListProof,
  ProveOptions,
  QueryProof,
  Rule,
} from './prove-connector-options.ts'

/**
 * Registers one test for each rule that holds for every connector. To be called at the top of tests/connectors/<id>.test.ts.
 * What a connector does not have (a door, commands, a query, lists) is not tested; what it has is, and `commands`, `query` and `lists` then say how.
 */
export const proveConnector = (connector: Connector, options: ProveOptions = {}): void => {
  const rules = rulesOf(connector, options)
  const waive = options.waive ?? {}
  describe(`${connector.title} keeps the rules of every connector`, () => {
    for (const rule of rules) register(rule, waive[rule.name])
    it('every waiver names a rule and gives a reason', () => checkWaivers(rules, waive))
  })
}

/** The rules that apply to a connector, in the order in which they are tried. */
export const rulesOf = (connector: Connector, options: ProveOptions = {}): readonly Rule[] => {
  const bench = openBench(connector, options)
  return [
    { name: 'it does not contradict itself', check: () => mustBeNone(faultsOf(connector)) },
    ...postRules(bench),
    ...mappingRules(bench),
    ...sandboxRules(bench),
    ...queryRules(bench),
    ...listRules(bench),
    ...commandRules(bench),
    ...faultRules(bench),
  ]
}

const register = ({ name, check }: Rule, reason: string | undefined): void => {
  if (reason === undefined) it(name, check)
  else it(`(waived: ${reason}) ${name}`, () => mustFail(name, check))
}

/** Runs a waived rule. @throws where it holds: the waiver is stale */
export const mustFail = async (name: string, check: Rule['check']): Promise<void> => {
  if (await holds(check)) throw new Error(`the waiver of "${name}" is stale: the rule holds. Take the waiver out.`)
}

const holds = async (check: Rule['check']): Promise<boolean> => {
  try {
    await check()
    return true
  } catch {
    return false
  }
}

/** @throws where a waiver names no rule, or has no reason worth the name */
export const checkWaivers = (rules: readonly Rule[], waive: Readonly<Record<string, string>>): void => {
  const names = rules.map(({ name }) => name)
  mustBeNone(
    Object.entries(waive).flatMap(([name, reason]) => [
      ...(names.includes(name) ? [] : [`no rule is called "${name}"; there are:\n  ${names.join('\n  ')}`]),
      ...(reason.trim().length < 10 ? [`the waiver of "${name}" gives no reason`] : []),
    ]),
  )
}

const mustBeNone = (faults: readonly string[]): void => {
  if (faults.length > 0) throw new Error(faults.join('\n'))
}
