import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { App, HttpDeps } from '../deps.ts'
import { differencesLeft } from '../pull-shown.ts'
import type { Known } from '../routes/connections.ts'
import { workFigures } from '../work-figures.ts'

/** Sets what a metric shows, from how things are now. */
type Refresh = () => Promise<void> | void

/** How the hub fares, for Prometheus. Ids of connections are the only names in it. */
export const addMetrics = (app: App, deps: HttpDeps, { counts, freshness }: Known): Registry => {
  const registry = new Registry()
  const refreshes = [
    addWork(registry, deps),
    addFreshness(registry, deps, freshness),
    addPosts(registry, counts),
    addBell(registry, deps),
    addPulls(registry, deps),
  ]
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    await Promise.all(refreshes.map((refresh) => refresh()))
    return reply.type(registry.contentType).send(await registry.metrics())
  })
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

const addWork = (registry: Registry, deps: HttpDeps): Refresh => {
  const oldest = new Gauge({
    name: 'crossdock_oldest_due_seconds',
    help: 'For how long the row has been due that waits longest.',
    labelNames: ['stage'],
    registers: [registry],
  })
  const rows = new Gauge({
    name: 'crossdock_rows',
    help: 'Rows of work by stage and state; of those dead or parked at most 1000 a stage are counted.',
    labelNames: ['stage', 'state'],
    registers: [registry],
  })
  return async () => {
    for (const { stage, due, dead, parked, oldestDue } of await workFigures(deps)) {
      for (const [state, count] of Object.entries({ due, dead, parked })) rows.set({ stage, state }, count)
      oldest.set({ stage }, oldestDue === undefined ? 0 : secondsSince(deps, oldestDue))
    }
  }
}

const addFreshness = (registry: Registry, deps: HttpDeps, freshness: Known['freshness']): Refresh => {
  const fresh = new Gauge({
    name: 'crossdock_connection_last_kept_seconds',
    help: 'How long ago the last message of a connection was kept.',
    labelNames: ['connection'],
    registers: [registry],
  })
  return async () => {
    for (const [connection, keptAt] of await freshness.look()) fresh.set({ connection }, secondsSince(deps, keptAt))
  }
}

const addBell = (registry: Registry, { bell }: HttpDeps): Refresh => {
  const away = new Gauge({
    name: 'crossdock_bell_away',
    help: '1 while Redis takes no rings, and work goes on by the relay.',
    registers: [registry],
  })
  const failed = new Counter({
    name: 'crossdock_rings_failed_total',
    help: 'Rings that reached no other process; the relay found what they would have rung for.',
    registers: [registry],
  })
  return async () => {
    const state = await bell.look()
    away.set(state.away ? 1 : 0)
    failed.reset()
    failed.inc(state.failed)
  }
}

const addPulls = (registry: Registry, deps: HttpDeps): Refresh => {
  const { pulls } = deps.repositories
  const behind = new Gauge({
    name: 'crossdock_pull_behind_seconds',
    help: 'How long ago the time was up to which the news of a list are kept.',
    labelNames: ['connection', 'list'],
    registers: [registry],
  })
  const age = new Gauge({
    name: 'crossdock_certificate_age_seconds',
    help: 'How long ago the last certificate that nothing is missing was made out.',
    labelNames: ['connection'],
    registers: [registry],
  })
  const open = new Gauge({
    name: 'crossdock_certificate_differences',
    help: 'What the last certificate found missing, stale, differing or surplus, and was not cured.',
    labelNames: ['connection'],
    registers: [registry],
  })
  return async () => {
    const news = await pulls.find({ kind: 'news' }, {})
    for (const { connection, list = '', upTo } of news)
      if (upTo !== undefined) behind.set({ connection, list }, secondsSince(deps, upTo))
    for (const connection of new Set(news.map((row) => row.connection))) {
      const last = await pulls.certificate(connection)
      if (last?.findings === undefined || last.doneAt === undefined) continue
      age.set({ connection }, secondsSince(deps, last.doneAt))
      open.set({ connection }, differencesLeft(last.findings))
    }
  }
}

const secondsSince = ({ now }: HttpDeps, then: Date): number => Math.max(0, (now().getTime() - then.getTime()) / 1_000)

const addPosts = (registry: Registry, counts: Known['counts']): Refresh => {
  const refused = new Counter({
    name: 'crossdock_posts_refused_total',
    help: 'Posts whose signature was refused.',
    labelNames: ['connection', 'because'],
    registers: [registry],
  })
  const posts = new Counter({
    name: 'crossdock_posts_total',
    help: 'Posts that were answered 200: kept, or seen before.',
    labelNames: ['connection', 'state'],
    registers: [registry],
  })
  return () => {
    refused.reset()
    posts.reset()
    for (const [connection, count] of counts.all()) {
      for (const [because, times] of count.refused) refused.inc({ connection, because }, times)
      posts.inc({ connection, state: 'kept' }, count.kept)
      posts.inc({ connection, state: 'seen' }, count.seen)
    }
  }
}
