import { askGrant, type Granted } from '../connector/grant.ts'
import type { TokenFor, TokenWanted } from '../connector/http.ts'
import { HubError } from '../kernel/errors.ts'
import { seal, unseal } from '../kernel/seal.ts'
import type { Connections } from '../store/connections.ts'

export interface TokensDeps {
  readonly connections: Pick<Connections, 'read' | 'takeTurn' | 'endTurn'>
  readonly now: () => Date
  readonly sleep: (ms: number) => Promise<void>
}

/** Whoever has the turn has it so long, if it ends without a word. */
const turnMs = 60_000
/** Who waits for the turn of another looks so often, and so long. */
const lookMs = 250
const longestWaitMs = 30_000

/**
 * Gives the token of a connection's grant. It lies on the connection's row, sealed under the connection's own secrets, so that all
 * processes share it and a store alone does not tell it; one of them gets a fresh one at a time.
 * @throws what asking for it throws · CHANNEL_AWAY where another process has been getting it for too long
 */
export const openTokens = (deps: TokensDeps): TokenFor => {
  const held = new Map<string, Granted>()
  const getting = new Map<string, Promise<Granted>>()
  return async (wanted) => {
    const key = `${wanted.account.id} ${wanted.name}`
    const known = held.get(key)
    if (known !== undefined && isGood(deps, known, wanted)) return known.token
    const got = getting.get(key) ?? find(deps, wanted).finally(() => getting.delete(key))
    getting.set(key, got)
    const granted = await got
    held.set(key, granted)
    return granted.token
  }
}

const isGood = ({ now }: TokensDeps, { token, until }: Granted, { spent }: TokenWanted): boolean =>
  token !== spent && until > now().getTime()

const find = async (deps: TokensDeps, wanted: TokenWanted): Promise<Granted> => {
  const { account, name } = wanted
  for (let waited = 0; waited <= longestWaitMs; waited += lookMs) {
    const kept = await keptOf(deps, wanted)
    if (kept !== undefined && isGood(deps, kept, wanted)) return kept
    const now = deps.now()
    const isOurs = await deps.connections.takeTurn(account.id, name, { now, until: new Date(now.getTime() + turnMs) })
    if (isOurs) return get(deps, wanted)
    await deps.sleep(lookMs)
  }
  throw new HubError('CHANNEL_AWAY', `another process has been getting a token of ${account.id} for too long`, {
    sent: false,
  })
}

const keptOf = async ({ connections }: TokensDeps, { account, name }: TokenWanted): Promise<Granted | undefined> => {
  const kept = (await connections.read(account.id))?.tokens?.[name]
  if (kept === undefined) return undefined
  const token = unseal(kept.sealed, secretsOf(account), purposeOf(account.id, name))
  return token === undefined ? undefined : { token, until: kept.until.getTime() }
}

const get = async (deps: TokensDeps, wanted: TokenWanted): Promise<Granted> => {
  const { account, name } = wanted
  try {
    // Who had the turn before may have got it since we looked.
    const kept = await keptOf(deps, wanted)
    if (kept !== undefined && isGood(deps, kept, wanted)) {
      await deps.connections.endTurn(account.id, name)
      return kept
    }
    const granted = await askGrant(wanted, deps.now())
    const sealed = seal(granted.token, secretsOf(account), purposeOf(account.id, name))
    await deps.connections.endTurn(account.id, name, { sealed, until: new Date(granted.until) })
    return granted
  } catch (error) {
    await deps.connections.endTurn(account.id, name).catch(() => undefined)
    throw error
  }
}

const secretsOf = ({ secrets }: TokenWanted['account']): readonly string[] =>
  Object.keys(secrets)
    .toSorted()
    .flatMap((name) => [name, ...(secrets[name] ?? [])])

const purposeOf = (connection: string, grant: string): string => `crossdock token ${connection} ${grant}`
