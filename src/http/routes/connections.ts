import { Id, Instant } from '../../canonical/basics.ts'
import { type Connector, refusalReasons } from '../../connector/contract.ts'
import type { Account } from '../../flow/account.ts'
import { refuse } from '../../kernel/errors.ts'
import { Closed, type Static, Type, Word } from '../../kernel/schema.ts'
import type { ConnectionRow } from '../../store/rows.ts'
import type { Counts } from '../counts.ts'
import type { App, HttpDeps } from '../deps.ts'
import type { Freshness } from '../freshness.ts'
import { ById, ListOf, NoQuery } from '../shapes.ts'
import { lookedAt, type StageFigures, stageFigures } from '../work-figures.ts'

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

const Work = Closed(
  { due: Type.Integer(), dead: Type.Integer(), parked: Type.Integer() },
  { description: `Counted among the ${lookedAt} rows that have waited longest, and as many that failed.` },
)

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

/** What is known of the connections besides their rows. */
export interface Known {
  readonly counts: Counts
  readonly freshness: Freshness
}

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
      return connectionShown(deps, await seenOf(deps, known), (await connections.read(params.id)) ?? unknown(params.id))
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

interface Seen {
  readonly counts: Counts
  readonly lastKept: ReadonlyMap<string, Date>
  readonly messages: StageFigures
  readonly commands: StageFigures
}

const seenOf = async ({ repositories: { inbox, outbox } }: HttpDeps, { counts, freshness }: Known): Promise<Seen> => {
  const [lastKept, messages, commands] = await Promise.all([
    freshness.look(),
    stageFigures('ingest', inbox),
    stageFigures('push', outbox),
  ])
  return { counts, lastKept, messages, commands }
}

const connectionShown = (deps: HttpDeps, seen: Seen, { _id: id, ...row }: ConnectionRow): ConnectionShown => {
  const lastKeptAt = seen.lastKept.get(id)
  const none = { due: 0, dead: 0, parked: 0 }
  return {
    id,
    connector: row.connector,
    ...configuredOf(deps.accounts.find(id)),
    ...(row.stopped === undefined
      ? {}
      : { stopped: { because: row.stopped.because, at: row.stopped.at.toISOString() } }),
    ...(row.notBefore === undefined ? {} : { notBefore: row.notBefore.toISOString() }),
    ...(lastKeptAt === undefined ? {} : { lastKeptAt: lastKeptAt.toISOString() }),
    messages: seen.messages.of.get(id) ?? none,
    commands: seen.commands.of.get(id) ?? none,
    refused: [...seen.counts.of(id).refused].map(([because, count]) => ({ because, count })),
  }
}

const configuredOf = (account: Account | undefined) => {
  if (account === undefined) return { configured: false, enabled: false, settings: {}, secrets: [] }
  const { id, enabled, settings, secrets, connector } = account
  const set = Object.keys(secrets).filter((name) => (secrets[name] ?? []).length > 0)
  const webhook = connector.verify === undefined ? {} : { webhook: `/webhooks/${id}` }
  return { configured: true, enabled, settings: { ...settings }, secrets: set, ...webhook }
}
