import { HubError } from '../kernel/errors.ts'
import { answers } from './answers.ts'
import { type Api, askFor } from './api.ts'
import type { CliDeps } from './deps.ts'
import { findOrder } from './find-order.ts'
import { withApi } from './reach.ts'
import { replayKind } from './replay-kind.ts'
import { counted, plain } from './text.ts'
import { exits } from './verb.ts'

export interface ReplayOptions {
  readonly id?: string
  readonly connection?: string
  readonly code?: string
  readonly state?: string
  readonly order?: string
  readonly happened?: true
  readonly again?: true
  readonly done?: true
  readonly sandbox?: true
  readonly json?: true
}

/** Takes work up again: one row, all of a kind, or all messages of an order. @throws USAGE · NOT_FOUND · REQUEST_INVALID */
export const replay = async (deps: CliDeps, options: ReplayOptions): Promise<number> => {
  const way = wayOf(options)
  return withApi(deps, { sends: { sandbox: options.sandbox === true } }, async (api) => {
    const { said, answer, failed = false } = await way(api, options)
    deps.terminal.say(options.json === true ? JSON.stringify(answer) : said)
    return failed ? exits.failed : exits.done
  })
}

interface Outcome {
  readonly said: string
  readonly answer: unknown
  /** It was taken up here, and failed again. */
  readonly failed?: boolean
}
type Way = (api: Api, options: ReplayOptions) => Promise<Outcome>

/** Which of the three is asked for; checked before a hub is opened. */
const wayOf = ({ id, order, connection, code, state, happened, again, done }: ReplayOptions): Way => {
  const kind = connection !== undefined || code !== undefined || state !== undefined
  if ([id !== undefined, order !== undefined, kind].filter(Boolean).length !== 1)
    throw new HubError(
      'USAGE',
      'expected an id, or --order, or a kind by --connection, --code and --state: one of the three',
    )
  if (happened === true && again === true) throw new HubError('USAGE', 'it happened, or it is sent again: not both')
  if ((happened ?? again) === true && id?.startsWith('cmd_') !== true)
    throw new HubError('USAGE', '--happened and --again are said of one command: name it by its id')
  if (done === true && id?.startsWith('msg_') !== true)
    throw new HubError('USAGE', '--done is said of one message: name it by its id')
  if (done === true) return settled
  if (order !== undefined) return ofOrder
  if (id === undefined) return ofKind
  if (id.startsWith('msg_')) return ofMessage
  if (id.startsWith('cmd_')) return ofCommand
  throw new HubError('USAGE', `expected an id that begins with msg_ or cmd_, got "${id}"; an order is named by --order`)
}

const ofOrder: Way = async (api, { order: asked = '' }) => {
  const order = await findOrder(api, { order: asked })
  const answer = await askFor(api, answers.rebuilt, { method: 'POST', path: `/v1/orders/${order.id}/rebuild` })
  await api.settle()
  const outcome = answer.changed ? 'it is another now' : 'it is the same as before'
  return {
    said: `Order ${plain(order.number)} is read anew from ${counted(answer.messages, 'message')}: ${outcome}.`,
    answer,
  }
}

/** A person dealt with it: nothing is to be taken up any more. */
const settled: Way = async (api, { id = '' }) => {
  const path = `/v1/messages/${encodeURIComponent(id)}/settle`
  const answer = await askFor(api, answers.settled, { method: 'POST', path })
  return { said: answer.settled ? 'It is done.' : 'It was neither given up nor parked.', answer }
}

const ofMessage: Way = async (api, { id = '' }) => {
  const path = `/v1/messages/${encodeURIComponent(id)}`
  const answer = await askFor(api, answers.replayed, { method: 'POST', path: `${path}/replay` })
  if (answer.rebuilt !== undefined) return { said: `It was done; its order ${answer.rebuilt} is read anew.`, answer }
  return one(api, { replayed: answer.replayed, read: () => askFor(api, answers.message, { method: 'GET', path }) })
}

const ofCommand: Way = async (api, { id = '', happened, again }) => {
  const path = `/v1/commands/${encodeURIComponent(id)}`
  const outcome = happened === true ? { outcome: 'happened' } : again === true ? { outcome: 'again' } : {}
  const answer = await askFor(api, answers.replayed, { method: 'POST', path: `${path}/replay`, body: outcome })
  return one(api, { replayed: answer.replayed, read: () => askFor(api, answers.command, { method: 'GET', path }) })
}

interface One {
  readonly replayed: number
  readonly read: () => Promise<{
    readonly state: string
    readonly error?: { readonly message: string; readonly cure: string }
  }>
}

/** What became of one row: known at once where this process worked it off. */
const one = async (api: Api, { replayed, read }: One): Promise<Outcome> => {
  await api.settle()
  const row = await read()
  const answer = { replayed, state: row.state }
  if (replayed === 0) return { said: `It is ${row.state} and need not be taken up again.`, answer }
  if (api.works === 'elsewhere') return { said: 'It is due again; the running hub takes it up.', answer }
  const why = row.error === undefined ? '' : `: ${plain(row.error.message)}\n  ${row.error.cure}`
  return {
    said: `It was taken up and is ${row.state}${why}`,
    answer,
    failed: row.state === 'dead' || row.state === 'parked',
  }
}

const ofKind: Way = (api, { connection, code, state }) => replayKind(api, { connection, code, state })
