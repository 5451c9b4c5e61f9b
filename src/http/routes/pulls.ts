import { Id } from '../../canonical/basics.ts'
import type { Account } from '../../flow/account.ts'
import { listable, listsOf } from '../../flow/pull-reading.ts'
import { HubError, refuse } from '../../kernel/errors.ts'
import { Closed, Type, Word } from '../../kernel/schema.ts'
import { millisecondsOf, readInstant } from '../../kernel/time.ts'
import { type Pull, pullKinds } from '../../store/rows.ts'
import type { App, HttpDeps } from '../deps.ts'
import { PullShown, pullShown } from '../pull-shown.ts'
import { ById, ListOf, NoQuery } from '../shapes.ts'

const tags = ['pulls']
/** A day is its beginning. */
const Time = { maxLength: 40, description: 'A day, or an instant; without a zone it is UTC.' }
const Since = Closed({
  since: Type.Optional(
    Type.String({ ...Time, description: `From then on, again; else from where it left off. ${Time.description}` }),
  ),
})
const Stretch = {
  from: Type.String(Time),
  to: Type.Optional(Type.String({ ...Time, description: `Now where absent. ${Time.description}` })),
}
const Backfill = Closed(Stretch, { description: 'Orders placed from then on, and before then.' })
const Reconcile = Closed(
  {
    ...Stretch,
    cure: Type.Optional(Type.Boolean({ description: 'What is missing or stale is fetched. Default: false.' })),
  },
  { description: 'Orders placed from then on, and before then.' },
)
const Query = Closed({
  connection: Type.Optional(Id),
  kind: Type.Optional(Word(pullKinds)),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: '50 unless told otherwise.' })),
})

/** Asking channels for their orders: what changed, what was placed, and whether anything is missing. */
export const pullRoutes = (app: App, deps: HttpDeps): void => {
  readRoutes(app, deps)
  askRoutes(app, deps)
}

const readRoutes = (app: App, { repositories: { pulls } }: HttpDeps): void => {
  app.get(
    '/v1/pulls',
    {
      config: { role: 'viewer' },
      schema: {
        tags,
        summary: 'Lists what channels are asked for, and the certificates, newest first.',
        querystring: Query,
        response: { 200: ListOf(PullShown) },
      },
    },
    async ({ query: { connection, kind, limit = 50 } }) => {
      const filter = { ...(connection === undefined ? {} : { connection }), ...(kind === undefined ? {} : { kind }) }
      const rows = await pulls.find(filter, { sort: { madeAt: -1, _id: -1 }, limit })
      return { items: rows.map(pullShown) }
    },
  )
  app.get(
    '/v1/pulls/:id',
    {
      config: { role: 'viewer', refuses: ['NOT_FOUND'] },
      schema: { tags, summary: 'One of them.', params: ById, querystring: NoQuery, response: { 200: PullShown } },
    },
    async ({ params: { id } }) => pullShown((await pulls.read(id)) ?? refuse('NOT_FOUND', `no pull "${id}"`)),
  )
}

const askRoutes = (app: App, deps: HttpDeps): void => {
  const { pulls } = deps.repositories
  const refuses = ['NOT_FOUND', 'CONNECTION_STOPPED', 'PAYLOAD_UNREADABLE'] as const
  app.post(
    '/v1/connections/:id/pull',
    {
      config: { role: 'operator', refuses },
      schema: {
        tags,
        summary: 'Asks the channel at once what has changed.',
        params: ById,
        body: Since,
        querystring: NoQuery,
        response: { 202: ListOf(PullShown) },
      },
    },
    async ({ params: { id }, body: { since } }, reply) => {
      const now = deps.now()
      for (const list of await mayBeAsked(deps, id, 'changed')) await pulls.ensureNews(id, list, { from: now, now })
      const rows = await pulls.hasten(id, now, since === undefined ? undefined : timeOf('since', since))
      deps.bell.ring('pull')
      reply.code(202)
      return { items: rows.map(pullShown) }
    },
  )
  app.post(
    '/v1/connections/:id/backfill',
    {
      config: { role: 'operator', refuses },
      schema: {
        tags,
        summary: 'Fetches the orders placed in a stretch of time; asked for again, it goes on where it is.',
        params: ById,
        body: Backfill,
        querystring: NoQuery,
        response: { 202: PullShown },
      },
    },
    async ({ params: { id }, body }, reply) =>
      begun(deps, reply, await pulls.backfill(await stretchOf(deps, id, body), deps.now())),
  )
  app.post(
    '/v1/connections/:id/reconcile',
    {
      config: { role: 'operator', refuses },
      schema: {
        tags,
        summary: 'Holds what the channel says exists against what is held; its end is a certificate.',
        params: ById,
        body: Reconcile,
        querystring: NoQuery,
        response: { 202: PullShown },
      },
    },
    async ({ params: { id }, body: { cure = false, ...body } }, reply) => {
      const now = deps.now()
      const row = await pulls.reconcile({ ...(await stretchOf(deps, id, body)), cure }, now.toISOString(), now)
      return begun(deps, reply, row)
    },
  )
}

const begun = ({ bell }: HttpDeps, reply: { code(status: 202): unknown }, row: Pull): PullShown => {
  bell.ring('pull')
  reply.code(202)
  return pullShown(row)
}

/** @returns the lists that the connection's channel can be asked by it @throws NOT_FOUND · CONNECTION_STOPPED · REQUEST_INVALID it has none */
const mayBeAsked = async (deps: HttpDeps, id: string, by: 'changed' | 'placed'): Promise<readonly string[]> => {
  const account = enabled(deps, id)
  const stopped = (await deps.repositories.connections.read(id))?.stopped
  if (stopped !== undefined)
    throw new HubError('CONNECTION_STOPPED', `connection "${id}" is stopped: ${stopped.because}`)
  const lists = listsOf(account, by).map(([name]) => name)
  if (lists.length > 0) return lists
  throw new HubError('REQUEST_INVALID', `connector ${account.connector.id} cannot list its orders`, {
    cure: 'What its channel posts is all there is.',
  })
}

const enabled = (deps: HttpDeps, id: string): Account => {
  const account = deps.accounts.find(id)
  return account?.enabled === true ? account : refuse('NOT_FOUND', `no enabled connection "${id}"`)
}

/** A stretch that ends where the channel lists everything. @throws REQUEST_INVALID there is nothing in it */
const stretchOf = async (deps: HttpDeps, id: string, asked: { readonly from: string; readonly to?: string }) => {
  await mayBeAsked(deps, id, 'placed')
  const now = deps.now()
  const from = timeOf('from', asked.from)
  const to = listable(enabled(deps, id), asked.to === undefined ? now : timeOf('to', asked.to), now)
  if (to > from) return { connection: id, from, to }
  throw new HubError(
    'REQUEST_INVALID',
    `expected an end after the beginning ${from.toISOString()}, got ${asked.to ?? 'now'}; what the channel lists ends at ${to.toISOString()}`,
  )
}

/** @throws REQUEST_INVALID */
const timeOf = (name: string, text: string): Date => {
  try {
    return new Date(millisecondsOf(readInstant(text, 'UTC')))
  } catch (cause) {
    const expected = `${name}: expected a day such as 2026-11-24, or an instant such as 2026-11-24T10:15:00Z, got "${text}"`
    throw new HubError('REQUEST_INVALID', expected, {}, cause)
  }
}
