import type { MarkShipped, Receipt } from '../../src/canonical/commands.ts'
import type { Answer, Ask, Command, CommandAt } from '../../src/connector/contract.ts'
import { digest } from '../../src/kernel/digest.ts'
import { refuse } from '../../src/kernel/errors.ts'
import type { LaneName } from './client.ts'
import type { ConfirmShipment, Order, OrderV0, Package } from './payloads.ts'
import { orderIn, readOrder } from './queries.ts'
import { lookAtOrderV0, orderInV0 } from './read-v0.ts'
import type { Settings } from './settings.ts'

type At = CommandAt<Settings, MarkShipped>

/**
 * Confirms one parcel, whole or a part of the order. The same reference edits the same package, and the order is read before: a retry
 * would else be told that the package is not found. POST /orders/v0/orders/{orderId}/shipmentConfirmation: ordersV0.json
 * (https://github.com/amzn/selling-partner-api-models, read 24 Nov 2026); the reads of v0 are deprecated, this call is not.
 */
export const markShipped: Command<Settings, MarkShipped> = {
  description: 'Confirms a package with its carrier, tracking number and units.',
  repeat: () => 'look-first',
  look: ({ wish, settings }) =>
    settings.ordersApi === 'v0' ? lookAtOrderV0(wish.order) : readOrder(wish.order, 'FULFILLMENT,PACKAGES'),
  plan: (at, looked) => {
    const order = seenIn(looked, at)
    const ours = toldAlready(order, at)
    return ours === undefined ? { send: [request(at, order)] } : { done: receiptFor(ours.packageReferenceId) }
  },
  receipt: ({ command }) => receiptFor(referenceOf(command)),
}

type Seen = Pick<Order, 'orderId' | 'programs' | 'salesChannel' | 'fulfillment' | 'packages'>

const seenIn = (looked: Answer | undefined, { settings }: At): Seen =>
  settings.ordersApi === 'v0' ? seenInV0(orderInV0(looked)) : orderIn(looked)

/** The words of v0 that a package cannot be confirmed in. It shows no packages: what has left whole may have left in ours, which is then edited. */
const wordsOfV0: Readonly<Record<string, string>> = {
  PendingAvailability: 'PENDING_AVAILABILITY',
  Pending: 'PENDING',
  Canceled: 'CANCELLED',
  Unfulfillable: 'UNFULFILLABLE',
}

const seenInV0 = ({ AmazonOrderId, OrderStatus, FulfillmentChannel, MarketplaceId, IsISPU }: OrderV0): Seen => ({
  orderId: AmazonOrderId,
  programs: IsISPU === true ? ['IN_STORE_PICK_UP'] : [],
  salesChannel: MarketplaceId === undefined ? {} : { marketplaceId: MarketplaceId },
  fulfillment: {
    fulfillmentStatus: wordsOfV0[OrderStatus] ?? 'UNSHIPPED',
    fulfilledBy: FulfillmentChannel === 'AFN' ? 'AMAZON' : 'MERCHANT',
  },
})

const receiptFor = (reference: string): Receipt => ({ externalIds: [reference] })

/** "Only positive numeric values": nine digits out of our id of the command, the same over all attempts. */
export const referenceOf = (command: string): string =>
  String(100_000_000 + (Number.parseInt(digest('package', command).slice(0, 12), 16) % 900_000_000))

const plain = (number: string | undefined): string => (number ?? '').replace(/\s/g, '').toUpperCase()

const toldAlready = ({ packages = [] }: Seen, { wish, command }: At): Package | undefined => {
  const reference = referenceOf(command)
  const number = plain(wish.trackingNumber)
  return packages
    .filter(({ packageStatus }) => packageStatus?.status !== 'CANCELLED')
    .find(
      ({ packageReferenceId, trackingNumber }) =>
        packageReferenceId === reference || (number !== '' && plain(trackingNumber) === number),
    )
}

const request = ({ wish, settings, command }: At, order: Seen): Ask => {
  const { trackingNumber } = wish
  mayBeConfirmed(order)
  if (trackingNumber === undefined || trackingNumber.trim() === '')
    return refuse(
      'CHANNEL_REFUSED',
      `Amazon confirms no package without a tracking number, and that of order ${wish.order} has none`,
    )
  const body: ConfirmShipment = {
    marketplaceId: order.salesChannel.marketplaceId ?? settings.marketplaces[0] ?? '',
    packageDetail: {
      packageReferenceId: referenceOf(command),
      ...carrierOf(wish.carrier),
      ...(wish.service === undefined ? {} : { shippingMethod: wish.service }),
      trackingNumber,
      shipDate: wish.shippedAt,
      orderItems: wish.lines.map(({ line, quantity }) => ({ orderItemId: line, quantity: wholeOf(line, quantity) })),
    },
  }
  return {
    method: 'POST',
    path: `/orders/v0/orders/${encodeURIComponent(wish.order)}/shipmentConfirmation`,
    body,
    lane: 'confirm' satisfies LaneName,
  }
}

const wholeOf = (line: string, quantity: number): number =>
  Number.isInteger(quantity)
    ? quantity
    : refuse('CHANNEL_REFUSED', `Amazon counts whole units, and ${quantity} of item ${line} were sent`)

/** Why Amazon takes no confirmation, where that is known before asking. */
const mayBeConfirmed = ({ orderId, fulfillment, programs = [], packages = [] }: Seen): void => {
  const no = (why: string): never => refuse('CHANNEL_REFUSED', `order ${orderId} ${why}`, { order: orderId })
  const { fulfillmentStatus = '', fulfilledBy } = fulfillment ?? {}
  if (fulfilledBy === 'AMAZON') no('is fulfilled by Amazon: it is not the seller that ships it')
  if (programs.includes('IN_STORE_PICK_UP')) no('is picked up in the store: no package of it is confirmed')
  if (fulfillmentStatus.startsWith('PENDING')) no(`is ${fulfillmentStatus}: Amazon has not released it yet`)
  if (fulfillmentStatus === 'CANCELLED' || fulfillmentStatus === 'UNFULFILLABLE')
    no(`is ${fulfillmentStatus}: nothing of it is to be shipped`)
  if (fulfillmentStatus === 'SHIPPED')
    no(
      `is SHIPPED at Amazon already, in ${packages.map(({ trackingNumber, packageReferenceId }) => trackingNumber ?? `package ${packageReferenceId}`).join(', ') || 'no package that it shows'}`,
    )
}

/**
 * Amazon's spelling of carriers that it tracks, by our word in small letters without blanks; any other is `Other` with its name. Of the
 * schema amzn-base.xsd, as listed in https://support.getdropstream.com/hc/en-us/articles/12209043626003, read 24 Nov 2026.
 */
const carriers: Readonly<Record<string, string>> = {
  aramex: 'Aramex',
  australiapost: 'Australia Post',
  bluedart: 'BlueDart',
  canadapost: 'Canada Post',
  chronopost: 'Chronopost',
  colissimo: 'Colissimo',
  correos: 'Correos',
  delhivery: 'Delhivery',
  deutschepost: 'Deutsche Post',
  dhl: 'DHL',
  dhlecommerce: 'DHL eCommerce',
  dhlexpress: 'DHL Express',
  dpd: 'DPD',
  dtdc: 'DTDC',
  ecomexpress: 'Ecom Express',
  fedex: 'FedEx',
  gls: 'GLS',
  indiapost: 'India Post',
  inpost: 'InPost',
  parcelforce: 'Parcelforce',
  royalmail: 'Royal Mail',
  tnt: 'TNT',
  ups: 'UPS',
  usps: 'USPS',
  yodel: 'Yodel',
}

const carrierOf = (name: string | undefined): Pick<ConfirmShipment['packageDetail'], 'carrierCode' | 'carrierName'> => {
  const code = carriers[(name ?? '').toLowerCase().replace(/[^a-z0-9]/g, '')]
  return code === undefined ? { carrierCode: 'Other', carrierName: name ?? 'Other' } : { carrierCode: code }
}
