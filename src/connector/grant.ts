import pRetry from 'p-retry'
import { asHubError } from '../kernel/errors.ts'
import type { TokenWanted } from './http.ts'

/** A token as it was granted, and until when it is taken, ms since 1970. */
export interface Granted {
  readonly token: string
  readonly until: number
}

/** Taken as run out so much before its time, in ms: a call that is begun with it must come through. */
const marginMs = 60_000

/**
 * Asks the other side for a token; where it is away, twice more at once.
 * @throws CHANNEL_DENIED the consent was withdrawn, or our credentials are wrong · CHANNEL_UNREADABLE · what send throws
 */
export const askGrant = async ({ connector, account, grant, send }: TokenWanted, now: Date): Promise<Granted> => {
  const { settings, secrets } = account
  const { base, ...ask } = grant.ask({ settings, secrets, now })
  const options = {
    ...(base === undefined ? {} : { base }),
    ...(grant.classify === undefined ? {} : { classify: grant.classify }),
  }
  const answer = await pRetry(() => send(connector, account, ask, options), {
    retries: 2,
    minTimeout: 200,
    maxTimeout: 1_000,
    factor: 2,
    randomize: true,
    shouldRetry: ({ error }) => asHubError(error).code === 'CHANNEL_AWAY',
  })
  const { token, lastsSeconds } = grant.read(answer)
  return { token, until: now.getTime() + Math.max(1_000, lastsSeconds * 1000 - marginMs) }
}
