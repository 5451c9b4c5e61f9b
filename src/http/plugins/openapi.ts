import fastifySwagger from '@fastify/swagger'
import scalar from '@scalar/fastify-api-reference'
import type { RouteOptions } from 'fastify'
import { type Code, codes, HubError } from '../../kernel/errors.ts'
import type { Role } from '../../store/rows.ts'
import type { App } from '../deps.ts'
import type { Gate } from './gate.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call it. Every route under /v1 says so, or the server does not start. */
    readonly role?: Role
    /** What it may refuse, besides what all routes may. */
    readonly refuses?: readonly Code[]
  }
}

const everywhere = ['KEY_MISSING', 'ROLE_TOO_LOW', 'REQUEST_INVALID', 'STORE_AWAY', 'UNEXPECTED'] as const

/** Puts the gate before every route under /v1, and what the route refuses into its description. Register it before the routes. */
export const guardRoutes = (app: App, gate: Gate): void => {
  app.addHook('onRoute', (route) => {
    const { role, refuses = [] } = route.config ?? {}
    if (!route.url.startsWith('/v1')) {
      if (route.schema !== undefined) describeRefusals(route, refuses)
      return
    }
    if (role === undefined) throw new HubError('CONFIG_INVALID', `the route ${route.url} says no role`)
    route.onRequest = [gate.needs(role)]
    route.schema = { ...route.schema, security: [{ key: [] }], description: `Role: ${role}.` }
    describeRefusals(route, [...everywhere, ...refuses])
  })
}

const describeRefusals = (route: RouteOptions, refuses: readonly Code[]): void => {
  const byStatus = Map.groupBy(refuses, (code) => codes[code].status)
  const problems = [...byStatus].map(([status, of]) => [
    status,
    {
      description: of.join(', '),
      content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
    },
  ])
  const own = route.schema?.response
  route.schema = {
    ...route.schema,
    response: { ...(typeof own === 'object' ? own : {}), ...Object.fromEntries(problems) },
  }
}

const tags = [
  { name: 'webhooks', description: 'Where channels post to.' },
  { name: 'orders', description: 'Every order of every channel, in one shape.' },
  { name: 'acts', description: 'What a person does to an order.' },
  { name: 'work', description: 'Messages that came, commands that go out, and what became of them.' },
  { name: 'connections', description: 'The channels that are connected.' },
  { name: 'hub', description: 'The hub itself.' },
]

/** The description of the API, made from the routes' schemas: at /openapi.json, and for people at /docs. */
export const addOpenApi = async (app: App, version: string): Promise<void> => {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Crossdock', version, description: 'Orders of every channel, kept once.' },
      tags,
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
    },
    refResolver: {
      buildLocalReference: ({ $id }, _base, _fragment, at) => (typeof $id === 'string' ? $id : `def-${at}`),
    },
  })
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
  await app.register(async (docs) => {
    docs.addHook('onRequest', (_request, reply, done) => {
      reply.header('content-security-policy', ownPagesOnly)
      done()
    })
    await docs.register(scalar, {
      routePrefix: '/docs',
      configuration: {
        url: '/openapi.json',
        pageTitle: 'Crossdock API',
        withDefaultFonts: false,
        telemetry: false,
        hideClientButton: true,
        showDeveloperTools: 'never',
        agent: { disabled: true },
      },
    })
  })
}

/** The page works without the internet, and asks nobody else for anything. */
const ownPagesOnly =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
