import type { Connector } from '../../connector/contract.ts'
import { refuse } from '../../kernel/errors.ts'
import { Closed, type Static, Type } from '../../kernel/schema.ts'
import type { App, HttpDeps } from '../deps.ts'
import { ById, ListOf, NoQuery } from '../shapes.ts'
import { connectingRoutes } from './connecting.ts'
import { ConnectionShown, connectionShown, type Known, seenOf } from './connection-shown.ts'

export type { Known } from './connection-shown.ts'

const Named = Type.Object({ name: Type.String(), description: Type.String() })

const ConnectorShown = Closed({
  id: Type.String(),
  title: Type.String(),
  settings: Type.Unknown({ description: 'JSON Schema of the settings that a connection of it has.' }),
  secrets: Type.Array(Closed({ name: Type.String(), description: Type.String(), required: Type.Boolean() })),
  topics: Type.Array(Named),
  commands: Type.Array(Named),
  takesPosts: Type.Boolean({ description: 'It may post to /webhooks/:connection.' }),
  takesOrders: Type.Boolean({ description: 'POST /v1/orders may name a connection of it.' }),
})

/** The channels that are connected, and those that could be. */
export const connectionRoutes = (app: App, deps: HttpDeps, known: Known): void => {
  const tags = ['connections']
  app.get(
    '/v1/connectors',
    {
      config: { role: 'viewer' },
      schema: {
        tags,
        summary: 'Every channel there is a connector for.',
        querystring: NoQuery,
        response: { 200: ListOf(ConnectorShown) },
      },
    },
    () => ({ items: deps.connectors.map(connectorShown) }),
  )
  app.get(
    '/v1/connections',
    {
      config: { role: 'viewer' },
      schema: {
        tags,
        summary: 'Every connection and how it fares.',
        querystring: NoQuery,
        response: { 200: ListOf(ConnectionShown) },
      },
    },
    async () => {
      const rows = await deps.repositories.connections.all()
      const configured = deps.accounts.all().filter(({ id }) => !rows.some((row) => row._id === id))
      const all = [
        ...rows,
        ...configured.map(({ id, connector }) => ({ _id: id, connector: connector.id, spentUntil: 0 })),
      ]
      const seen = await seenOf(deps, known)
      return { items: all.map((row) => connectionShown(deps, seen, row)) }
    },
  )
  app.post(
    '/v1/connections/:id/resume',
    {
      config: { role: 'operator', refuses: ['NOT_FOUND'] },
      schema: {
        tags,
        summary: 'Goes on with a connection that was stopped; what was put off is sent at once.',
        params: ById,
        querystring: NoQuery,
        response: { 200: ConnectionShown },
      },
    },
    async ({ params }) => {
      const { connections, outbox } = deps.repositories
      if ((await connections.read(params.id)) === null) return unknown(params.id)
      await connections.resume(params.id)
      await outbox.hasten(params.id, deps.now())
      deps.bell.ring('push')
      return connectionShown(deps, await seenOf(deps, known), (await connections.read(params.id)) ?? unknown(params.id))
    },
  )
  if (deps.connecting !== undefined) connectingRoutes(app, { ...deps, connecting: deps.connecting }, known)
}

const unknown = (id: string): never => refuse('NOT_FOUND', `no connection "${id}"`)

const connectorShown = (connector: Connector): Static<typeof ConnectorShown> => ({
  id: connector.id,
  title: connector.title,
  settings: connector.settings,
  secrets: Object.entries(connector.secrets).map(([name, { description, required }]) => ({
    name,
    description,
    required,
  })),
  topics: Object.entries(connector.topics).map(([name, { description }]) => ({ name, description })),
  commands: Object.entries(connector.commands).map(([name, { description }]) => ({ name, description })),
  takesPosts: connector.verify !== undefined,
  takesOrders: connector.placing !== undefined,
})
