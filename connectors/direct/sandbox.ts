import type { BookOrder, BookTold, Sandbox, SandboxCall, SandboxReply } from '../../src/connector/sandbox.ts'
import { matchesAny } from '../../src/connector/signature.ts'
import { readJson } from '../../src/kernel/json.ts'
import { moneyText } from '../../src/kernel/money.ts'
import { addQuantity, subtractQuantity } from '../../src/kernel/quantity.ts'
import { checkerOf } from '../../src/kernel/schema.ts'
import { EventBody, ShippedLines } from './payloads.ts'
import { play, type State } from './sandbox-play.ts'
import { quantityOf, type Sale, totalOf } from './sandbox-shop.ts'
import { keysOf, signaturesOf, toleranceSeconds } from './standard-webhooks.ts'

/** A merchant's own shop: it posts its orders signed, and listens for what was shipped. It sends again what it is not sure of. */
export const sandbox: Sandbox<State> = {
  example: {
    settings: { events: { url: 'https://shop.example/hooks/crossdock', kinds: ['shipment.created'] } },
    secrets: {
      inboundSecret: [`whsec_${Buffer.from('sandbox orders of the own shop').toString('base64')}`],
      eventSecret: [`whsec_${Buffer.from('sandbox events for the own shop').toString('base64')}`],
    },
  },
  start: ({ seed, settings, secrets, hookUrl }) => ({
    secrets: { orders: secrets['inboundSecret'] ?? [], events: secrets['eventSecret'] ?? [] },
    connection: decodeURIComponent(hookUrl.split('/').at(-1) ?? ''),
    path: pathIn(settings['events']),
    seed,
    count: 0,
    sales: {},
    recent: [],
    told: [],
    heard: [],
    calls: 0,
  }),
  play,
  answer: (state, call, now) => {
    const next = { ...state, calls: state.calls + 1 }
    const status = refusalOf(state, call, now)
    if (status !== undefined) return { state: next, reply: reply(status), posts: [] }
    return { state: hear(next, call), reply: reply(200), posts: [] }
  },
  books: ({ sales, told, calls }) => ({ orders: Object.values(sales).map((sale) => bookOf(sale, told)), told, calls }),
}

const pathIn = (events: unknown): string =>
  typeof events === 'object' && events !== null && 'url' in events && typeof events.url === 'string'
    ? new URL(events.url).pathname
    : '/'

const refusalOf = (
  { secrets, path }: State,
  { method, path: came, headers, body }: SandboxCall,
  now: Date,
): number | undefined => {
  if (came !== path) return 404
  if (method !== 'POST') return 405
  const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '', 'webhook-signature': given = '' } = headers
  const expected = signaturesOf(keysOf(secrets.events), { id, timestamp, body }).map((one) => `v1,${one}`)
  if (id === '' || !given.split(' ').some((one) => matchesAny(one, expected))) return 401
  return Math.abs(now.getTime() / 1000 - Number(timestamp)) <= toleranceSeconds ? undefined : 401
}

const reply = (status: number): SandboxReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(status < 300 ? { received: true } : { error: `refused with ${status}` }),
})

const event = checkerOf(EventBody)
const shipped = checkerOf(ShippedLines)

/** A message that came before is not heard again: the receiver's part of Standard Webhooks. */
const hear = (state: State, { headers, body }: SandboxCall): State => {
  const id = headers['webhook-id'] ?? ''
  const read = readJson(body)
  if (state.heard.includes(id) || !event.is(read)) return state
  const { order, change } = read.data
  const heard = [...state.heard, id]
  const mine = order.connection === state.connection && state.sales[order.externalId] !== undefined
  if (read.type !== 'shipment.created' || !mine) return { ...state, heard }
  return { ...state, heard, told: [...state.told, toldOf(order.externalId, change)] }
}

const toldOf = (order: string, { trackingNumber, lines }: EventBody['data']['change']): BookTold => ({
  order,
  kind: 'shipped',
  trackingNumber: typeof trackingNumber === 'string' ? trackingNumber : '',
  lines: (shipped.is(lines) ? lines : []).map(({ line, quantity }) => ({ id: line, quantity: String(quantity) })),
})

/** What has left when the shop cancels it has left: the parcel stands in the books, and only the rest is cancelled. */
const bookOf = (sale: Sale, told: readonly BookTold[]): BookOrder => ({
  externalId: sale.id,
  number: `#${sale.id}`,
  currency: sale.currency,
  total: moneyText({ minor: totalOf(sale), currency: sale.currency }),
  refunded: moneyText({ minor: 0, currency: sale.currency }),
  lines: sale.items.map((item) => ({
    id: item.id,
    sku: item.sku,
    quantity: quantityOf(item),
    cancelled: item.gone || sale.cancelled ? unsent(sale, item, told) : '0',
  })),
  cancelled: sale.cancelled && !told.some(({ order }) => order === sale.id),
})

const unsent = (sale: Sale, item: Sale['items'][number], told: readonly BookTold[]): string => {
  const sent = told
    .filter(({ order }) => order === sale.id)
    .flatMap(({ lines }) => lines.filter(({ id }) => id === item.id))
  const left = subtractQuantity(Number(quantityOf(item)), addQuantity(...sent.map(({ quantity }) => Number(quantity))))
  return String(Math.max(0, left))
}
