import type { BookTold, Sandbox, SandboxCall, SandboxReply } from '../../src/connector/sandbox.ts'
import { sameBytes } from '../../src/connector/signature.ts'
import { Closed, checkerOf, type Static, Type } from '../../src/kernel/schema.ts'
import type { State } from './sandbox.ts'
import { sendParcel } from './sandbox-change.ts'
import { allotted } from './sandbox-fulfilment.ts'
import { graphqlOrder } from './sandbox-graphql.ts'
import { asksList, listed } from './sandbox-list.ts'
import { goodsWord, type ShopOrder, type ShopParcel } from './sandbox-order.ts'
import { orderPosts } from './sandbox-post.ts'
import { select } from './sandbox-select.ts'

// https://shopify.dev/docs/api/admin-graphql/2026-07/input-objects/FulfillmentInput, read 2026-11-24
const Fulfillment = Closed({
  lineItemsByFulfillmentOrder: Type.Array(
    Closed({
      fulfillmentOrderId: Type.String(),
      fulfillmentOrderLineItems: Type.Optional(
        Type.Array(Closed({ id: Type.String(), quantity: Type.Integer({ minimum: 1 }) })),
      ),
    }),
  ),
  trackingInfo: Type.Optional(
    Closed({
      company: Type.Optional(Type.String()),
      number: Type.Optional(Type.String()),
      url: Type.Optional(Type.String()),
    }),
  ),
  notifyCustomer: Type.Optional(Type.Boolean()),
})
const read = checkerOf(Type.Object({ query: Type.String(), variables: Closed({ id: Type.String() }) }))
const write = checkerOf(Type.Object({ query: Type.String(), variables: Closed({ fulfillment: Fulfillment }) }))

type Answered = ReturnType<Sandbox<State>['answer']>

/** One call of the Admin API: the token first, then the path, then what is asked. */
export const answerCall = (before: State, call: SandboxCall, now: Date): Answered => {
  const state = { ...before, calls: before.calls + 1 }
  const { secrets, settings } = state.start
  const allowed = (secrets['accessToken'] ?? []).some((token) =>
    sameBytes(token, call.headers['x-shopify-access-token'] ?? ''),
  )
  if (!allowed)
    return plain(
      state,
      replyOf({ errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' }, 401),
    )
  if (call.method !== 'POST' || call.path !== `/admin/api/${String(settings['apiVersion'])}/graphql.json`)
    return plain(state, replyOf({ errors: 'Not Found' }, 404))
  const asked = jsonOf(call.body)
  if (write.is(asked)) return fulfil(state, asked, now)
  if (asksList.is(asked)) return plain(state, selected(asked.query, { orders: listed(state.orders, asked) }))
  if (!read.is(asked))
    return plain(
      state,
      replyOf({ errors: [{ message: 'Variable has an invalid value', extensions: { code: 'INVALID_VARIABLE' } }] }),
    )
  const order = state.orders.find((one) => `gid://shopify/Order/${one.id}` === asked.variables.id)
  return plain(state, selected(asked.query, { order: order === undefined ? null : graphqlOrder(order) }))
}

const plain = (state: State, reply: SandboxReply): Answered => ({ state, reply, posts: [] })
const replyOf = (body: object, status = 200): SandboxReply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
})

const selected = (query: string, root: object): SandboxReply => {
  const { data, missing } = select(query, root)
  if (missing.length === 0)
    return replyOf({
      data,
      extensions: {
        cost: {
          requestedQueryCost: 12,
          actualQueryCost: 10,
          throttleStatus: { maximumAvailable: 2000.0, currentlyAvailable: 1988, restoreRate: 100.0 },
        },
      },
    })
  return replyOf({
    errors: missing.map((field) => ({
      message: `Field '${field}' doesn't exist`,
      extensions: { code: 'undefinedField' },
    })),
  })
}

const jsonOf = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}

interface Asked {
  readonly query: string
  readonly variables: { readonly fulfillment: Static<typeof Fulfillment> }
}

const fulfil = (state: State, { query, variables: { fulfillment } }: Asked, now: Date): Answered => {
  const refused = (message: string): Answered =>
    plain(
      state,
      selected(query, { fulfillmentCreate: { fulfillment: null, userErrors: [{ field: ['fulfillment'], message }] } }),
    )
  const parts = fulfillment.lineItemsByFulfillmentOrder
  const order = state.orders.find((one) => allotted(one).some(({ id }) => id === parts[0]?.fulfillmentOrderId))
  if (order === undefined) return refused('Fulfillment order does not exist.')
  const lines = linesOf(order, parts)
  if (typeof lines === 'string') return refused(lines)
  const { company = '', number = '', url = '' } = fulfillment.trackingInfo ?? {}
  const parcel: ShopParcel = { id: order.id + 80 + order.parcels.length, at: now, company, number, url, lines }
  const sent = sendParcel(order, parcel)
  const told: BookTold = {
    order: String(order.id),
    kind: 'shipped',
    trackingNumber: number,
    lines: lines.map(({ line, quantity }) => ({ id: String(line), quantity: String(quantity) })),
  }
  const topics = [
    'fulfillments/create',
    goodsWord(sent) === 'fulfilled' ? 'orders/fulfilled' : 'orders/partially_fulfilled',
    'orders/updated',
  ]
  const { sender, posts } = orderPosts(state.sender, { now, order: sent, topics })
  const next = {
    ...state,
    sender,
    told: [...state.told, told],
    orders: state.orders.map((one) => (one.id === order.id ? sent : one)),
    recent: [...state.recent, ...posts].slice(-20),
  }
  return {
    state: next,
    posts,
    reply: selected(query, {
      fulfillmentCreate: { fulfillment: { id: `gid://shopify/Fulfillment/${parcel.id}` }, userErrors: [] },
    }),
  }
}

/** Units by order line; or why Shopify would not, in its words. */
const linesOf = (
  order: ShopOrder,
  parts: Asked['variables']['fulfillment']['lineItemsByFulfillmentOrder'],
): ShopParcel['lines'] | string => {
  const open = allotted(order)
  const named = parts.map((part) => open.find(({ id }) => id === part.fulfillmentOrderId))
  if (named.includes(undefined)) return 'Fulfillment order does not exist.'
  if (new Set(named.map((one) => one?.location)).size > 1)
    return 'All fulfillment orders must be assigned to a single location.'
  const lines: { line: number; quantity: number }[] = []
  for (const [index, part] of parts.entries()) {
    const rest = named[index]?.lines ?? []
    const wanted =
      part.fulfillmentOrderLineItems ??
      rest.filter((one) => one.remaining > 0).map(({ id, remaining }) => ({ id, quantity: remaining }))
    for (const { id, quantity } of wanted) {
      const held = rest.find((one) => one.id === id)
      if (held === undefined || quantity > held.remaining)
        return 'Invalid fulfillment order line item quantity requested.'
      lines.push({ line: held.line, quantity })
    }
  }
  return lines
}
