import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Counts } from '../counts.ts'
import type { App, HttpDeps } from '../deps.ts'
import { workFigures } from '../work-figures.ts'

/** How the hub fares, for Prometheus. Ids of connections are the only names in it. */
export const addMetrics = (app: App, deps: HttpDeps, counts: Counts): Registry => {
  const registry = new Registry()
  addWork(registry, deps)
  addFreshness(registry, deps)
  addPosts(registry, counts)
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )
  return registry
}

/** Measures the calls of a scope; the webhooks are left out, for measuring costs them more than it tells. */
export const measureCalls = (app: App, registry: Registry): void => {
  const seconds = new Histogram({
    name: 'crossdock_http_seconds',
    help: 'How long calls of the API took.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  })
  app.addHook('onResponse', ({ method, routeOptions: { url = '' } }, reply, done) => {
    seconds.observe({ method, route: url, status: reply.statusCode }, reply.elapsedTime / 1_000)
    done()
  })
}

const addWork = (registry: Registry, deps: HttpDeps): void => {
  const oldest = new Gauge({
    name: 'crossdock_oldest_due_seconds',
    help: 'For how long the row has been due that waits longest.',
    labelNames: ['stage'],
    registers: [registry],
  })
  const rows = new Gauge({
    name: 'crossdock_rows',
    help: 'Rows of work by stage and state.',
    labelNames: ['stage', 'state'],
    registers: [registry],
    collect: async () => {
      for (const { stage, state, count, oldest: since } of await workFigures(deps)) {
        rows.set({ stage, state }, count)
        if (state === 'due') oldest.set({ stage }, since === undefined ? 0 : secondsSince(deps, since))
      }
    },
  })
}

const addFreshness = (registry: Registry, deps: HttpDeps): void => {
  const fresh = new Gauge({
    name: 'crossdock_connection_last_kept_seconds',
    help: 'How long ago the last message of a connection was kept.',
    labelNames: ['connection'],
    registers: [registry],
    collect: async () => {
      for (const { id } of deps.accounts.all()) {
        const sort = { keptAt: -1, _id: -1 } as const
        const [last] = await deps.repositories.inbox.find({ connection: id }, { sort, limit: 1 })
        if (last !== undefined) fresh.set({ connection: id }, secondsSince(deps, last.keptAt))
      }
    },
  })
}

const secondsSince = ({ now }: HttpDeps, then: Date): number => Math.max(0, (now().getTime() - then.getTime()) / 1_000)

const addPosts = (registry: Registry, counts: Counts): void => {
  const refused = new Counter({
    name: 'crossdock_posts_refused_total',
    help: 'Posts whose signature was refused.',
    labelNames: ['connection', 'because'],
    registers: [registry],
    collect: () => {
      refused.reset()
      for (const [connection, count] of counts.all())
        for (const [because, times] of count.refused) refused.inc({ connection, because }, times)
    },
  })
  const posts = new Counter({
    name: 'crossdock_posts_total',
    help: 'Posts that were answered 200: kept, or seen before.',
    labelNames: ['connection', 'state'],
    registers: [registry],
    collect: () => {
      posts.reset()
      for (const [connection, { kept, seen }] of counts.all()) {
        posts.inc({ connection, state: 'kept' }, kept)
        posts.inc({ connection, state: 'seen' }, seen)
      }
    },
  })
}
