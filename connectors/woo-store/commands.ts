import type { MarkShipped, Receipt } from '../../src/canonical/commands.ts'
import type { Answer, Ask, Command, CommandAt } from '../../src/connector/contract.ts'
import { HubError, refuse } from '../../src/kernel/errors.ts'
import { addQuantity, readQuantity } from '../../src/kernel/quantity.ts'
import { orderIn, readOrder, restPath } from './client.ts'
import { type Order, type Trackings, trackingAnswer, trackings } from './payloads.ts'
import type { Settings } from './settings.ts'

type At = CommandAt<Settings, MarkShipped>

/** Our own meta data on the order, one entry for each parcel that was told: it makes telling it again a look. */
const mark = '_crossdock_'
const kept = '_wc_shipment_tracking_items'

/**
 * Writes the parcel down (in a tracking plug-in, or as a note), then marks it on the order, together with the status where all is shipped.
 * https://woocommerce.com/document/shipment-tracking/ and https://woocommerce.github.io/woocommerce-rest-api-docs/#order-notes, read 24 Nov 2026.
 */
export const markShipped: Command<Settings, MarkShipped> = {
  description: 'Gives the order carrier and tracking number, and its status once all of it is shipped.',
  // WooCommerce knows no idempotency key
  repeat: () => 'look-first',
  look: ({ wish, settings }) => readOrder(wish.order, settings),
  plan: (at, looked) => {
    const order = orderIn(looked)
    if (marks(order).some(({ key }) => key === mark + at.wish.shipment))
      return { done: receiptOf(shown(order, at.wish)) }
    if (withdrawn.includes(order.status)) return refuse('CHANNEL_REFUSED', withdrawnSentence(order))
    const isThere = shown(order, at.wish).length > 0
    return { send: [...(isThere ? [] : [parcel(at)]), marking(at, order)] }
  },
  receipt: ({ wish, settings }, answers, looked) => {
    const before = shown(orderIn(looked), wish)
    return receiptOf(before.length > 0 || wayOf(settings, wish) === 'note' ? before : made(answers[0]))
  },
}

const receiptOf = (externalIds: readonly string[]): Receipt => ({ externalIds: [...externalIds] })

const made = (answer: Answer | undefined): readonly string[] => {
  const body = answer?.body
  if (trackingAnswer.is(body)) return [body.tracking_id]
  throw new HubError('CHANNEL_UNREADABLE', 'expected the tracking plug-in to name the tracking_id that it made')
}

const marks = ({ meta_data = [] }: Order) => meta_data.filter(({ key }) => key.startsWith(mark))

const trackingsIn = ({ meta_data = [] }: Order): Trackings => {
  const held = meta_data.find(({ key }) => key === kept)?.value
  return trackings.is(held) ? held : []
}

/** Ids of the parcels under our tracking number that the order shows already. */
const shown = (order: Order, { trackingNumber }: MarkShipped): readonly string[] =>
  trackingsIn(order)
    .filter(({ tracking_number }) => tracking_number === trackingNumber)
    .map(({ tracking_id }) => tracking_id)

/** A plug-in asks for carrier and number: without one of them the parcel is told by a note. */
const wayOf = ({ tracking = 'note' }: Settings, { carrier, trackingNumber }: MarkShipped) =>
  carrier === undefined || trackingNumber === undefined ? 'note' : tracking

const parcel = (at: At): Ask => {
  const { wish, settings } = at
  const way = wayOf(settings, wish)
  const order = encodeURIComponent(wish.order)
  if (way === 'note')
    return { method: 'POST', path: restPath(settings, `/wc/v3/orders/${order}/notes`), body: note(at) }
  const plugin = way === 'ast' ? 'wc-ast' : 'wc-shipment-tracking'
  return {
    method: 'POST',
    path: restPath(settings, `/${plugin}/v3/orders/${order}/shipment-trackings`),
    body: { ...(way === 'ast' ? astProvider(wish) : provider(wish)), ...numberAndDate(wish) },
  }
}

const numberAndDate = ({ trackingNumber, shippedAt }: MarkShipped) => ({
  tracking_number: trackingNumber,
  date_shipped: shippedAt.slice(0, 10),
})

/** A link of ours makes the carrier a custom one. The plug-in puts the link through sprintf, to which a % is the beginning of a place. */
const provider = ({ carrier, trackingUrl }: MarkShipped) =>
  trackingUrl === undefined
    ? { tracking_provider: carrier }
    : { custom_tracking_provider: carrier, custom_tracking_link: trackingUrl.replaceAll('%', '%%') }

/**
 * The status is ours to set, and parcels told before stay. https://github.com/zorem/woo-advanced-shipment-tracking/blob/3466042e3ef3/includes/api/
 * class-wc-advanced-shipment-tracking-rest-api-controller.php, create_item; read 28 Nov 2026.
 */
const astProvider = ({ carrier, trackingUrl }: MarkShipped) => ({
  tracking_provider: carrier,
  ...(trackingUrl === undefined ? {} : { custom_tracking_link: trackingUrl }),
  status_shipped: 0,
  replace_tracking: 0,
})

const note = ({ wish, settings }: At) => {
  const { carrier, service, trackingNumber, trackingUrl, shippedAt } = wish
  const by = [carrier, service].filter((part) => part !== undefined).join(' ')
  const words = [
    `Shipped on ${shippedAt.slice(0, 10)}${by === '' ? '' : ` with ${by}`}`,
    ...(trackingNumber === undefined ? [] : [`tracking number ${trackingNumber}`]),
    ...(trackingUrl === undefined ? [] : [trackingUrl]),
  ]
  return { note: words.join(', '), customer_note: settings.noteToCustomer === true }
}

/** WooCommerce would take a parcel of such an order, and mail its number to a buyer who has the money back. */
const withdrawn = ['cancelled', 'refunded', 'trash']
const withdrawnSentence = ({ id, status }: Order): string =>
  `order ${id} is ${status === 'trash' ? 'in the trash' : status} at the shop, and a parcel of it was entered: stop the parcel, or tell the shop by hand`

/** Statuses after which shipping changes nothing. */
const ended = ['completed', 'failed']

const marking = ({ wish, settings }: At, order: Order): Ask => {
  const target = settings.statusWhenShipped ?? 'completed'
  const moves = target !== 'keep' && ![...ended, target].includes(order.status) && isWhole(order, wish)
  const value = wish.lines.map(({ line, quantity }) => `${line}:${quantity}`).join(' ')
  return {
    method: 'PUT',
    path: restPath(settings, `/wc/v3/orders/${encodeURIComponent(wish.order)}`),
    body: { meta_data: [{ key: mark + wish.shipment, value }], ...(moves ? { status: target } : {}) },
  }
}

/** Whether this parcel and those marked before are all that was ordered; a kit is its parts. */
const isWhole = (order: Order, wish: MarkShipped): boolean => {
  const units = new Map<string, number>()
  const add = (line: string, quantity: number): void => {
    units.set(line, addQuantity(units.get(line) ?? 0, quantity))
  }
  for (const { line, quantity } of wish.lines) add(line, quantity)
  for (const { value } of marks(order))
    for (const [line = '', quantity = ''] of String(value)
      .split(' ')
      .map((part) => part.split(':')))
      if (/^\d+(\.\d{1,5})?$/.test(quantity)) add(line, readQuantity(quantity))
  const lines = order.line_items ?? []
  const kits = new Set(
    lines.flatMap(({ composite_parent, bundled_by }) => [String(composite_parent), String(bundled_by)]),
  )
  return lines
    .filter(({ id }) => !kits.has(String(id)))
    .every(({ id, quantity }) => readQuantity(quantity) <= (units.get(String(id)) ?? 0))
}
