import type { BookOrder, Dice, Sandbox, SandboxCall, SandboxPost, SandboxReply } from '../../src/connector/sandbox.ts'
import { HubError } from '../../src/kernel/errors.ts'
import { type Json, readJson } from '../../src/kernel/json.ts'
import { moneyText } from '../../src/kernel/money.ts'
import { checkerOf } from '../../src/kernel/schema.ts'
import { UpdateOrder } from './payloads.ts'
import { happenings } from './sandbox-play.ts'
import { aboutFulfilment, aboutOrder, record, type State, type Step } from './sandbox-posts.ts'
import { quantityText, totalOf } from './sandbox-price.ts'
import { type Fault, locations, searched } from './sandbox-search.ts'
import type { Item, Sale } from './sandbox-shop.ts'
import { orderOf, returnOrderOf } from './sandbox-wire.ts'

const update = checkerOf(UpdateOrder)

/** What happens, as often as it stands here. */
const chances = [
  'counterSale',
  'counterSale',
  'counterSale',
  'ticketOpened',
  'ticketClosed',
  'onlineOrder',
  'onlineOrder',
  'onlineOrder',
  'edit',
  'cancel',
  'refund',
  'again',
  'forged',
] as const satisfies readonly (keyof typeof happenings)[]

/** Square in small: a shop with three tills and a web shop. It drops no message that it sends twice: at least once is its promise. */
export const sandbox: Sandbox<State> = {
  example: {
    settings: { notificationUrl: 'http://127.0.0.1:4000/webhooks/till', environment: 'production' },
    secrets: { signatureKey: ['sandbox-signature-key'], accessToken: ['sandbox-access-token'] },
  },
  start: ({ seed, settings, secrets, hookUrl }) => ({
    key: secrets['signatureKey']?.[0] ?? '',
    token: secrets['accessToken']?.[0] ?? '',
    // what stands in the settings is what Square was told when the subscription was made
    url: typeof settings['notificationUrl'] === 'string' ? settings['notificationUrl'] : hookUrl,
    merchant: `M${seed}`,
    count: 1,
    sales: {},
    told: [],
    calls: 0,
    keys: {},
    recent: [],
  }),
  play: (state, dice, now) => {
    const happening =
      happenings[dice.pick(chances)]({ state, dice, now }) ?? happenings.counterSale({ state, dice, now })
    return { state: happening.state, posts: shuffled(happening.posts, dice) }
  },
  answer: (state, call, now) => {
    const heard = { ...state, calls: state.calls + 1 }
    if (call.headers['authorization'] !== `Bearer ${state.token}`)
      return no(heard, 401, { category: 'AUTHENTICATION_ERROR', code: 'UNAUTHORIZED' })
    if (call.method === 'GET' && call.path === '/v2/locations')
      return { state: heard, posts: [], reply: say(200, locations()) }
    if (call.method === 'POST' && call.path === '/v2/orders/search') return search(heard, call)
    const id = /^\/v2\/orders\/([^/]+)$/.exec(call.path)?.[1]
    if (id === undefined) return no(heard, 404, missing)
    if (call.method === 'GET') return show(heard, decodeURIComponent(id))
    return call.method === 'PUT'
      ? change({ state: heard, call, now, sale: heard.sales[decodeURIComponent(id)] })
      : no(heard, 405, { category: 'INVALID_REQUEST_ERROR', code: 'METHOD_NOT_ALLOWED' })
  },
  books: ({ sales, told, calls }) => ({ orders: Object.values(sales).map(bookOf), told, calls }),
}

/** Now and then the messages of one moment come late, and so in another order. */
const shuffled = (posts: readonly SandboxPost[], dice: Dice): readonly SandboxPost[] =>
  posts.map((post) => (dice.next() < 0.2 ? { ...post, afterMs: dice.whole(1, 3000) } : post))

type Answered = Step & { readonly reply: SandboxReply }
const missing: Fault = { category: 'INVALID_REQUEST_ERROR', code: 'NOT_FOUND', detail: 'Order not found.' }

const say = (status: number, body: object): SandboxReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const no = (state: State, status: number, fault: Fault): Answered => ({
  state,
  posts: [],
  reply: say(status, { errors: [fault] }),
})
const yes = (step: Step, order: object): Answered => ({ ...step, reply: say(200, { order }) })

const search = (state: State, call: SandboxCall): Answered => {
  const found = searched(state.sales, bodyOf(call))
  return 'code' in found ? no(state, 400, found) : { state, posts: [], reply: say(200, found) }
}

const show = (state: State, id: string): Answered => {
  const sale = state.sales[id]
  if (sale !== undefined) return yes({ state, posts: [] }, orderOf(sale))
  const returned = Object.values(state.sales)
    .map((source) => returnOrderOf(source, id))
    .find((order) => order !== undefined)
  return returned === undefined ? no(state, 404, missing) : yes({ state, posts: [] }, returned)
}

interface Change {
  readonly state: State
  readonly call: SandboxCall
  readonly now: Date
  readonly sale: Sale | undefined
}

/** UpdateOrder, of which only the completion of a fulfilment is played. */
const change = ({ state, call, now, sale }: Change): Answered => {
  const body = bodyOf(call)
  if (sale === undefined) return no(state, 404, missing)
  if (!update.is(body))
    return no(state, 400, {
      category: 'INVALID_REQUEST_ERROR',
      code: 'BAD_REQUEST',
      detail: update.faults(body)[0]?.expected ?? '',
    })
  const text = Buffer.from(call.body).toString()
  const before = state.keys[body.idempotency_key]
  if (before === text) return yes({ state, posts: [] }, orderOf(sale))
  if (before !== undefined)
    return no(state, 400, {
      category: 'INVALID_REQUEST_ERROR',
      code: 'IDEMPOTENCY_KEY_REUSED',
      field: 'idempotency_key',
    })
  if (sale.version === undefined || sale.state !== 'OPEN')
    return no(state, 400, {
      category: 'INVALID_REQUEST_ERROR',
      code: 'BAD_REQUEST',
      detail: 'Order cannot be updated.',
    })
  if (body.order.version !== sale.version) return no(state, 400, stale(sale, body.order.version))
  const wanted = body.order.fulfillments[0]
  if (wanted === undefined || sale.shipment?.uid !== wanted.uid || sale.shipment.state === 'COMPLETED') {
    return no(state, 400, { category: 'INVALID_REQUEST_ERROR', code: 'INVALID_VALUE', field: 'order.fulfillments' })
  }
  const details = wanted.shipment_details ?? {}
  const shipped: Sale = {
    ...sale,
    version: sale.version + 1,
    updatedAt: now.toISOString(),
    shipment: { ...sale.shipment, state: 'COMPLETED', details: { ...details, shipped_at: now.toISOString() } },
  }
  const told = {
    order: sale.id,
    kind: 'shipped' as const,
    trackingNumber: details.tracking_number ?? '',
    lines: sale.items.map((item) => ({ id: item.uid, quantity: quantityText(item) })),
  }
  const noted = { ...state, told: [...state.told, told], keys: { ...state.keys, [body.idempotency_key]: text } }
  return yes(
    record(noted, shipped, [aboutFulfilment(shipped, sale.shipment.state), aboutOrder(shipped, 'updated')]),
    orderOf(shipped),
  )
}

/** As seen in https://developer.squareup.com/forums/t/order-is-not-showing-up-in-dashboard/855, read 24 Nov 2026. */
const stale = ({ id, version }: Sale, came: number): Fault => ({
  category: 'INVALID_REQUEST_ERROR',
  code: 'VERSION_MISMATCH',
  field: 'order.version',
  detail: `Supplied version ${came} does not match the current version ${version} of order ${id}.`,
})

const bodyOf = ({ body }: SandboxCall): Json => {
  try {
    return readJson(body)
  } catch (error) {
    if (error instanceof HubError) return null
    throw error
  }
}

const bookOf = (sale: Sale): BookOrder => {
  const { id, reference, ticket, till, state, items, givenBack } = sale
  const text = (minor: number): string => moneyText({ minor, currency: till.currency })
  return {
    externalId: id,
    number: reference ?? ticket ?? id,
    currency: till.currency,
    total: text(totalOf(sale)),
    refunded: text(givenBack.reduce((sum, { amount }) => sum + amount, 0)),
    lines: items.map((item) => lineOf(item, state === 'CANCELED')),
    cancelled: state === 'CANCELED',
  }
}

const lineOf = (item: Item, cancelled: boolean): BookOrder['lines'][number] => ({
  id: item.uid,
  sku: item.catalog,
  quantity: quantityText(item),
  cancelled: cancelled ? quantityText(item) : '0',
})
