import { asHubError } from '../../kernel/errors.ts'
import { Closed, Type } from '../../kernel/schema.ts'
import type { App, HttpDeps, Readiness } from '../deps.ts'

const Live = Closed({ live: Type.Boolean(), version: Type.String() })
const Ready = Closed({
  ready: Type.Boolean(),
  because: Type.Array(Type.String()),
  degraded: Type.Array(Type.String({ description: 'What is away while work goes on.' })),
})
const tags = ['hub']

/** For whoever watches the process: no key is needed, and nothing is told but how it fares. */
export const healthRoutes = (app: App, deps: HttpDeps): void => {
  app.get('/health/live', { schema: { tags, summary: 'The process answers.', response: { 200: Live } } }, () => ({
    live: true,
    version: deps.version,
  }))
  app.get(
    '/health/ready',
    { schema: { tags, summary: 'It can do its work; or why not.', response: { 200: Ready, 503: Ready } } },
    async (_request, reply) => {
      const { ready, because, degraded } = await readinessOf(deps)
      reply.code(ready ? 200 : 503)
      return { ready, because: [...because], degraded: [...degraded] }
    },
  )
}

const readinessOf = async ({ ready, store, log }: HttpDeps): Promise<Readiness> => {
  try {
    await store.ping()
    return await ready()
  } catch (cause) {
    const { code, message } = asHubError(cause)
    log.error({ stage: 'http', code, because: message }, 'not ready')
    return {
      ready: false,
      degraded: [],
      because: [code === 'UNEXPECTED' ? 'the hub cannot say' : `the store does not answer (${code})`],
    }
  }
}
