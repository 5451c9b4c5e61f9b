import { Id } from '../../canonical/basics.ts'
import { HubError, refuse } from '../../kernel/errors.ts'
import { Closed, Type, Word } from '../../kernel/schema.ts'
import type { Command } from '../../store/rows.ts'
import type { App, HttpDeps } from '../deps.ts'
import { ById, CommandShown, commandShown, NoQuery, PageOf } from '../shapes.ts'
import { workPage, workQuery } from '../work-list.ts'
import { whichOf } from './messages.ts'

/** What goes out, and what became of it. */
export const commandRoutes = (app: App, deps: HttpDeps): void => {
  readRoutes(app, deps)
  replayRoutes(app, deps)
}

const tags = ['work']
const came = { path: 'madeAt', of: ({ madeAt }: Command): Date => madeAt }
const Query = Closed({ ...workQuery, name: Type.Optional(Type.String({ maxLength: 100 })) })

const readRoutes = (app: App, { repositories: { outbox } }: HttpDeps): void => {
  app.get(
    '/v1/commands',
    {
      config: { role: 'viewer', refuses: ['CURSOR_INVALID'] },
      schema: {
        tags,
        summary: 'Lists commands, newest first.',
        querystring: Query,
        response: { 200: PageOf(CommandShown) },
      },
    },
    async ({ query }) => {
      const passes = ({ name }: Command): boolean => query.name === undefined || name === query.name
      const { items, next } = await workPage({ rows: outbox, came, passes }, query)
      return { items: items.map(commandShown), next }
    },
  )
  app.get(
    '/v1/commands/:id',
    {
      config: { role: 'viewer', refuses: ['NOT_FOUND'] },
      schema: { tags, summary: 'One command.', params: ById, querystring: NoQuery, response: { 200: CommandShown } },
    },
    async ({ params }) => commandShown((await outbox.read(params.id)) ?? unknown(params.id)),
  )
}

const unknown = (id: string): never => refuse('NOT_FOUND', `no command "${id}"`)

const Replayed = Closed({ replayed: Type.Integer({ description: 'Rows that are due again.' }) })
const Outcome = Closed({
  outcome: Type.Optional(
    Word(['happened', 'again'], 'Needed where the outcome is unknown. happened: it is not sent again; again: it is.'),
  ),
})
const Which = Closed({
  connection: Type.Optional(Id),
  code: Type.Optional(Type.String({ maxLength: 100, description: 'Only those that ended with this code.' })),
  state: Type.Optional(Word(['dead', 'parked'])),
})

const replayRoutes = (app: App, deps: HttpDeps): void => {
  const { outbox } = deps.repositories
  app.post(
    '/v1/commands/:id/replay',
    {
      config: { role: 'operator', refuses: ['NOT_FOUND', 'PAYLOAD_UNREADABLE'] },
      schema: {
        tags,
        summary: 'Takes a command up again, or says that it happened.',
        params: ById,
        body: Outcome,
        querystring: NoQuery,
        response: { 200: Replayed },
      },
    },
    async ({ params, body }) => {
      const row = (await outbox.read(params.id)) ?? unknown(params.id)
      mayReplay(row, body.outcome)
      if (body.outcome === undefined) return replayed(deps, await outbox.replay({ _id: row._id }, deps.now()))
      if (body.outcome === 'again') return replayed(deps, await outbox.again(row._id, deps.now()))
      const settled = await outbox.settle(row._id, { externalIds: [] }, deps.now())
      return replayed(deps, settled ? 1 : 0)
    },
  )
  app.post(
    '/v1/commands/replay',
    {
      config: { role: 'operator', refuses: ['PAYLOAD_UNREADABLE'] },
      schema: {
        tags,
        summary: 'Takes all dead and parked commands of a kind up again, but those whose outcome is unknown.',
        body: Which,
        querystring: NoQuery,
        response: { 200: Replayed },
      },
    },
    async ({ body }) => {
      if (body.code === 'OUTCOME_UNKNOWN')
        throw new HubError(
          'REQUEST_INVALID',
          'of each command whose outcome is unknown a person has to say what happened',
        )
      const known = { $and: [{ 'error.code': { $ne: 'OUTCOME_UNKNOWN' } }] }
      return replayed(deps, await outbox.replay({ ...whichOf(body), ...known }, deps.now()))
    },
  )
}

/** Nobody but a person can say whether a lost answer was a yes. */
const mayReplay = ({ _id, error }: Command, outcome: 'happened' | 'again' | undefined): void => {
  const unsure = error?.code === 'OUTCOME_UNKNOWN'
  if (unsure && outcome === undefined)
    throw new HubError('REQUEST_INVALID', `what became of ${_id} is unknown: expected outcome "happened" or "again"`)
  if (!unsure && outcome === 'happened')
    throw new HubError('REQUEST_INVALID', `what became of ${_id} is known; only where it is not may a person say so`)
}

const replayed = ({ bell }: HttpDeps, count: number) => {
  if (count > 0) bell.ring('push')
  return { replayed: count }
}
