import { Id, Instant } from '../../canonical/basics.ts'
import { type Connector, refusalReasons } from '../../connector/contract.ts'
import type { Account } from '../../flow/account.ts'
import { refuse } from '../../kernel/errors.ts'
import { Closed, type Static, Type, Word } from '../../kernel/schema.ts'
import type { ConnectionRow } from '../../store/rows.ts'
import type { Counts } from '../counts.ts'
import type { App, HttpDeps } from '../deps.ts'
import { ById, ListOf, NoQuery } from '../shapes.ts'

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

const Work = Closed({ due: Type.Integer(), dead: Type.Integer(), parked: Type.Integer() })

const ConnectionShown = Closed({
  id: Id,
  connector: Type.String(),
  configured: Type.Boolean({ description: 'false: it was taken out of the config; its data are kept.' }),
  enabled: Type.Boolean(),
  settings: Type.Record(Type.String(), Type.Unknown()),
  secrets: Type.Array(Type.String(), { description: 'Names of the secrets that are set; never what they are.' }),
  webhook: Type.Optional(Type.String({ description: 'Where its channel posts to.' })),
  stopped: Type.Optional(Closed({ because: Type.String(), at: Instant })),
  notBefore: Type.Optional(Instant),
  lastKeptAt: Type.Optional(Instant),
  messages: Work,
  commands: Work,
  refused: Type.Array(Closed({ because: Word(refusalReasons), count: Type.Integer() }), {
    description: 'Posts with a signature that is none, since this process started.',
  }),
})
type ConnectionShown = Static<typeof ConnectionShown>

/** The channels that are connected, and those that could be. */
export const connectionRoutes = (app: App, deps: HttpDeps, counts: Counts): void => {
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
      return { items: await Promise.all(all.map((row) => connectionShown(deps, counts, row))) }
    },
  )
  app.post(
    '/v1/connections/:id/resume',
    {
      config: { role: 'operator', refuses: ['NOT_FOUND'] },
      schema: {
        tags,
        summary: 'Goes on with a connection that was stopped.',
        params: ById,
        querystring: NoQuery,
        response: { 200: ConnectionShown },
      },
    },
    async ({ params }) => {
      const { connections } = deps.repositories
      if ((await connections.read(params.id)) === null) return unknown(params.id)
      await connections.resume(params.id)
      deps.bell.ring('push')
      return connectionShown(deps, counts, (await connections.read(params.id)) ?? unknown(params.id))
    },
  )
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

const connectionShown = async (deps: HttpDeps, counts: Counts, row: ConnectionRow): Promise<ConnectionShown> => {
  const { inbox, outbox } = deps.repositories
  const connection = row._id
  const [messages, commands, [last]] = await Promise.all([
    workOf(inbox, connection),
    workOf(outbox, connection),
    inbox.find({ connection }, { sort: { keptAt: -1, _id: -1 }, limit: 1 }),
  ])
  return {
    id: connection,
    connector: row.connector,
    ...configuredOf(deps.accounts.find(connection)),
    ...(row.stopped === undefined
      ? {}
      : { stopped: { because: row.stopped.because, at: row.stopped.at.toISOString() } }),
    ...(row.notBefore === undefined ? {} : { notBefore: row.notBefore.toISOString() }),
    ...(last === undefined ? {} : { lastKeptAt: last.keptAt.toISOString() }),
    messages,
    commands,
    refused: [...counts.of(connection).refused].map(([because, count]) => ({ because, count })),
  }
}

const configuredOf = (account: Account | undefined) => {
  if (account === undefined) return { configured: false, enabled: false, settings: {}, secrets: [] }
  const { id, enabled, settings, secrets, connector } = account
  const set = Object.keys(secrets).filter((name) => (secrets[name] ?? []).length > 0)
  const webhook = connector.verify === undefined ? {} : { webhook: `/webhooks/${id}` }
  return { configured: true, enabled, settings: { ...settings }, secrets: set, ...webhook }
}

const workOf = async (rows: Counted, connection: string): Promise<Static<typeof Work>> => {
  const count = (state: string): Promise<number> => rows.countWhere({ connection, state })
  const [due, dead, parked] = await Promise.all([count('due'), count('dead'), count('parked')])
  return { due, dead, parked }
}

interface Counted {
  countWhere(filter: Readonly<Record<string, unknown>>): Promise<number>
}
