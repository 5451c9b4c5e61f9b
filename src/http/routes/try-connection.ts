import type { Connection } from '../../../config/connection.ts'
import type { Account } from '../../flow/account.ts'
import { asHubError, type Code, codes, HubError } from '../../kernel/errors.ts'
import type { Connecting, HttpDeps } from '../deps.ts'

/** What became of a trial. `asked`: whether the other side was. */
export interface Tried {
  readonly ok: boolean
  readonly asked: boolean
  readonly code?: Code
  readonly detail?: string
  readonly cure?: string
}

type TryDeps = Pick<HttpDeps, 'accounts' | 'log'> & { readonly connecting: Connecting }

/** No order has it anywhere: it is asked for because the other side must let us in to say so. */
const noOrder = '0'

/** Tries a connection out: what it is made of is resolved anew, then the other side is asked for an order that is not there. Never throws. */
export const tryOut = async (deps: TryDeps, spec: Connection): Promise<Tried> => {
  const { connecting, accounts, log } = deps
  // As if it were enabled: a disabled one may lack secrets, but would not work.
  const { accounts: checked, faults } = connecting.check([{ ...spec, enabled: true }], () => ({
    file: spec.id,
    line: 0,
  }))
  const [fresh] = checked
  if (faults.length > 0 || fresh === undefined) {
    const detail = faults.map(({ sentence }) => sentence).join('; ')
    const cure = connecting.inFile.has(spec.id) ? codes.CONFIG_INVALID.cure : 'Correct what is named, and put it again.'
    return { ok: false, asked: false, code: 'CONFIG_INVALID', detail, cure }
  }
  if (fresh.connector.queries.order === undefined) return { ok: true, asked: false }
  const live = accounts.find(spec.id)
  try {
    await answered(connecting, live?.enabled === true ? live : fresh)
    return { ok: true, asked: true }
  } catch (cause) {
    const error = asHubError(cause)
    if (error.code === 'UNEXPECTED')
      log.error({ stage: 'http', connection: spec.id, code: error.code, because: error.message }, 'trial failed')
    return { ok: false, asked: true, ...told(error) }
  }
}

const told = ({ code, message }: HubError): Pick<Tried, 'code' | 'detail' | 'cure'> => ({
  code,
  detail: code === 'UNEXPECTED' ? 'Something failed that should not have.' : message,
  cure: codes[code].cure,
})

/** One answer within the time of one call, whatever waits or is tried again in between. */
const answered = async ({ ask, timeoutMs }: Connecting, account: Account): Promise<void> => {
  const signal = AbortSignal.timeout(timeoutMs)
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () =>
      reject(new HubError('CHANNEL_AWAY', `there was no answer within ${timeoutMs} ms`)),
    )
  })
  await Promise.race([ask(account, noOrder, signal), late])
}
