import type { MarkShipped, Receipt } from '../../src/canonical/commands.ts'
import type { Answer, Ask, Command, CommandAt } from '../../src/connector/contract.ts'
import { HubError, refuse } from '../../src/kernel/errors.ts'
import { addQuantity } from '../../src/kernel/quantity.ts'
import { checked } from './client.ts'
import { type Dispatch, type Item, results, type SelfShipDispatch, type Shipment } from './payloads.ts'
import { isSelfShip, momentOf, shipmentsIn, shipmentsOf } from './queries.ts'
import type { Settings } from './settings.ts'

type At = CommandAt<Settings, MarkShipped>

/** An item of these is on its way, or waits to be fetched: Flipkart was told. */
const toldStates = [
  'READY_TO_DISPATCH',
  'PICKUP_COMPLETE',
  'SHIPPED',
  'DELIVERED',
  'COMPLETED',
  'RETURN_REQUESTED',
  'RETURNED',
]

/**
 * A parcel that Flipkart's courier fetches is said to be ready, one that the seller sends is said to be on its way, with its number. There is
 * no key for repeating it: what stands is read first.
 * https://flipkart.github.io/fk-api-platform-docs/docs/mp-api_versioned/mark-rtd, read 23 Nov 2026.
 */
export const markShipped: Command<Settings, MarkShipped> = {
  description:
    "Marks shipments ready to dispatch, or, where the seller's own carrier has them, dispatched with tracking.",
  repeat: () => 'look-first',
  look: ({ wish }) => shipmentsOf(wish.order),
  plan: (at, looked) => {
    const shipped = chosen(at, looked)
    const untold = shipped.filter((shipment) => !isTold(shipment))
    if (untold.length === 0) return { done: receiptFor(shipped) }
    for (const shipment of untold) mustBeReady(at, shipment)
    return { send: requests(at, untold) }
  },
  receipt: (at, answers, looked) => {
    for (const answer of answers) checked(results, answer, 'what became of each shipment')
    return receiptFor(chosen(at, looked))
  },
}

const receiptFor = (shipments: readonly Shipment[]): Receipt => ({
  externalIds: shipments.map(({ shipmentId }) => shipmentId),
})

const standing = ({ orderItems }: Shipment): readonly Item[] =>
  orderItems.filter(({ status }) => status !== 'CANCELLED')
const isTold = (shipment: Shipment): boolean => standing(shipment).every(({ status }) => toldStates.includes(status))

/** The shipments that are, whole, what was shipped: Flipkart dispatches no part of one. */
const chosen = ({ wish }: At, looked: Answer | undefined): readonly Shipment[] => {
  const all = looked === undefined ? [] : shipmentsIn(looked)
  if (all.length === 0) return refuse('CHANNEL_REFUSED', `Flipkart shows no shipment of order ${wish.order}`)
  const wanted = sumOf(wish.lines.map(({ line, quantity }) => [line, quantity]))
  const within = all.filter((shipment) => standing(shipment).length > 0 && holds(wanted, unitsOf(shipment)))
  const found = sumOf(within.flatMap((shipment) => [...unitsOf(shipment)]))
  if (holds(found, wanted)) return within
  return refuse('CHANNEL_REFUSED', wholeOnly(wish, all), { order: wish.order })
}

type Units = ReadonlyMap<string, number>
const sumOf = (units: readonly (readonly [item: string, quantity: number])[]): Units => {
  const sums = new Map<string, number>()
  for (const [item, quantity] of units) sums.set(item, addQuantity(sums.get(item) ?? 0, quantity))
  return sums
}
const unitsOf = (shipment: Shipment): Units =>
  sumOf(standing(shipment).map(({ orderItemId, quantity }) => [orderItemId, quantity]))
const holds = (all: Units, some: Units): boolean =>
  [...some].every(([item, quantity]) => quantity <= (all.get(item) ?? 0))

const wholeOnly = ({ order, lines }: MarkShipped, all: readonly Shipment[]): string => {
  const text = (units: Units): string => [...units].map(([item, quantity]) => `${quantity} of ${item}`).join(' + ')
  const wanted = text(sumOf(lines.map(({ line, quantity }) => [line, quantity])))
  const has = all.map((one) => `${one.shipmentId} (${text(unitsOf(one)) || 'cancelled'})`).join(', ')
  return `Flipkart dispatches a shipment whole, and none of order ${order} is for ${wanted}: its shipments are ${has}`
}

/** What Flipkart would refuse, said in words that help. https://flipkart.github.io/fk-api-platform-docs/docs/order-management-intro, read 23 Nov 2026. */
const mustBeReady = ({ now }: At, shipment: Shipment): void => {
  const { shipmentId, hold, dispatchAfterDate } = shipment
  const words = [...new Set(standing(shipment).map(({ status }) => status))]
  if (standing(shipment).some(isFulfilledByFlipkart))
    refuse('CHANNEL_REFUSED', `shipment ${shipmentId} is sent from Flipkart's own warehouse: nobody else dispatches it`)
  if (hold === true)
    refuse(
      'CHANNEL_REFUSED',
      `Flipkart holds shipment ${shipmentId} back: keep the parcel, and send this again when it is released`,
    )
  if (dispatchAfterDate && momentOf(dispatchAfterDate) > now.getTime())
    refuse('CHANNEL_CONFLICT', `shipment ${shipmentId} may be dispatched from ${dispatchAfterDate}, not before`)
  if (isSelfShip(shipment) || words.every((word) => word === 'PACKED' || toldStates.includes(word))) return
  if (words.includes('PACKING_IN_PROGRESS'))
    refuse('CHANNEL_CONFLICT', `Flipkart still makes the labels of shipment ${shipmentId}`)
  refuse(
    'CHANNEL_REFUSED',
    `shipment ${shipmentId} is ${words.join(', ')}: generate its label and invoice at Flipkart first, then send this again`,
  )
}

const isFulfilledByFlipkart = ({ serviceProfile }: Item): boolean =>
  serviceProfile === 'FBF' || serviceProfile === 'Flipkart_Fulfilment'

const requests = (at: At, shipments: readonly Shipment[]): readonly Ask[] => {
  const self = shipments.filter(isSelfShip)
  const fetched = Map.groupBy(
    shipments.filter((shipment) => !isSelfShip(shipment)),
    ({ locationId }) => locationId ?? '',
  )
  return [
    ...[...fetched].flatMap(([locationId, some]) => inLots(some, 25).map((lot) => readyAsk(locationId, lot))),
    ...inLots(self, 100).map((lot) => selfShipAsk(at, lot)),
  ]
}

const inLots = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, lot) => all.slice(lot * size, (lot + 1) * size))

const readyAsk = (locationId: string, lot: readonly Shipment[]): Ask => {
  const body: Dispatch = {
    shipmentIds: lot.map(({ shipmentId }) => shipmentId),
    ...(locationId === '' ? {} : { locationId }),
  }
  return { method: 'POST', path: '/sellers/v3/shipments/dispatch', body }
}

const day = 86_400_000

/** The invoice's number is optional and not known here; GST wants the invoice no later than the goods leave, so its day is that of the dispatch. */
const selfShipAsk = ({ wish, settings }: At, lot: readonly Shipment[]): Ask => {
  const { selfShip } = settings
  if (selfShip === undefined)
    return refuse(
      'CHANNEL_REFUSED',
      `order ${wish.order} is shipped by the seller: set selfShip in the connection's settings, so that Flipkart can be told when and by whom it comes`,
    )
  const partner = selfShip.partners.find(({ carrier }) => carrier.toLowerCase() === wish.carrier?.toLowerCase())
  if (partner === undefined) {
    const named = wish.carrier === undefined ? 'a shipment without a carrier' : `the carrier "${wish.carrier}"`
    return refuse(
      'CHANNEL_REFUSED',
      `Flipkart must be told who carries the parcel: add ${named} to selfShip.partners in the connection's settings, then send this again`,
    )
  }
  const sent = new Date(wish.shippedAt)
  const body: SelfShipDispatch = {
    shipments: lot.map((shipment) => ({
      shipmentId: shipment.shipmentId,
      ...(shipment.locationId ? { locationId: shipment.locationId } : {}),
      dispatchDate: inIndia(sent),
      tentativeDeliveryDate: inIndia(new Date(sent.getTime() + selfShip.deliveryDays * day)),
      deliveryPartner: partner.name,
      ...(partner.code === undefined ? {} : { deliveryPartnerCode: partner.code }),
      ...(wish.trackingNumber === undefined ? {} : { trackingId: wish.trackingNumber }),
      invoice: {
        invoiceDate: inIndia(sent).slice(0, 10),
        items: standing(shipment).map(({ orderItemId, quantity }) => ({ orderItemId, quantity })),
      },
    })),
  }
  return { method: 'POST', path: '/sellers/v3/shipments/selfShip/dispatch', body }
}

/** Flipkart's days are those of India, which has one time and no summer's. */
const inIndia = (at: Date): string => {
  if (Number.isNaN(at.getTime())) throw new HubError('REQUEST_INVALID', 'expected the time of the shipment')
  return `${new Date(at.getTime() + 5.5 * 3_600_000).toISOString().slice(0, 19)}+05:30`
}
