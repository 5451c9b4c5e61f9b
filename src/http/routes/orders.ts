import { setTimeout as pause } from 'node:timers/promises'
import { Event } from '../../canonical/events.ts'
import type { OrderDoc } from '../../canonical/order.ts'
import { place } from '../../flow/place.ts'
import { rebuild } from '../../flow/rebuild.ts'
import { refuse } from '../../kernel/errors.ts'
import type { Json } from '../../kernel/json.ts'
import { Closed, Type, Word } from '../../kernel/schema.ts'
import { brokenAt, chainStart } from '../../orders/ledger.ts'
import { listingOf, OrderQuery, pageOf } from '../../orders/listing.ts'
import { workStates } from '../../store/rows.ts'
import type { App, HttpDeps } from '../deps.ts'
import { orderShown } from '../order-shown.ts'
import {
  ById,
  CommandShown,
  commandShown,
  ListOf,
  MessageShown,
  messageShown,
  NoQuery,
  OrderShown,
  PageOf,
} from '../shapes.ts'

/** Orders as they are, and the merchant's own door for new ones. */
export const orderRoutes = (app: App, deps: HttpDeps): void => {
  listRoute(app, deps)
  placeRoute(app, deps)
  oneRoutes(app, deps)
  workRoutes(app, deps)
}

const tags = ['orders']

const listRoute = (app: App, { repositories }: HttpDeps): void => {
  app.get(
    '/v1/orders',
    {
      config: { role: 'viewer', refuses: ['CURSOR_INVALID'] },
      schema: {
        tags,
        summary: 'Lists orders, newest first.',
        querystring: OrderQuery,
        response: { 200: PageOf(OrderShown) },
      },
    },
    async ({ query }) => {
      const { connector } = query
      const known = connector === undefined ? [] : await repositories.connections.all()
      const listing = listingOf(
        query,
        known.filter((row) => row.connector === connector).map((row) => row._id),
      )
      const { sort, fetch: limit } = listing
      const found = await Promise.all(
        listing.filters.map((filter) => repositories.orders.list(filter, { sort, limit })),
      )
      const { items, next } = pageOf(listing, found)
      return { items: items.map(orderShown), next }
    },
  )
}

const Placement = Closed({
  connection: Type.String({ minLength: 1, maxLength: 512, description: 'The enabled connection that takes it.' }),
  order: Type.Unsafe<Json>(Type.Object({}, { description: "In the shape of that connection's connector." })),
})

const Placed = Closed({
  message: Type.String(),
  order: Type.String({ description: 'The id that the order has, or will have.' }),
  state: Word(['kept', 'seen']),
  work: Type.Optional(Word(workStates, 'What became of the message while it was waited for.')),
})

const Prefer = Type.Object({
  prefer: Type.Optional(
    Type.String({ description: '`wait=2`: waits up to 2 seconds (at most 10) and answers 201 with the order.' }),
  ),
})

const placeRoute = (app: App, deps: HttpDeps): void => {
  const placing = { accounts: deps.accounts, inbox: deps.repositories.inbox, bell: deps.bell, now: deps.now }
  app.post(
    '/v1/orders',
    {
      config: {
        role: 'operator',
        refuses: [
          'NOT_FOUND',
          'VERSION_CONFLICT',
          'PAYLOAD_UNREADABLE',
          'BODY_TOO_LARGE',
          'BODY_COMPRESSED',
          'BODY_WRONG_TYPE',
          'STORE_FULL',
        ],
      },
      schema: {
        tags,
        summary: 'Takes an order in. The same again is answered the same; another body at the same version is refused.',
        querystring: NoQuery,
        headers: Prefer,
        body: Placement,
        response: { 201: OrderShown, 202: Placed },
      },
    },
    async ({ body, headers }, reply) => {
      const placed = await place(placing, { connection: body.connection, payload: body.order })
      const { message, order: id, state } = placed
      const ms = Math.round(reply.elapsedTime)
      deps.log.debug({ stage: 'http', connection: body.connection, order: id, message, ms }, `message ${state}`)
      const seconds = waitIn(headers.prefer)
      if (seconds === 0) return reply.code(202).send(placed)
      reply.header('preference-applied', `wait=${seconds}`)
      const work = await settled(deps, placed.message, seconds)
      const order = work === 'done' ? await deps.repositories.orders.read(placed.order) : null
      if (order === null) return reply.code(202).send({ ...placed, ...(work === undefined ? {} : { work }) })
      return reply.code(201).header('location', `/v1/orders/${order.id}`).send(orderShown(order))
    },
  )
}

const waitIn = (prefer: string | undefined): number =>
  Math.min(10, Number(/(?:^|[\s,;])wait=(\d{1,6})(?![\d.])/.exec(prefer ?? '')?.[1] ?? 0))

const looksASecond = 40

/** Looks until the message has ended, so many seconds at most. */
const settled = async ({ repositories: { inbox } }: HttpDeps, message: string, seconds: number) => {
  for (let look = 0; ; look += 1) {
    const state = (await inbox.read(message))?.state
    if ((state !== 'due' && state !== 'leased') || look >= seconds * looksASecond) return state
    await pause(1000 / looksASecond)
  }
}

/** @throws NOT_FOUND */
export const orderOf = async ({ repositories }: HttpDeps, id: string): Promise<OrderDoc> =>
  (await repositories.orders.read(id)) ?? refuse('NOT_FOUND', `no order "${id}"`)

const oneRoutes = (app: App, deps: HttpDeps): void => {
  const config = { role: 'viewer', refuses: ['NOT_FOUND'] } as const
  const asked = { tags, params: ById, querystring: NoQuery }
  app.get(
    '/v1/orders/:id',
    { config, schema: { ...asked, summary: 'One order.', response: { 200: OrderShown } } },
    async ({ params }) => orderShown(await orderOf(deps, params.id)),
  )
  const Events = Closed({
    items: Type.Array(Event),
    brokenAt: Type.Union([Type.Integer(), Type.Null()], {
      description: 'The seq at which the chain of hashes breaks: something was changed there. null: it holds.',
    }),
  })
  app.get(
    '/v1/orders/:id/events',
    {
      config,
      schema: {
        ...asked,
        summary: 'All that happened to an order, in the order in which we learned it.',
        response: { 200: Events },
      },
    },
    async ({ params }) => {
      const items = await deps.repositories.orders.events(await orderOf(deps, params.id))
      return { items, brokenAt: brokenAt(items, chainStart) ?? null }
    },
  )
  const Rebuilt = Closed({ changed: Type.Boolean(), messages: Type.Integer() })
  app.post(
    '/v1/orders/:id/rebuild',
    {
      config: { role: 'operator', refuses: ['NOT_FOUND', 'MAPPING_FAILED'] },
      schema: {
        ...asked,
        summary: 'Reads all messages of an order anew, as the mappings are today.',
        response: { 200: Rebuilt },
      },
    },
    ({ params }) => rebuild({ ...deps, ...deps.repositories }, params.id),
  )
}

const workRoutes = (app: App, deps: HttpDeps): void => {
  const config = { role: 'viewer', refuses: ['NOT_FOUND'] } as const
  const asked = { tags, params: ById, querystring: NoQuery }
  app.get(
    '/v1/orders/:id/messages',
    {
      config,
      schema: {
        ...asked,
        summary: 'The messages that an order was made from.',
        response: { 200: ListOf(MessageShown) },
      },
    },
    async ({ params }) => {
      const { id } = await orderOf(deps, params.id)
      return { items: (await deps.repositories.inbox.ofOrder(id)).map(messageShown) }
    },
  )
  app.get(
    '/v1/orders/:id/commands',
    {
      config,
      schema: {
        ...asked,
        summary: 'What was, or is to be, told others about an order.',
        response: { 200: ListOf(CommandShown) },
      },
    },
    async ({ params }) => {
      const { id: order } = await orderOf(deps, params.id)
      const rows = await deps.repositories.outbox.find({ order }, { sort: { madeAt: -1, _id: -1 } })
      return { items: rows.map(commandShown) }
    },
  )
}
