import type { MarkShipped, Receipt } from '../../src/canonical/commands.ts'
import type { Ask, Command, CommandAt } from '../../src/connector/contract.ts'
import { refuse } from '../../src/kernel/errors.ts'
import { addQuantity, readQuantity } from '../../src/kernel/quantity.ts'
import { orderIn, readOrder } from './client.ts'
import type { Fulfilment, Order, UpdateOrder } from './payloads.ts'
import type { Settings } from './settings.ts'

type At = CommandAt<Settings, MarkShipped>
/** Units by the uid of their line. */
type Units = ReadonlyMap<string, number>

const open = ['PROPOSED', 'RESERVED', 'PREPARED']

/**
 * Completes the fulfilment that is for what was shipped. Square completes one whole or not at all, and asks for the order's version.
 * PUT /v2/orders/{order_id}: https://developer.squareup.com/docs/orders-api/manage-orders/update-orders, read 24 Nov 2026.
 */
export const markShipped: Command<Settings, MarkShipped> = {
  description: 'Completes the shipment fulfilment and gives it carrier and tracking number.',
  repeat: () => 'key',
  look: ({ wish }) => readOrder(wish.order),
  plan: (at, looked) => {
    const order = orderIn(looked)
    const told = toldAlready(order, at.wish)
    return told.length > 0 ? { done: receiptFor(told) } : { send: [request(at, order)] }
  },
  receipt: ({ wish }, _answers, looked) => receiptFor(chosen(orderIn(looked), wish)),
}

const receiptFor = (fulfilments: readonly Fulfilment[]): Receipt => ({ externalIds: fulfilments.map(({ uid }) => uid) })

const shipments = ({ fulfillments = [] }: Order, states: readonly string[]): readonly Fulfilment[] =>
  fulfillments.filter(({ type, state }) => type === 'SHIPMENT' && states.includes(state))

/** Those that say already what we came to say: under our tracking number; without one, where these goods are completed and none of them open. */
const toldAlready = (order: Order, wish: MarkShipped): readonly Fulfilment[] => {
  const completed = shipments(order, ['COMPLETED'])
  const { trackingNumber } = wish
  if (trackingNumber === undefined) return chosen(order, wish).length > 0 ? [] : coverOf(completed, order, wished(wish))
  const ours = completed.filter(({ shipment_details }) => shipment_details?.tracking_number === trackingNumber)
  // a seller may have put more into the parcel than we know of; less is another parcel's word
  return holds(sumOf(ours.flatMap((fulfilment) => [...unitsOf(fulfilment, order)])), wished(wish)) ? ours : []
}

const request = (at: At, order: Order): Ask => {
  const { id, version, state } = order
  if (version === undefined) {
    return refuse(
      'CHANNEL_REFUSED',
      `order ${id} was rung up at the till: it has no version, and Square lets nobody change such an order`,
    )
  }
  if (state !== 'OPEN')
    return refuse(
      'CHANNEL_REFUSED',
      `order ${id} is ${state ?? 'without a state'}: Square lets only an OPEN order be changed`,
    )
  const targets = chosen(order, at.wish)
  if (targets.length === 0) return refuse('CHANNEL_REFUSED', sentence(order, at.wish), { order: id })
  return { method: 'PUT', path: `/v2/orders/${encodeURIComponent(id)}`, body: bodyOf(at, version, targets) }
}

const bodyOf = ({ wish, command }: At, version: number, targets: readonly Fulfilment[]): UpdateOrder => {
  const details = {
    ...(wish.carrier === undefined ? {} : { carrier: wish.carrier.slice(0, 50) }),
    ...(wish.trackingNumber === undefined ? {} : { tracking_number: wish.trackingNumber }),
    ...(wish.trackingUrl === undefined ? {} : { tracking_url: wish.trackingUrl }),
  }
  const said = Object.keys(details).length === 0 ? {} : { shipment_details: details }
  const fulfillments = targets.map(({ uid }) => ({ uid, state: 'COMPLETED' as const, ...said }))
  return { order: { version, fulfillments }, idempotency_key: command }
}

/** The open fulfilments that are, whole, what was shipped: one of them, or several that went in one parcel. */
const chosen = (order: Order, wish: MarkShipped): readonly Fulfilment[] =>
  coverOf(shipments(order, open), order, wished(wish))

const coverOf = (among: readonly Fulfilment[], order: Order, units: Units): readonly Fulfilment[] => {
  const one = among.find((fulfilment) => same(unitsOf(fulfilment, order), units))
  if (one !== undefined) return [one]
  const within = among.filter((fulfilment) => holds(units, unitsOf(fulfilment, order)))
  return same(sumOf(within.flatMap((fulfilment) => [...unitsOf(fulfilment, order)])), units) ? within : []
}

const wished = ({ lines }: MarkShipped): Units => sumOf(lines.map(({ line, quantity }) => [line, quantity] as const))

/** What a fulfilment is for: its entries, or, where it has none, every line of the order (`line_item_application: ALL`). */
const unitsOf = ({ entries }: Fulfilment, { line_items = [] }: Order): Units =>
  entries === undefined || entries.length === 0
    ? sumOf(line_items.map(({ uid, quantity }) => [uid ?? '', readQuantity(quantity)] as const))
    : sumOf(entries.map(({ line_item_uid, quantity }) => [line_item_uid, readQuantity(quantity)] as const))

const sumOf = (units: readonly (readonly [line: string, quantity: number])[]): Units => {
  const sums = new Map<string, number>()
  for (const [line, quantity] of units) sums.set(line, addQuantity(sums.get(line) ?? 0, quantity))
  return sums
}

const holds = (all: Units, some: Units): boolean =>
  [...some].every(([line, quantity]) => quantity <= (all.get(line) ?? 0))

const same = (a: Units, b: Units): boolean =>
  a.size === b.size && [...a].every(([line, quantity]) => b.get(line) === quantity)

const sentence = (order: Order, wish: MarkShipped): string => {
  const can = shipments(order, open).map((fulfilment) => `${fulfilment.uid} (${told(unitsOf(fulfilment, order))})`)
  const has = can.length === 0 ? 'it has no open SHIPMENT fulfilment' : `its open ones are ${can.join(', ')}`
  return `Square completes a fulfilment whole, and none of order ${order.id} is for ${told(wished(wish))}: ${has}`
}

const told = (units: Units): string => [...units].map(([line, quantity]) => `${quantity} of ${line}`).join(' + ')
