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

const cure = 'Put right at the other side what is named, and try it again.'

/**
 * Tries a connection out: what it is made of is resolved anew, then the other side is asked for an order that is not there, and
 * what it says is wrong between us. Never throws.
 */
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
    const put = 'Correct what is named, and put it again.'
    const inFile = connecting.inFile.has(spec.id)
    return { ok: false, asked: false, code: 'CONFIG_INVALID', detail, cure: inFile ? codes.CONFIG_INVALID.cure : put }
  }
  if (fresh.connector.queries.order === undefined) return { ok: true, asked: false }
  const live = accounts.find(spec.id)
  try {
    const wrong = await answered(connecting, live?.enabled === true ? live : fresh)
    return wrong.length === 0 ? { ok: true, asked: true } : { ok: false, asked: true, detail: wrong.join('; '), cure }
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

/** Both answers within the time of one call, whatever waits or is tried again in between. */
const answered = async ({ ask, health, timeoutMs }: Connecting, account: Account): Promise<readonly string[]> => {
  const signal = AbortSignal.timeout(timeoutMs)
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () =>
      reject(new HubError('CHANNEL_AWAY', `there was no answer within ${timeoutMs} ms`)),
    )
  })
  const asked = async (): Promise<readonly string[]> => {
    await ask(account, noOrder, signal)
    return health(account, signal)
  }
  return Promise.race([asked(), late])
}
