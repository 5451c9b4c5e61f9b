import { Connection } from '../../../config/connection.ts'
import { Id, Instant } from '../../canonical/basics.ts'
import { refusalReasons } from '../../connector/contract.ts'
import type { Account } from '../../flow/account.ts'
import { Closed, type Static, Type, Word } from '../../kernel/schema.ts'
import type { ConnectionRow, Pull } from '../../store/rows.ts'
import type { Counts } from '../counts.ts'
import type { HttpDeps } from '../deps.ts'
import type { Freshness } from '../freshness.ts'
import { CertificateShown, certificateShown, NewsShown, newsShown } from '../pull-shown.ts'
import { AtLeast } from '../shapes.ts'
import { lookedAt, type StageFigures, stageFigures } from '../work-figures.ts'

const { id: _id, ...fields } = Connection.properties
const Spec = Closed(fields, { description: 'What PUT made it, where it was put here; secrets by reference.' })

const Work = Closed(
  { due: Type.Integer(), dead: Type.Integer(), parked: Type.Integer(), atLeast: AtLeast },
  { description: `Counted among the ${lookedAt} rows that have waited longest, and as many that failed.` },
)

/** A connection and how it fares. */
export const ConnectionShown = Closed({
  id: Id,
  connector: Type.String(),
  configured: Type.Boolean({ description: 'false: it was taken out of the config; its data are kept.' }),
  from: Type.Optional(
    Word(['file', 'api'], 'file: it is changed in the config file alone; api: it was put here. Absent: it is gone.'),
  ),
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
  news: Type.Array(NewsShown, { description: 'The lists it is asked for, and how far that has come.' }),
  certificate: Type.Optional(CertificateShown),
  spec: Type.Optional(Spec),
})
export type ConnectionShown = Static<typeof ConnectionShown>

/** What is known of the connections besides their rows. */
export interface Known {
  readonly counts: Counts
  readonly freshness: Freshness
}

/** What all connections are shown with. */
export interface Seen {
  readonly counts: Counts
  readonly lastKept: ReadonlyMap<string, Date>
  readonly messages: StageFigures
  readonly commands: StageFigures
  readonly news: ReadonlyMap<string, readonly Pull[]>
  readonly certificates: ReadonlyMap<string, Pull | null>
}

/** Looks at the work and the counts once, for as many connections as are shown. */
export const seenOf = async (
  { repositories: { inbox, outbox, pulls } }: HttpDeps,
  { counts, freshness }: Known,
): Promise<Seen> => {
  const [lastKept, news, messages, commands] = await Promise.all([
    freshness.look(),
    pulls.find({ kind: 'news' }, { sort: { _id: 1 } }),
    stageFigures('ingest', inbox),
    stageFigures('push', outbox),
  ])
  const byConnection = Map.groupBy(news, ({ connection }) => connection)
  const certificates = await Promise.all(
    [...byConnection.keys()].map(async (id): Promise<[string, Pull | null]> => [id, await pulls.certificate(id)]),
  )
  return { counts, lastKept, messages, commands, news: byConnection, certificates: new Map(certificates) }
}

/** A connection as the API shows it. */
export const connectionShown = (deps: HttpDeps, seen: Seen, { _id: id, ...row }: ConnectionRow): ConnectionShown => {
  const lastKeptAt = seen.lastKept.get(id)
  const certificate = certificateShown(seen.certificates.get(id) ?? null)
  return {
    id,
    connector: row.connector,
    ...configuredOf(deps.accounts.find(id), row.spec === undefined ? 'file' : 'api'),
    ...(row.stopped === undefined
      ? {}
      : { stopped: { because: row.stopped.because, at: row.stopped.at.toISOString() } }),
    ...(row.notBefore === undefined ? {} : { notBefore: row.notBefore.toISOString() }),
    ...(lastKeptAt === undefined ? {} : { lastKeptAt: lastKeptAt.toISOString() }),
    messages: workOf(seen.messages, id),
    commands: workOf(seen.commands, id),
    refused: [...seen.counts.of(id).refused].map(([because, count]) => ({ because, count })),
    news: (seen.news.get(id) ?? []).map(newsShown),
    ...(certificate === undefined ? {} : { certificate }),
    ...(row.spec === undefined ? {} : { spec: specOf(row.spec) }),
  }
}

const workOf = ({ of, ofAtLeast }: StageFigures, id: string): Static<typeof Work> => ({
  ...(of.get(id) ?? { due: 0, dead: 0, parked: 0 }),
  atLeast: [...ofAtLeast],
})

const specOf = ({ id: _id, ...spec }: Connection): Static<typeof Spec> => spec

const configuredOf = (account: Account | undefined, from: 'file' | 'api') => {
  if (account === undefined) return { configured: false, enabled: false, settings: {}, secrets: [] }
  const { id, enabled, settings, secrets, connector } = account
  const set = Object.keys(secrets).filter((name) => (secrets[name] ?? []).length > 0)
  const webhook = connector.verify === undefined ? {} : { webhook: `/webhooks/${id}` }
  return { configured: true, from, enabled, settings: { ...settings }, secrets: set, ...webhook }
}
