import { randomBytes } from 'node:crypto'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify from 'fastify'
import { Order } from '../canonical/order.ts'
import { openCounts } from './counts.ts'
import type { App, HttpDeps } from './deps.ts'
import { openFreshness } from './freshness.ts'
import { openGate } from './plugins/gate.ts'
import { noCompilers, takeBytes, takeJson, useChecker } from './plugins/json.ts'
import { addMetrics, measureCalls } from './plugins/metrics.ts'
import { addOpenApi, guardRoutes } from './plugins/openapi.ts'
import { addProblems, refuseClient, sendProblem } from './plugins/problems.ts'
import { Problem } from './problem.ts'
import { actRoutes } from './routes/acts.ts'
import { commandRoutes } from './routes/commands.ts'
import { connectionRoutes } from './routes/connections.ts'
import { healthRoutes } from './routes/health.ts'
import { keyRoutes } from './routes/keys.ts'
import { messageRoutes } from './routes/messages.ts'
import { orderRoutes } from './routes/orders.ts'
import { pullRoutes } from './routes/pulls.ts'
import { summaryRoutes } from './routes/summary.ts'
import { webhookRoutes } from './routes/webhooks.ts'

export type { App, HttpDeps, HttpRepositories, Looks, Readiness } from './deps.ts'

/** The whole HTTP side, ready to listen: webhooks, the API under /v1, health, metrics, and their description. */
export const buildApp = async (deps: HttpDeps): Promise<App> => {
  const app = serverOf(deps)
  const counts = openCounts()
  const known = { counts, freshness: openFreshness(deps) }
  const gate = openGate({ keys: deps.repositories.keys, now: deps.now })
  useChecker(app)
  takeBytes(app)
  addProblems(app, deps.log)
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff')
    done()
  })
  await addOpenApi(app, deps.version)
  guardRoutes(app, gate)
  app.addSchema(Order)
  app.addSchema(Problem)
  const registry = addMetrics(app, deps, known)
  healthRoutes(app, deps)
  if (deps.serves === 'health') return app
  await app.register(async (hooks: App) => webhookRoutes(hooks, deps, counts))
  await app.register(async (api: App) => {
    takeJson(api)
    measureCalls(api, registry)
    api.addHook('onRequest', (request, reply, done) => {
      reply.header('cache-control', 'no-store').header('x-request-id', request.id)
      done()
    })
    orderRoutes(api, deps)
    actRoutes(api, deps, gate)
    messageRoutes(api, deps)
    commandRoutes(api, deps)
    connectionRoutes(api, deps, known)
    pullRoutes(api, deps)
    summaryRoutes(api, deps)
    keyRoutes(api, deps, gate)
  })
  return app
}

const serverOf = ({ bodyLimitBytes, log }: HttpDeps): App => {
  const process = randomBytes(4).toString('hex')
  let requests = 0
  return Fastify({
    bodyLimit: bodyLimitBytes,
    // A sender that dribbles its body holds a socket no longer than this.
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    // What comes while the hub closes is still answered: the store is closed last.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 2_000 },
    schemaController: noCompilers,
    genReqId: () => {
      requests += 1
      return `${process}-${requests}`
    },
    clientErrorHandler: refuseClient,
    frameworkErrors: (error, request, reply) => {
      sendProblem({ error, request, reply, log })
    },
  }).withTypeProvider<TypeBoxTypeProvider>()
}
