import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { codes, HubError } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import type { App } from '../deps.ts'
import { hubErrorOf, problemOf, problemType } from '../problem.ts'

/** Seconds a sender waits, where the failure does not say. */
const retryAfterSeconds = 5

/** Every failure is answered in one shape: thrown ones, unknown addresses, other methods. Register it before the routes. */
export const addProblems = (app: App, log: Log): void => {
  const methods = methodsOf(app)
  app.setErrorHandler((error, request, reply) => sendProblem({ error, request, reply, log }))
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const allowed = methods(path)
    const isOther = allowed.length > 0 && !allowed.includes(request.method)
    if (isOther) reply.header('allow', allowed.join(', '))
    const error = isOther
      ? new HubError('METHOD_NOT_ALLOWED', `expected ${allowed.join(' or ')} here, got ${request.method}`)
      : new HubError('NOT_FOUND', `there is nothing at ${request.method} ${path.slice(0, 200)}`)
    return sendProblem({ error, request, reply, log })
  })
}

interface Failure {
  readonly error: unknown
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly log: Log
}

/** Answers a failure; those that are ours are logged. */
export const sendProblem = ({ error: thrown, request, reply, log }: Failure): FastifyReply => {
  const error = hubErrorOf(thrown)
  const { status } = codes[error.code]
  if (status >= 500) logFailure(log, error, request)
  if (status === 503) reply.header('retry-after', waitOf(error))
  if (status === 401) reply.header('www-authenticate', error.code === 'KEY_MISSING' ? 'Bearer' : 'Signature')
  return reply
    .code(status)
    .type(problemType)
    .send(JSON.stringify(problemOf(error, request.id)))
}

const waitOf = ({ detail }: HubError): number => {
  const { waitSeconds } = detail
  return typeof waitSeconds === 'number' ? waitSeconds : retryAfterSeconds
}

const logFailure = (log: Log, error: HubError, request: FastifyRequest): void => {
  const cause = error.cause instanceof Error ? error.cause.stack : undefined
  const { routeOptions, method, id } = request
  log.error(
    { stage: 'http', request: id, method, route: routeOptions.url, code: error.code, because: error.message, cause },
    'request failed',
  )
}

/** Finds the methods that an address has a route for. */
const methodsOf = (app: App): ((path: string) => readonly string[]) => {
  const routes = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    const route = routes.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() }
    for (const one of [method].flat()) route.methods.add(one)
    routes.set(url, route)
  })
  return (path) => [
    ...new Set([...routes.values()].flatMap(({ pattern, methods }) => (pattern.test(path) ? [...methods] : []))),
  ]
}

const patternOf = (url: string): RegExp => {
  const parts = url.split('/').map((part) => {
    if (part === '*') return '.*'
    return part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('/')}$`)
}

/** What cannot be read as HTTP at all is answered in the same shape, and the line is closed. */
export const refuseClient = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const sentence = tooLarge ? 'the headers are larger than 16 KiB' : 'this cannot be read as HTTP/1.1'
  const body = JSON.stringify(problemOf(new HubError('REQUEST_INVALID', sentence), 'unread'))
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: ${problemType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
