import type { FastifyReply, FastifyRequest } from 'fastify'
import { Act } from '../../canonical/acts.ts'
import { Id, Text } from '../../canonical/basics.ts'
import { maxLines } from '../../canonical/line.ts'
import { holdKinds } from '../../canonical/words.ts'
import { enter } from '../../flow/enter.ts'
import { readQuantity } from '../../kernel/quantity.ts'
import { Closed, type Static, Type, Word } from '../../kernel/schema.ts'
import type { ActRequest } from '../../orders/enter.ts'
import type { App, HttpDeps } from '../deps.ts'
import { orderShown } from '../order-shown.ts'
import type { Gate } from '../plugins/gate.ts'
import { ById, NoQuery, OrderShown } from '../shapes.ts'

const Units = Closed({
  line: Id,
  quantity: Type.Unsafe<number | string>({
    type: ['number', 'string'],
    exclusiveMinimum: 0,
    pattern: '^\\d{1,9}(\\.\\d{1,5}0*)?$',
    description: 'Whole units, or up to 5 decimals; a text too, for it is never read as a float.',
  }),
})
const lines = Type.Optional(
  Type.Array(Units, { minItems: 1, maxItems: maxLines, description: 'Absent: everything that is open.' }),
)
const reason = Type.Optional(Text)

const Shipping = Closed({
  carrier: Type.Optional(Text),
  service: Type.Optional(Text),
  trackingNumber: Type.Optional(Text),
  trackingUrl: Type.Optional(Text),
  lines,
})
const Cancelling = Closed({ reason, lines })
const Holding = Closed({
  reason: Type.String({ minLength: 1, maxLength: 10_000 }),
  kind: Type.Optional(Word(holdKinds, '`manual` unless told otherwise.')),
})
const Noting = Closed({ text: Type.String({ minLength: 1, maxLength: 10_000 }) })
const Because = Closed({ reason })

const Entered = Closed({ act: Act, order: OrderShown })

const Headers = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'The same request under the same key is entered once.' }),
  ),
})

const refuses = ['NOT_FOUND', 'IDEMPOTENCY_CONFLICT', 'PAYLOAD_UNREADABLE'] as const
const config = { role: 'operator', refuses } as const
const goods = { role: 'operator', refuses: [...refuses, 'QUANTITY_NOT_OPEN', 'ORDER_CANCELLED'] } as const
const asked = {
  tags: ['acts'],
  params: ById,
  querystring: NoQuery,
  headers: Headers,
  response: { 201: Entered },
}

/** What a person does to an order. Each is entered once under its Idempotency-Key, and can be undone. */
export const actRoutes = (app: App, deps: HttpDeps, gate: Gate): void => {
  const answer = answerOf(deps, gate)
  app.post(
    '/v1/orders/:id/shipments',
    { config: goods, schema: { ...asked, summary: 'Goods have left.', body: Shipping } },
    (request, reply) => answer({ request, reply, id: request.params.id }, { kind: 'ship', ...withLines(request.body) }),
  )
  app.post(
    '/v1/orders/:id/cancel',
    { config: goods, schema: { ...asked, summary: 'What has not left is not to leave.', body: Cancelling } },
    (request, reply) =>
      answer({ request, reply, id: request.params.id }, { kind: 'cancel', ...withLines(request.body) }),
  )
  app.post(
    '/v1/orders/:id/holds',
    { config, schema: { ...asked, summary: 'Stops an order.', body: Holding } },
    (request, reply) => {
      const { kind: hold = 'manual', reason } = request.body
      return answer({ request, reply, id: request.params.id }, { kind: 'hold', hold, reason })
    },
  )
  app.post(
    '/v1/orders/:id/notes',
    { config, schema: { ...asked, summary: 'Writes something down.', body: Noting } },
    (request, reply) => answer({ request, reply, id: request.params.id }, { kind: 'note', ...request.body }),
  )
  undoingRoutes(app, answer)
}

const undoingRoutes = (app: App, answer: Answer): void => {
  app.post(
    '/v1/orders/:id/holds/:key/release',
    {
      config,
      schema: { ...asked, summary: 'Ends a hold.', params: Closed({ id: Id, key: Id }), body: Because },
    },
    (request, reply) => {
      const { id, key } = request.params
      return answer({ request, reply, id }, { kind: 'release', hold: key, ...request.body })
    },
  )
  app.post(
    '/v1/orders/:id/acts/:act/undo',
    {
      config,
      schema: { ...asked, summary: 'Takes an act back.', params: Closed({ id: Id, act: Id }), body: Because },
    },
    (request, reply) => {
      const { id, act } = request.params
      return answer({ request, reply, id }, { kind: 'undo', act, ...request.body })
    },
  )
}

interface Exchange {
  readonly request: Pick<FastifyRequest, 'headers'>
  readonly reply: Pick<FastifyReply, 'code'>
  readonly id: string
}
type Answer = (exchange: Exchange, act: ActRequest) => Promise<Static<typeof Entered>>

/** The same request again is answered as the first time: with its act, and the order as it is by now. */
const answerOf =
  (deps: HttpDeps, gate: Gate): Answer =>
  async ({ request, reply, id }, act) => {
    const key = request.headers['idempotency-key']
    const entered = await enter(
      { orders: deps.repositories.orders, bell: deps.bell, now: deps.now, listens: deps.listens },
      { order: id, request: act, by: gate.callerOf(request)._id, ...(typeof key === 'string' ? { key } : {}) },
    )
    reply.code(201)
    return { act: entered.act, order: orderShown(entered.order) }
  }

type Asked = { readonly lines?: readonly Static<typeof Units>[] }

const withLines = <T extends Asked>({ lines: units, ...rest }: T) => ({
  ...rest,
  ...(units === undefined
    ? {}
    : { lines: units.map(({ line, quantity }) => ({ line, quantity: readQuantity(quantity) })) }),
})
