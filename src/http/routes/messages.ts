import { Id } from '../../canonical/basics.ts'
import { rebuild } from '../../flow/rebuild.ts'
import { refuse } from '../../kernel/errors.ts'
import { Closed, Type, Word } from '../../kernel/schema.ts'
import type { Message } from '../../store/rows.ts'
import type { App, HttpDeps } from '../deps.ts'
import { ById, MessageShown, MessageWhole, messageShown, NoQuery, PageOf } from '../shapes.ts'
import { workPage, workQuery } from '../work-list.ts'

/** What came in, and what became of it. */
export const messageRoutes = (app: App, deps: HttpDeps): void => {
  readRoutes(app, deps)
  replayRoutes(app, deps)
}

const tags = ['work']
const came = { path: 'keptAt', of: ({ keptAt }: Message): Date => keptAt }
const Query = Closed({ ...workQuery, topic: Type.Optional(Type.String({ maxLength: 512 })) })

const readRoutes = (app: App, { repositories: { inbox } }: HttpDeps): void => {
  app.get(
    '/v1/messages',
    {
      config: { role: 'viewer', refuses: ['CURSOR_INVALID'] },
      schema: {
        tags,
        summary: 'Lists messages, newest first.',
        querystring: Query,
        response: { 200: PageOf(MessageShown) },
      },
    },
    async ({ query }) => {
      const passes = ({ topic }: Message): boolean => query.topic === undefined || topic === query.topic
      const { items, next } = await workPage({ rows: inbox, came, passes }, query)
      return { items: items.map(messageShown), next }
    },
  )
  app.get(
    '/v1/messages/:id',
    {
      config: { role: 'integrator', refuses: ['NOT_FOUND'] },
      schema: {
        tags,
        summary: 'One message with its body.',
        params: ById,
        querystring: NoQuery,
        response: { 200: MessageWhole },
      },
    },
    async ({ params }) => {
      const row = (await inbox.read(params.id)) ?? unknown(params.id)
      return { ...messageShown(row), headers: { ...row.headers }, ...textOf(await inbox.bodyOf(row)) }
    },
  )
}

const unknown = (id: string): never => refuse('NOT_FOUND', `no message "${id}"`)

const utf8 = new TextDecoder('utf-8', { fatal: true })

const textOf = (bytes: Uint8Array): { readonly body: string; readonly encoding: 'utf-8' | 'base64' } => {
  try {
    return { body: utf8.decode(bytes), encoding: 'utf-8' }
  } catch {
    return { body: Buffer.from(bytes).toString('base64'), encoding: 'base64' }
  }
}

const Replayed = Closed({
  replayed: Type.Integer({ description: 'Rows that are due again.' }),
  rebuilt: Type.Optional(Id),
})
const Settled = Closed({ settled: Type.Boolean({ description: 'False: it was neither given up nor parked.' }) })
const Which = Closed({
  connection: Type.Optional(Id),
  code: Type.Optional(Type.String({ maxLength: 100, description: 'Only those that ended with this code.' })),
  state: Type.Optional(Word(['dead', 'parked'])),
})

const replayRoutes = (app: App, deps: HttpDeps): void => {
  const { inbox } = deps.repositories
  app.post(
    '/v1/messages/:id/replay',
    {
      config: { role: 'operator', refuses: ['NOT_FOUND', 'MAPPING_FAILED'] },
      schema: {
        tags,
        summary: 'Takes a message up again; where it is done, reads all messages of its order anew.',
        params: ById,
        querystring: NoQuery,
        response: { 200: Replayed },
      },
    },
    async ({ params }) => {
      const row = (await inbox.read(params.id)) ?? unknown(params.id)
      if (row.state === 'done' && row.order !== undefined) {
        const { changed } = await rebuild({ ...deps, ...deps.repositories }, row.order)
        return { replayed: 0, ...(changed ? { rebuilt: row.order } : {}) }
      }
      return replayed(deps, await inbox.replay({ _id: row._id }, deps.now()))
    },
  )
  app.post(
    '/v1/messages/:id/settle',
    {
      config: { role: 'operator', refuses: ['NOT_FOUND'] },
      schema: {
        tags,
        summary: 'A person dealt with a message that was given up or parked: it is done.',
        params: ById,
        querystring: NoQuery,
        response: { 200: Settled },
      },
    },
    async ({ params }) => {
      const row = (await inbox.read(params.id)) ?? unknown(params.id)
      return { settled: await inbox.settle(row._id) }
    },
  )
  app.post(
    '/v1/messages/replay',
    {
      config: { role: 'operator', refuses: ['PAYLOAD_UNREADABLE'] },
      schema: {
        tags,
        summary: 'Takes all dead and parked messages of a kind up again.',
        body: Which,
        querystring: NoQuery,
        response: { 200: Replayed },
      },
    },
    async ({ body }) => replayed(deps, await inbox.replay(whichOf(body), deps.now())),
  )
}

const replayed = ({ bell }: HttpDeps, count: number) => {
  if (count > 0) bell.ring('ingest')
  return { replayed: count }
}

interface Kind {
  readonly connection?: string
  readonly code?: string
  readonly state?: 'dead' | 'parked'
}

/** The filter of a kind of dead or parked rows. */
export const whichOf = ({ connection, code, state }: Kind): Readonly<Record<string, unknown>> => ({
  ...(connection === undefined ? {} : { connection }),
  ...(code === undefined ? {} : { 'error.code': code }),
  ...(state === undefined ? {} : { $or: [{ state }] }),
})
