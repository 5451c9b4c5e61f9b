import type { SandboxCall } from '../../src/connector/sandbox.ts'
import { confirm } from './sandbox-confirm.ts'
import type { State } from './sandbox-posts.ts'
import { type Answered, no, say } from './sandbox-reply.ts'
import { search, searchV0 } from './sandbox-search.ts'
import type { Sale } from './sandbox-shop.ts'
import { elementsOf, grant, restrict, stranger } from './sandbox-tokens.ts'
import { includedIn, orderOf } from './sandbox-wire.ts'
import { itemOfV0, orderOfV0 } from './sandbox-wire-v0.ts'

/** Rates and bursts of the usage plans, per operation, as the models' descriptions give them. */
const plans = {
  searchOrders: { rate: 0.0056, burst: 20 },
  getOrder: { rate: 0.5, burst: 30 },
  confirmShipment: { rate: 2, burst: 10 },
  getOrdersV0: { rate: 0.0167, burst: 20 },
  getOrderV0: { rate: 0.5, burst: 30 },
  getOrderItemsV0: { rate: 0.5, burst: 30 },
  createRestrictedDataToken: { rate: 1, burst: 10 },
} as const
type Operation = keyof typeof plans

/** Spends one call of an operation's bucket, by the sandbox's own clock. */
const throttled = (
  state: State,
  operation: Operation,
  now: Date,
): { readonly state: State; readonly over: boolean } => {
  const { rate, burst } = plans[operation]
  const interval = 1000 / rate
  const from = Math.max(state.spent[operation] ?? 0, now.getTime())
  const over = from + interval - now.getTime() > burst * interval
  return over
    ? { state: { ...state, aboveLimits: state.aboveLimits + 1 }, over: state.start.unlimited !== true }
    : { state: { ...state, spent: { ...state.spent, [operation]: from + interval } }, over: false }
}

/** Login with Amazon and the operations that are played. */
export const answerCall = (before: State, call: SandboxCall, now: Date): Answered => {
  const state = { ...before, calls: before.calls + 1 }
  if (call.path === '/auth/o2/token') return grant(state, call, now)
  const refused = stranger(state, call, now)
  if (refused !== undefined) return refused
  const found = operationOf(call)
  if (found === undefined) return no(state, 404, { code: 'NotFound', message: 'Resource not found.' })
  const id = decodeURIComponent(found.id)
  return within(state, found.operation, now, (next) => operations[found.operation](next, { call, id, now }))
}

interface Asked {
  readonly call: SandboxCall
  readonly id: string
  readonly now: Date
}

const operations: Readonly<Record<Operation, (state: State, asked: Asked) => Answered>> = {
  searchOrders: (state, { call, now }) => search(state, call, now),
  getOrder: (state, { call, id }) =>
    withSale(state, id, (sale) => say(state, 200, { order: orderOf(sale, includedIn(call.query)) })),
  confirmShipment: confirm,
  getOrdersV0: (state, { call, now }) => searchV0(state, call, now),
  getOrderV0: (state, { call, id }) =>
    withSale(state, id, (sale) => say(state, 200, { payload: orderOfV0(sale, elementsOf(state, call)) })),
  getOrderItemsV0: (state, { call, id }) => withSale(state, id, (sale) => itemsOf(state, sale, call)),
  createRestrictedDataToken: (state, { call, now }) => restrict(state, call, now),
}

const routes: readonly (readonly [method: string, path: RegExp, operation: Operation])[] = [
  ['GET', /^\/orders\/2026-01-01\/orders$/, 'searchOrders'],
  ['GET', /^\/orders\/2026-01-01\/orders\/([^/]+)$/, 'getOrder'],
  ['POST', /^\/orders\/v0\/orders\/([^/]+)\/shipmentConfirmation$/, 'confirmShipment'],
  ['GET', /^\/orders\/v0\/orders$/, 'getOrdersV0'],
  ['GET', /^\/orders\/v0\/orders\/([^/]+)$/, 'getOrderV0'],
  ['GET', /^\/orders\/v0\/orders\/([^/]+)\/orderItems$/, 'getOrderItemsV0'],
  ['POST', /^\/tokens\/2021-03-01\/restrictedDataToken$/, 'createRestrictedDataToken'],
]

const operationOf = (call: SandboxCall): { readonly operation: Operation; readonly id: string } | undefined => {
  for (const [method, path, operation] of routes) {
    const match = method === call.method ? path.exec(call.path) : null
    if (match !== null) return { operation, id: match[1] ?? '' }
  }
  return undefined
}

const within = (state: State, operation: Operation, now: Date, work: (state: State) => Answered): Answered => {
  const spent = throttled(state, operation, now)
  // it says neither its rate nor how long to wait: the models list no such header on 429
  if (spent.over)
    return no(spent.state, 429, {
      code: 'QuotaExceeded',
      message: 'You exceeded your quota for the requested resource.',
    })
  const answered = work(spent.state)
  const headers = { ...answered.reply.headers, 'x-amzn-ratelimit-limit': String(plans[operation].rate) }
  return { ...answered, reply: { ...answered.reply, headers } }
}

const withSale = (state: State, id: string, work: (sale: Sale) => Answered): Answered => {
  const sale = Object.hasOwn(state.sales, id) ? state.sales[id] : undefined
  return sale === undefined ? no(state, 404, { code: 'NotFound', message: 'Order not found.' }) : work(sale)
}

/** How many items a page of Amazon's holds is not said; here it is two, so that pages are met. */
const itemsAPage = 2

const itemsOf = (state: State, sale: Sale, call: SandboxCall): Answered => {
  const token = call.query['NextToken']
  const from = token === undefined ? 0 : Number(/^items-(\d+)$/.exec(token)?.[1])
  if (Number.isNaN(from)) return no(state, 400, { code: 'InvalidInput', message: 'Invalid NextToken.' })
  const elements = elementsOf(state, call)
  const next = from + itemsAPage
  return say(state, 200, {
    payload: {
      AmazonOrderId: sale.id,
      OrderItems: sale.items.slice(from, next).map((item) => itemOfV0(item, sale, elements)),
      ...(next < sale.items.length ? { NextToken: `items-${next}` } : {}),
    },
  })
}
