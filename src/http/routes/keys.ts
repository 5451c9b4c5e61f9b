import { HubError, refuse } from '../../kernel/errors.ts'
import { Closed, Type, Word } from '../../kernel/schema.ts'
import { type ApiKey, roles } from '../../store/rows.ts'
import type { App, HttpDeps } from '../deps.ts'
import type { Gate } from '../plugins/gate.ts'
import { ById, KeyShown, ListOf, NoQuery } from '../shapes.ts'

const Wanted = Closed({ name: Type.String({ minLength: 1, maxLength: 100 }), role: Word(roles) })
const Made = Closed({ ...KeyShown.properties, key: Type.String({ description: 'Told here, once, and never again.' }) })

/** Who may call the API. */
export const keyRoutes = (app: App, { repositories: { keys }, now }: HttpDeps, gate: Gate): void => {
  const tags = ['hub']
  app.get(
    '/v1/keys',
    {
      config: { role: 'admin' },
      schema: { tags, summary: 'Lists the API keys.', querystring: NoQuery, response: { 200: ListOf(KeyShown) } },
    },
    async () => ({ items: (await keys.list()).map(shown) }),
  )
  app.post(
    '/v1/keys',
    {
      config: { role: 'admin', refuses: ['PAYLOAD_UNREADABLE'] },
      schema: { tags, summary: 'Makes an API key.', body: Wanted, querystring: NoQuery, response: { 201: Made } },
    },
    async ({ body: { name, role } }, reply) => {
      const madeAt = now()
      const { id, text } = await keys.make(name, role, madeAt)
      reply.code(201)
      return { id, name, role, madeAt: madeAt.toISOString(), key: text }
    },
  )
  app.delete(
    '/v1/keys/:id',
    {
      config: { role: 'admin', refuses: ['NOT_FOUND'] },
      schema: {
        tags,
        summary: 'Removes an API key; never the one that asks, so that an admin is left.',
        params: ById,
        querystring: NoQuery,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      if (gate.callerOf(request)._id === id)
        throw new HubError('REQUEST_INVALID', 'a key cannot remove itself: ask with another one')
      if (!(await keys.remove(id))) refuse('NOT_FOUND', `no key "${id}"`)
      gate.forget(id)
      return reply.code(204).send(null)
    },
  )
}

const shown = ({ _id, name, role, madeAt }: ApiKey) => ({ id: _id, name, role, madeAt: madeAt.toISOString() })
