import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Incoming, RefusalReason } from '../../connector/contract.ts'
import { receive } from '../../flow/receive.ts'
import { codes, HubError } from '../../kernel/errors.ts'
import { Closed, Type, Word } from '../../kernel/schema.ts'
import type { Counts } from '../counts.ts'
import type { App, HttpDeps } from '../deps.ts'
import { compressed, takeBytes } from '../plugins/json.ts'
import { problemOf, problemType } from '../problem.ts'

const Kept = Closed({
  message: Type.Optional(Type.String({ description: 'Our id of the message: the same for the same message.' })),
  state: Word(
    ['kept', 'seen', 'greeted'],
    'kept: it is new here; seen: it was kept before; greeted: an unsigned hello, of which nothing is kept.',
  ),
})

const refuses = ['NOT_FOUND', 'SIGNATURE_REFUSED', 'BODY_TOO_LARGE', 'BODY_COMPRESSED', 'PAYLOAD_UNREADABLE'] as const
const schema = {
  tags: ['webhooks'],
  summary: 'Keeps a signed message of a channel; answered once it is durable.',
  response: { 200: Kept },
}

/** Where channels post to. The one hot path: what is not needed for an answer is not done here. */
export const webhookRoutes = (app: App, deps: HttpDeps, counts: Counts): void => {
  takeBytes(app)
  const options = {
    bodyLimit: Math.max(deps.bodyLimitBytes, ...deps.connectors.map((connector) => connector.bodyLimit ?? 0)),
    onRequest: admitOf(deps),
    config: { refuses: [...refuses, 'STORE_AWAY', 'STORE_FULL'] as const },
    schema,
  }
  const post = postOf(deps, counts)
  app.post<At>('/webhooks/:connection', options, post)
  // The same under any path further in, for channels that add one: it is described once.
  app.post<At>('/webhooks/:connection/*', { ...options, schema: { ...schema, hide: true } }, post)
}

interface At {
  Params: { readonly connection: string }
}

/** Refuses before the body is read what could not be kept anyway. */
const admitOf =
  (deps: HttpDeps) =>
  (request: FastifyRequest<At>, _reply: FastifyReply, done: (error?: Error) => void): void =>
    done(refusalOf(deps, request))

const refusalOf = (deps: HttpDeps, { params, headers }: FastifyRequest<At>): HubError | undefined => {
  const account = deps.accounts.find(params.connection)
  if (account === undefined || !account.enabled) return absent(params.connection)
  const limit = account.connector.bodyLimit ?? deps.bodyLimitBytes
  if (Number(headers['content-length'] ?? 0) > limit) return tooLarge(limit)
  return compressed(headers['content-encoding'])
}

const absent = (connection: string): HubError =>
  new HubError('NOT_FOUND', `no enabled connection "${connection.slice(0, 100)}" takes messages here`)

const tooLarge = (limit: number): HubError =>
  new HubError('BODY_TOO_LARGE', `expected at most ${limit} bytes`, { limit })

const postOf = (deps: HttpDeps, counts: Counts) => {
  const receiving = { accounts: deps.accounts, inbox: deps.repositories.inbox, bell: deps.bell, now: deps.now }
  return async (request: FastifyRequest<At>, reply: FastifyReply): Promise<FastifyReply> => {
    const { connection } = request.params
    const incoming = incomingOf(request)
    const limit = deps.accounts.find(connection)?.connector.bodyLimit ?? deps.bodyLimitBytes
    if (incoming.body.byteLength > limit) throw tooLarge(limit)
    const received = await receive(receiving, connection, incoming)
    if ('greeted' in received) return say(reply, '{"state":"greeted"}')
    const count = counts.of(connection)
    if ('refused' in received) {
      const refused = (count.refused.get(received.refused) ?? 0) + 1
      count.refused.set(received.refused, refused)
      if (/^10*$/.test(String(refused))) warn(deps, { connection, because: received.refused, refused })
      return refuseSignature(reply, received.refused)
    }
    const { id, state } = received.kept
    if (state === 'kept') count.kept += 1
    else count.seen += 1
    deps.log.debug({ stage: 'http', connection, message: id, ms: Math.round(reply.elapsedTime) }, `message ${state}`)
    return say(reply, `{"message":"${id}","state":"${state}"}`)
  }
}

const say = (reply: FastifyReply, json: string): FastifyReply =>
  reply.type('application/json; charset=utf-8').send(json)

/** The first, the tenth, the hundredth: a wrong secret is seen in the log, and a flood does not fill it. */
const warn = ({ log }: HttpDeps, fields: Readonly<Record<string, unknown>>): void =>
  log.warn({ stage: 'http', ...fields }, 'signature refused')

/** Where it is not the secret that is to be compared. */
const cures: { readonly [R in RefusalReason]?: string } = {
  stale: 'Compare the clocks of both sides, and send it soon after signing it.',
  'other-account': "Compare the account in the connection's settings with the one that sent it.",
}

/** A normal outcome, and a flood of it must be cheap: it is answered here, not thrown. */
const refuseSignature = (reply: FastifyReply, because: RefusalReason): FastifyReply => {
  const cure = cures[because]
  const detail = cure === undefined ? { because } : { because, cure }
  const error = new HubError('SIGNATURE_REFUSED', `the signature is refused: ${because}`, detail)
  return reply
    .code(codes.SIGNATURE_REFUSED.status)
    .header('www-authenticate', 'Signature')
    .type(problemType)
    .send(JSON.stringify(problemOf(error, reply.request.id)))
}

const nothing = new Uint8Array()
const noQuery: Readonly<Record<string, string>> = {}

const incomingOf = ({ method, url, headers, body }: FastifyRequest): Incoming => {
  const mark = url.indexOf('?')
  return {
    method,
    path: mark === -1 ? url : url.slice(0, mark),
    query: mark === -1 ? noQuery : Object.fromEntries(new URLSearchParams(url.slice(mark + 1))),
    headers: isPlain(headers) ? headers : withoutCookies(headers),
    body: body instanceof Uint8Array ? body : nothing,
  }
}

/** Node joins headers that come twice into one text; only set-cookie, which no request has, is a list. */
const isPlain = (headers: IncomingHttpHeaders): headers is Record<string, string> => headers['set-cookie'] === undefined

const withoutCookies = (headers: IncomingHttpHeaders): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
