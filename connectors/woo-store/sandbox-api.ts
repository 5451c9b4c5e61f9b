import type { SandboxCall, SandboxReply } from '../../src/connector/sandbox.ts'
import { HubError } from '../../src/kernel/errors.ts'
import { readJson } from '../../src/kernel/json.ts'
import { checkerOf, type Static, Type } from '../../src/kernel/schema.ts'
import { listPage } from './sandbox-list.ts'
import { secondOf, touched } from './sandbox-play.ts'
import { record, type State, type Step } from './sandbox-posts.ts'
import type { Meta, Sale } from './sandbox-shop.ts'
import { orderOf } from './sandbox-wire.ts'

export type Answered = Step & { readonly reply: SandboxReply }

export const say = (state: State, status: number, body: unknown): Answered => ({
  state,
  posts: [],
  reply: { status, headers: { 'content-type': 'application/json; charset=UTF-8' }, body: JSON.stringify(body) },
})

/** https://woocommerce.github.io/woocommerce-rest-api-docs/#errors, read 24 Nov 2026. */
export const no = (state: State, status: number, code: string, message: string): Answered =>
  say(state, status, { code, message, data: { status } })

export const noRoute = (state: State): Answered =>
  no(state, 404, 'rest_no_route', 'No route was found matching the URL and request method')

const noOrder = (state: State): Answered => no(state, 404, 'woocommerce_rest_shop_order_invalid_id', 'Invalid ID.')

/** While a list is read page by page the shop goes on: an order of the page just read changes, and the pages behind it move up. */
export const list = (state: State, call: SandboxCall, now: Date): Answered => {
  const { reply, shown, more } = listPage(state, call)
  const [first] = shown
  return first === undefined || !more || first.status === 'trash'
    ? { state, posts: [], reply }
    : { ...record(state, touched(first, now), ['order.updated']), reply }
}

const Update = Type.Object({
  status: Type.Optional(Type.String()),
  meta_data: Type.Optional(Type.Array(Type.Object({ key: Type.String(), value: Type.Unknown() }))),
})
const Note = Type.Object({ note: Type.String(), customer_note: Type.Optional(Type.Boolean()) })
const Tracking = Type.Object({
  tracking_provider: Type.Optional(Type.String()),
  custom_tracking_provider: Type.Optional(Type.String()),
  custom_tracking_link: Type.Optional(Type.String()),
  tracking_number: Type.String({ minLength: 1 }),
  date_shipped: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
})
const [update, note, tracking] = [checkerOf(Update), checkerOf(Note), checkerOf(Tracking)]

interface About {
  readonly state: State
  readonly call: SandboxCall
  readonly now: Date
  readonly sale: Sale
}

/** What may be done with one order; `rest` is what follows its id. */
export const order = (
  state: State,
  call: SandboxCall,
  at: { readonly now: Date; readonly id: string; readonly rest: string },
): Answered => {
  const sale = state.sales[at.id]
  const does = ways.get(`${call.method} ${at.rest}`)
  if (does === undefined) return noRoute(state)
  return sale === undefined ? noOrder(state) : does({ state, call, now: at.now, sale })
}

const show = ({ state, sale }: About): Answered => say(state, 200, orderOf(sale))

/** Meta data is replaced by key, else added; our own is what the parcel is told by. */
const change = ({ state, call, now, sale }: About): Answered => {
  const body = bodyOf(call)
  if (!update.is(body)) return no(state, 400, 'rest_invalid_param', 'Invalid parameter(s): meta_data')
  const written = body.meta_data ?? []
  const completedAt = body.status === 'completed' ? { completedAt: secondOf(now) } : {}
  const changed = {
    ...touched(sale, now),
    ...completedAt,
    status: body.status ?? sale.status,
    meta: withMeta(sale.meta, written),
  }
  const fresh = written.filter(({ key }) => key.startsWith('_crossdock_') && sale.meta.every((one) => one.key !== key))
  const told = fresh.map(({ value }) => ({
    order: String(sale.id),
    kind: 'shipped' as const,
    trackingNumber: state.parcels[sale.id] ?? '',
    lines: linesOf(String(value)),
  }))
  const step = record({ ...state, told: [...state.told, ...told] }, changed, ['order.updated', 'order.updated'])
  return { ...say(step.state, 200, orderOf(changed)), posts: step.posts }
}

const withMeta = (held: readonly Meta[], written: Static<typeof Update>['meta_data'] = []): readonly Meta[] => {
  const meta = new Map(held.map((one) => [one.key, one]))
  for (const { key, value } of written) meta.set(key, { id: meta.get(key)?.id ?? 1000 + meta.size, key, value })
  return [...meta.values()]
}

const linesOf = (value: string) =>
  value.split(' ').map((part) => {
    const [id = '', quantity = ''] = part.split(':')
    return { id, quantity }
  })

const addNote = ({ state, call, now, sale }: About): Answered => {
  const body = bodyOf(call)
  if (!note.is(body)) return no(state, 400, 'rest_missing_callback_param', 'Missing parameter(s): note')
  const [, number = ''] = /tracking number (\S+?)(,|$)/.exec(body.note) ?? []
  const made = { id: state.next, order: String(sale.id), note: body.note }
  const noted = {
    ...state,
    next: state.next + 1,
    notes: [...state.notes, made],
    parcels: { ...state.parcels, [sale.id]: number },
  }
  const date = now.toISOString().slice(0, 19)
  return say(noted, 201, {
    id: made.id,
    date_created: date,
    date_created_gmt: date,
    note: body.note,
    customer_note: body.customer_note === true,
    author: 'WooCommerce',
  })
}

const key = '_wc_shipment_tracking_items'

/** The plug-in keeps parcels in the order's meta data. It knows no parcel again: twice is two. https://woocommerce.com/document/shipment-tracking/, read 24 Nov 2026. */
export const addTracking = (state: State, call: SandboxCall, id: string): Answered => {
  const [sale, body] = [state.sales[id], bodyOf(call)]
  if (sale === undefined) return no(state, 404, 'woocommerce_rest_order_invalid_id', 'Invalid order ID.')
  if (!tracking.is(body)) return no(state, 400, 'rest_missing_callback_param', 'Missing parameter(s): tracking_number')
  const held = sale.meta.find((one) => one.key === key)?.value
  const before: readonly unknown[] = Array.isArray(held) ? held : []
  const provider = body.custom_tracking_provider ?? null
  const item = {
    tracking_provider: body.tracking_provider?.toLowerCase() ?? '',
    custom_tracking_provider: provider,
    custom_tracking_link: body.custom_tracking_link ?? null,
    tracking_number: body.tracking_number,
    date_shipped: String(Date.parse(body.date_shipped) / 1000),
    tracking_id: `${sale.id}${String(before.length).padStart(4, '0')}`.padStart(32, 'f'),
  }
  const changed = { ...sale, meta: withMeta(sale.meta, [{ key, value: [...before, item] }]) }
  const kept = {
    ...state,
    sales: { ...state.sales, [id]: changed },
    parcels: { ...state.parcels, [id]: item.tracking_number },
  }
  return say(kept, 201, {
    tracking_id: item.tracking_id,
    tracking_provider: provider ?? body.tracking_provider ?? '',
    tracking_link: item.custom_tracking_link ?? '',
    tracking_number: item.tracking_number,
    date_shipped: body.date_shipped,
  })
}

const bodyOf = ({ body }: SandboxCall): unknown => {
  try {
    return readJson(body)
  } catch (error) {
    if (error instanceof HubError) return null
    throw error
  }
}

const ways: ReadonlyMap<string, (about: About) => Answered> = new Map([
  ['GET ', show],
  ['PUT ', change],
  ['POST /notes', addNote],
])
