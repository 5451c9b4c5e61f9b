import { createHmac } from 'node:crypto'
import type {
  BookOrder,
  BookTold,
  Sandbox,
  SandboxCall,
  SandboxPost,
  SandboxReply,
} from '../../../../src/connector/sandbox.ts'

interface Sold {
  readonly id: string
  readonly version: number
  readonly placed: string
  readonly updated: number
  readonly status: 'open' | 'cancelled'
  readonly items: readonly {
    readonly id: string
    readonly sku: string
    readonly name: string
    readonly quantity: number
    readonly price: string
  }[]
}

interface State {
  readonly key: string
  readonly token: string
  readonly sold: readonly Sold[]
  readonly told: readonly BookTold[]
  /** What was answered under an idempotency key. */
  readonly answered: Readonly<Record<string, string>>
  readonly messages: number
  readonly calls: number
}

const goods = [
  { sku: 'MUG-1', name: 'Mug', price: '12.00' },
  { sku: 'TEA-2', name: 'Tea', price: '7.50' },
] as const

const totalOf = ({ items }: Sold): string =>
  (items.reduce((cents, { quantity, price }) => cents + quantity * Number(price.replace('.', '')), 0) / 100).toFixed(2)

const wire = (sold: Sold) => ({
  ...sold,
  number: sold.id.toUpperCase(),
  currency: 'EUR',
  total: totalOf(sold),
})

const reply = (status: number, body: object): SandboxReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** Acme Post in small. It answers the same idempotency key with the same parcel, and sends no message about one. */
export const sandbox: Sandbox<State> = {
  example: {
    settings: { shop: 'corner' },
    secrets: { signingKey: ['acme-signing-key'], token: ['acme-access-token'] },
  },
  start: ({ secrets }) => ({
    key: secrets['signingKey']?.[0] ?? '',
    token: secrets['token']?.[0] ?? '',
    sold: [],
    told: [],
    answered: {},
    messages: 0,
    calls: 0,
  }),
  play: (state, dice, now) => {
    const open = state.sold.find(({ status }) => status === 'open')
    const cancels = open !== undefined && dice.next() < 0.2
    const order = cancels
      ? { ...open, version: open.version + 1, updated: now.getTime(), status: 'cancelled' as const }
      : newOrder(state, dice.whole(1, 3), now)
    const after = {
      ...state,
      messages: state.messages + 1,
      sold: [...state.sold.filter(({ id }) => id !== order.id), order],
    }
    const post = postOf(after, order, now)
    const forged = {
      ...postOf({ ...after, key: 'not-the-key' }, order, now),
      note: 'forged order.saved',
      forged: true as const,
    }
    return { state: after, posts: dice.next() < 0.2 ? [forged, post] : dice.next() < 0.2 ? [post, post] : [post] }
  },
  answer: (before, { method, path, query, headers, body }, _now) => {
    const state = { ...before, calls: before.calls + 1 }
    const say = (status: number, said: object, next: State = state) => ({
      state: next,
      reply: reply(status, said),
      posts: [],
    })
    if (headers['authorization'] !== `Bearer ${state.token}`) return say(401, { error: 'who are you?' })
    if (method === 'GET' && path === '/v1/orders') return say(200, listed(state.sold, query))
    const [, id = '', rest] = /^\/v1\/orders\/([^/]+)(\/parcels)?$/.exec(path) ?? []
    const sold = state.sold.find((one) => one.id === decodeURIComponent(id))
    if (sold === undefined) return say(404, { error: 'no such order' })
    if (method === 'GET' && rest === undefined) return say(200, { order: wire(sold) })
    const key = headers['idempotency-key'] ?? ''
    const parcel = state.answered[key] ?? `parcel-${state.told.length + 1}`
    const told = key in state.answered ? state.told : [...state.told, toldOf(sold, Buffer.from(body).toString())]
    return say(201, { parcel }, { ...state, told, answered: { ...state.answered, [key]: parcel } })
  },
  books: ({ sold, told, calls }) => ({ orders: sold.map(bookOf), told, calls }),
}

/** Ten orders of a window, oldest first. A page begins after an order's place in it, so that one that moves shifts no other. */
const listed = (sold: readonly Sold[], query: SandboxCall['query']) => {
  const { by, from = '', before = '', after = '' } = query
  const placeOf = (one: Sold): string =>
    `${by === 'placed' ? one.placed : new Date(one.updated).toISOString()} ${one.id}`
  const rest = sold
    .filter((one) => placeOf(one) >= from && placeOf(one) < before && placeOf(one) > after)
    .toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1))
  const last = rest[9]
  return {
    orders: rest.slice(0, 10).map(wire),
    ...(last === undefined || rest.length === 10 ? {} : { next: placeOf(last) }),
  }
}

const newOrder = (state: State, count: number, now: Date): Sold => ({
  id: `a-${state.sold.length + 1}`,
  version: 1,
  placed: now.toISOString(),
  updated: now.getTime(),
  status: 'open',
  items: goods.slice(0, count).map((one, at) => ({ ...one, id: `i-${at + 1}`, quantity: count })),
})

const postOf = ({ key, messages }: State, sold: Sold, now: Date): SandboxPost => {
  const body = JSON.stringify({ id: `m-${messages}`, type: 'order.saved', order: wire(sold) })
  const sent = String(Math.floor(now.getTime() / 1000))
  const signature = createHmac('sha256', key).update(`${sent}.${body}`).digest('base64')
  return {
    path: '',
    headers: { 'content-type': 'application/json', 'acme-sent': sent, 'acme-signature': signature },
    body,
    note: 'order.saved',
  }
}

const toldOf = (sold: Sold, body: string): BookTold => ({
  order: sold.id,
  kind: 'shipped',
  trackingNumber: /"tracking":"([^"]*)"/.exec(body)?.[1] ?? '',
  lines: sold.items.map(({ id, quantity }) => ({ id, quantity: String(quantity) })),
})

const bookOf = (sold: Sold): BookOrder => ({
  externalId: sold.id,
  number: sold.id.toUpperCase(),
  currency: 'EUR',
  total: totalOf(sold),
  refunded: '0.00',
  cancelled: sold.status === 'cancelled',
  lines: sold.items.map(({ id, sku, quantity }) => ({
    id,
    sku,
    quantity: String(quantity),
    cancelled: sold.status === 'cancelled' ? String(quantity) : '0',
  })),
})
