import { Connection } from '../../../config/connection.ts'
import { Id } from '../../canonical/basics.ts'
import { HubError, refuse } from '../../kernel/errors.ts'
import { Closed, Type } from '../../kernel/schema.ts'
import type { App, Connecting, HttpDeps } from '../deps.ts'
import { ById, NoQuery } from '../shapes.ts'
import { ConnectionShown, connectionShown, type Known, seenOf } from './connection-shown.ts'
import { checkPut } from './put-connection.ts'
import { tryOut } from './try-connection.ts'

const { connector, enabled, settings, secrets, limits, pull, mappings, timezone, sandboxUrl } = Connection.properties
const Put = Closed(
  {
    id: Type.Optional(Id),
    connector,
    enabled: Type.Optional(enabled),
    settings: Type.Optional(settings),
    secrets: Type.Optional(secrets),
    limits,
    pull,
    mappings,
    timezone,
    sandboxUrl,
  },
  { description: 'A connection as a config file has it. It replaces the whole of what was put before.' },
)

const Tried = Closed({
  ok: Type.Boolean({ description: 'It resolves, and the other side answers where it can be asked.' }),
  asked: Type.Boolean({ description: 'false: the other side was not asked; there is nothing it can be asked.' }),
  code: Type.Optional(Type.String({ description: 'What kind of failure it is.' })),
  detail: Type.Optional(Type.String()),
  cure: Type.Optional(Type.String({ description: 'What to do about it.' })),
})

const tags = ['connections']

/** Connections made through the API, and whether one works. The config file wins: what stands there is not changed here. */
export const connectingRoutes = (
  app: App,
  deps: HttpDeps & { readonly connecting: Connecting },
  known: Known,
): void => {
  const { connections, inbox, outbox } = deps.repositories
  app.put(
    '/v1/connections/:id',
    {
      // The body's faults are listed together with those that no schema knows.
      attachValidation: true,
      config: { role: 'integrator', refuses: ['FILE_WINS', 'PAYLOAD_UNREADABLE'] },
      schema: {
        tags,
        summary: 'Makes a connection, or changes it as a whole; it is in effect at once.',
        params: ById,
        body: Put,
        querystring: NoQuery,
        response: { 200: ConnectionShown, 201: ConnectionShown },
      },
    },
    async ({ params: { id }, body, validationError }, reply) => {
      if (validationError instanceof HubError && validationError.detail['in'] !== 'body') throw validationError
      if (deps.connecting.inFile.has(id)) return refuse('FILE_WINS', `connection "${id}" stands in the config file`)
      const { connection, account } = checkPut(deps.connecting, { id, body, before: await connections.read(id) })
      const put = await connections.put(connection)
      deps.connecting.put(account)
      // What it kept while it was disabled, or taken out, is due.
      await Promise.all([inbox, outbox].map((rows) => rows.hasten(id, deps.now())))
      deps.bell.ring('ingest')
      deps.bell.ring('push')
      const [seen, row] = await Promise.all([seenOf(deps, known), connections.read(id)])
      reply.code(put === 'made' ? 201 : 200)
      return connectionShown(deps, seen, row ?? refuse('NOT_FOUND', `no connection "${id}"`))
    },
  )
  app.delete(
    '/v1/connections/:id',
    {
      config: { role: 'integrator', refuses: ['FILE_WINS', 'NOT_FOUND'] },
      schema: {
        tags,
        summary: 'Takes a connection out that was made here. Its data are kept; a PUT takes it up again.',
        params: ById,
        querystring: NoQuery,
        response: { 200: ConnectionShown },
      },
    },
    async ({ params: { id } }) => {
      if (deps.connecting.inFile.has(id)) return refuse('FILE_WINS', `connection "${id}" stands in the config file`)
      if (!(await connections.remove(id))) return unknown(id)
      deps.connecting.drop(id)
      const [seen, row] = await Promise.all([seenOf(deps, known), connections.read(id)])
      return connectionShown(deps, seen, row ?? unknown(id))
    },
  )
  app.post(
    '/v1/connections/:id/test',
    {
      config: { role: 'integrator', refuses: ['NOT_FOUND'] },
      schema: {
        tags,
        summary: 'Tells whether a connection works: what it is made of, and whether the other side answers.',
        params: ById,
        querystring: NoQuery,
        response: { 200: Tried },
      },
    },
    async ({ params: { id } }) => {
      const spec = deps.connecting.inFile.get(id) ?? (await connections.read(id))?.spec
      if (spec === undefined) return refuse('NOT_FOUND', `no connection "${id}" is configured`)
      return tryOut(deps, spec)
    },
  )
}

const unknown = (id: string): never => refuse('NOT_FOUND', `no connection "${id}" was made here`)
