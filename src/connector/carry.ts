import pRetry from 'p-retry'
import { type CommandName, type Receipt, type WishOf, wishSchemas } from '../canonical/commands.ts'
import { asHubError, HubError } from '../kernel/errors.ts'
import type { Json } from '../kernel/json.ts'
import { type Checker, checkerOf } from '../kernel/schema.ts'
import type { Answer, Ask, Command, CommandAt, Connector, Listed, ListWindow } from './contract.ts'
import type { Account, Send, SendOptions } from './http.ts'

export interface CarryDeps {
  readonly send: Send
}

/** A command to be carried out. `command` is our id of it: the same over all attempts. */
export interface Wanted {
  readonly name: CommandName
  /** Checked against the wish's schema before anything is sent. */
  readonly wish: unknown
  readonly command: string
  readonly now: Date
  readonly signal?: AbortSignal
}

const checkers: { readonly [N in CommandName]: Checker<WishOf<N>> } = {
  'mark-shipped': checkerOf(wishSchemas['mark-shipped']),
  'post-event': checkerOf(wishSchemas['post-event']),
}

/**
 * Carries a command out: look (if any) → plan → each request in turn → receipt.
 * @throws COMMAND_UNKNOWN the connector has no such command · REQUEST_INVALID the wish is not of its shape · what plan throws ·
 *   what send throws; `detail.sent` is then whether anything that has an effect may have been sent, `detail.partly` that some of it was
 */
export const carry = (deps: CarryDeps, connector: Connector, account: Account, wanted: Wanted): Promise<Receipt> =>
  carryNamed(deps, { connector, account }, { ...wanted })

interface Side {
  readonly connector: Connector
  readonly account: Account
}

const carryNamed = async <N extends CommandName>(
  deps: CarryDeps,
  { connector, account }: Side,
  { name, wish, command: id, now, signal }: Wanted & { readonly name: N },
): Promise<Receipt> => {
  const command: Command<Account['settings'], WishOf<N>> | undefined = connector.commands[name]
  if (command === undefined) throw new HubError('COMMAND_UNKNOWN', `connector ${connector.id} has no command ${name}`)
  const checker: Checker<WishOf<N>> = checkers[name]
  if (!checker.is(wish)) throw wrongWish(name, checker, wish)
  const at: CommandAt<Account['settings'], WishOf<N>> = { wish, settings: account.settings, command: id, now }
  const options = optionsOf(command, at, { account, signal })
  const send = (ask: Ask): Promise<Answer> => deps.send(connector, account, ask, options)
  const look = command.look?.(at)
  const looked = look === undefined ? undefined : await marking({ sent: false }, () => send(look))
  const plan = await marking({ sent: false }, () => command.plan(at, looked))
  if ('done' in plan) return plan.done
  const answers: Answer[] = []
  for (const ask of plan.send)
    answers.push(await marking(answers.length > 0 ? { sent: true, partly: true } : {}, () => send(ask)))
  return marking({ sent: true, ...(answers.length > 1 ? { partly: true } : {}) }, () =>
    command.receipt(at, answers, looked),
  )
}

const optionsOf = <Wish>(
  command: Command<Account['settings'], Wish>,
  at: CommandAt<Account['settings'], Wish>,
  { account, signal }: { readonly account: Account; readonly signal: AbortSignal | undefined },
): SendOptions => {
  const base = command.base?.(account.settings)
  return {
    ...(base === undefined ? {} : { base }),
    ...(command.sign === undefined ? {} : { sign: (body) => command.sign?.(at, body, account.secrets) ?? {} }),
    ...(signal === undefined ? {} : { signal }),
  }
}

interface Mark {
  readonly sent?: boolean
  readonly partly?: true
}

/** A look that failed has sent nothing with an effect; a second request that failed comes after one that had. */
const marking = async <T>(mark: Mark, step: () => T | Promise<T>): Promise<T> => {
  try {
    return await step()
  } catch (error) {
    const { code, message, detail } = asHubError(error)
    throw new HubError(code, message, { ...detail, ...mark }, error)
  }
}

const wrongWish = (name: CommandName, { faults }: Checker<unknown>, wish: unknown): HubError => {
  const [fault] = faults(wish)
  return new HubError('REQUEST_INVALID', `the wish of ${name}: ${fault?.path ?? ''} ${fault?.expected ?? ''}`, {
    sent: false,
  })
}

/** One message out of what the other side answered; `body` are the bytes that are kept, `order` whose it is where that was not asked. */
export interface Told {
  readonly order?: string
  readonly part?: string
  readonly rank: number
  readonly mark?: string
  readonly observed?: number
  readonly body: Uint8Array
}
/** What the other side answered to a question, part by part where it tells the order so; 'gone' where it has the thing no more. */
export type Asked = readonly Told[] | 'gone'

/** So many answers make up one order at most: pages that lead to each other have no end. */
const mostAnswers = 100

/**
 * Reads one order at the other side; where it is away, twice more at once.
 * @param subject its external id
 * @throws COMMAND_UNKNOWN the connector cannot be asked · what send and `read` throw
 */
export const ask = async (
  deps: CarryDeps,
  connector: Connector,
  account: Account,
  subject: string,
  signal?: AbortSignal,
): Promise<Asked> => {
  const query = connector.queries.order
  if (query === undefined)
    throw new HubError('COMMAND_UNKNOWN', `connector ${connector.id} cannot be asked for an order`)
  const options: SendOptions = { accept: [404, 410], ...(signal === undefined ? {} : { signal }) }
  const send = (question: Ask): Promise<Answer> => again(() => deps.send(connector, account, question, options), signal)
  const answer = await send(query.ask(subject, account.settings))
  const more: Answer[] = []
  for (const question of query.more?.(answer, subject, account.settings) ?? []) {
    let page: Ask | undefined = question
    while (page !== undefined) {
      if (more.length === mostAnswers)
        throw new HubError('CHANNEL_UNREADABLE', `order ${subject} goes on beyond ${mostAnswers} answers`)
      const told: Answer = await send(page)
      more.push(told)
      page = query.next?.(told, subject, account.settings)
    }
  }
  const read = query.read(answer, more)
  if (read === 'gone') return 'gone'
  if (!('parts' in read)) return [{ ...read, body: answer.bytes }]
  return read.parts.map(({ payload, ...told }) => ({ ...told, body: bytesOf(payload) }))
}

/** A page of a list: `at` is the channel's own time of the answer, ms. */
export interface Page {
  readonly items: readonly Listed[]
  readonly next?: string
  readonly at?: number
}

/** Which page of which list, and of which stretch of time. */
export interface PageWanted {
  readonly list: string
  readonly window: ListWindow
  readonly page?: string
  readonly now: Date
}

/**
 * Reads one page of a list; where the channel is away, twice more at once.
 * @throws COMMAND_UNKNOWN the connector has no such list · what send and `read` throw
 */
export const list = async (
  deps: CarryDeps,
  connector: Connector,
  account: Account,
  { list: name, window, page, now }: PageWanted,
): Promise<Page> => {
  const wanted = connector.lists?.[name]
  if (wanted === undefined)
    throw new HubError('COMMAND_UNKNOWN', `connector ${connector.id} has no list "${name}" of its orders`)
  const at = { window, settings: account.settings, now }
  const question = wanted.ask(at, page)
  const answer = await again(() => deps.send(connector, account, question))
  return { ...wanted.read(answer, at, page), ...(answer.at === undefined ? {} : { at: answer.at }) }
}

/** Only what changes nothing is tried again like this. */
const again = (send: () => Promise<Answer>, signal?: AbortSignal): Promise<Answer> =>
  pRetry(send, {
    retries: 2,
    minTimeout: 200,
    maxTimeout: 1_000,
    factor: 2,
    randomize: true,
    shouldRetry: ({ error }) => asHubError(error).code === 'CHANNEL_AWAY',
    ...(signal === undefined ? {} : { signal }),
  })

/**
 * What the other side says is wrong between us, a sentence each; none where it cannot be asked.
 * @throws what send and `read` throw
 */
export const askHealth = async (
  { send }: CarryDeps,
  connector: Connector,
  account: Account,
  signal?: AbortSignal,
): Promise<readonly string[]> => {
  const { health } = connector
  if (health === undefined) return []
  const options: SendOptions = { accept: [401, 403, 404], ...(signal === undefined ? {} : { signal }) }
  return health.read(await send(connector, account, health.ask(account.settings), options), account.id)
}

/** What is kept of one thing out of many: read again, it is the same value. */
export const bytesOf = (payload: Json): Uint8Array => Buffer.from(JSON.stringify(payload))
