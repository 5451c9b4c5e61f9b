import type { Connector } from '../../../src/connector/contract.ts'
import { type ProveOptions, rulesOf } from '../../kit/prove-connector.ts'
import { acmeProof } from './acme-post/proof.ts'

/** What a rule says of a connector that breaks it; undefined: it keeps it. */
export const saidBy = async (
  rule: string,
  connector: Connector,
  options: Partial<ProveOptions> = {},
): Promise<string | undefined> => {
  const found = rulesOf(connector, { ...acmeProof, ...options }).find(({ name }) => name === rule)
  if (found === undefined) throw new Error(`there is no rule "${rule}"`)
  return Promise.resolve(found)
    .then(({ check }) => check())
    .then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )
}
