import type { SandboxCall } from '../../src/connector/sandbox.ts'
import { moneyText } from '../../src/kernel/money.ts'
import { type Item, type Pack, proceedsOf, type Sale, totalOf } from './sandbox-shop.ts'

/** The data sets that a call asks for. */
export const includedIn = (query: SandboxCall['query']): ReadonlySet<string> =>
  new Set((query['includedData'] ?? '').split(',').filter((name) => name !== ''))

/** Leaves out what is undefined. */
export const given = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/**
 * An order as getOrder and searchOrders give it, with the data sets that were asked for (`includedData`). Buyer and address are there of
 * what the merchant is to send, from UNSHIPPED on: https://developer-docs.amazon.com/sp-api/docs/access-orders-pii, read 24 Nov 2026.
 */
export const orderOf = (sale: Sale, included: ReadonlySet<string>): object => {
  const asked = (name: string, make: () => unknown): unknown => (included.has(name) ? make() : undefined)
  const { market, business } = sale
  const named = sale.released && !sale.byAmazon && sale.status !== 'CANCELLED'
  return given({
    orderId: sale.id,
    createdTime: sale.placedAt,
    lastUpdatedTime: sale.changedAt,
    programs: business === undefined ? [] : ['AMAZON_BUSINESS'],
    salesChannel: { channelName: 'AMAZON', marketplaceId: market.id, marketplaceName: market.name },
    buyer: named ? asked('BUYER', () => buyerOf(sale)) : undefined,
    recipient: sale.released ? asked('RECIPIENT', () => ({ deliveryAddress: addressOf(sale, named) })) : undefined,
    proceeds: sale.released && sale.status !== 'CANCELLED' ? asked('PROCEEDS', () => proceedsIn(sale)) : undefined,
    payment: named && sale.cod ? asked('PAYMENT', () => paymentOf(sale)) : undefined,
    tax: business === undefined || !named ? undefined : asked('TAX', () => taxOf(business)),
    fulfillment: asked('FULFILLMENT', () => fulfilmentOf(sale)),
    orderItems: sale.items.map((item) => itemOf(item, sale, asked)),
    packages: sale.packs.length === 0 ? undefined : asked('PACKAGES', () => sale.packs.map(packOf)),
  })
}

type Asked = (name: string, make: () => unknown) => unknown

const moneyOf = (minor: number, { market: { currency } }: Pick<Sale, 'market'>): object => ({
  amount: moneyText({ minor, currency }),
  currencyCode: currency,
})

const buyerOf = ({ person, business }: Sale): object =>
  given({
    buyerName: person.name,
    buyerEmail: person.email,
    buyerCompanyName: business?.company,
    buyerPurchaseOrderNumber: business?.po,
  })

const addressOf = ({ person, market }: Sale, named: boolean): object => ({
  ...(named
    ? { name: person.name, addressLine1: person.lines[0], addressLine2: person.lines[1], addressType: 'RESIDENTIAL' }
    : {}),
  city: person.city,
  stateOrRegion: person.region,
  postalCode: person.postcode,
  countryCode: market.country,
})

const sum = (items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((all, item) => all + of(item), 0)

const proceedsIn = (sale: Sale): object => ({
  grandTotal: moneyOf(totalOf(sale) ?? 0, sale),
  breakdowns: partsOf(
    (of) => sum(sale.items, of),
    (minor) => moneyOf(minor, sale),
  ).map(({ type, subtotal }) => ({ type, subtotal })),
})

interface Part {
  readonly type: string
  readonly subtotal: object
  readonly detailedBreakdowns?: readonly object[]
}

const partsOf = (amount: (of: (item: Item) => number) => number, money: (minor: number) => object): readonly Part[] => {
  const discount = amount((item) => item.discount + item.shippingDiscount)
  const [onItem, onShipping, tax] = [amount((i) => i.discount), amount((i) => i.shippingDiscount), amount((i) => i.tax)]
  const rows: readonly (readonly [type: string, minor: number, details: readonly (readonly [string, number])[]])[] = [
    ['ITEM', amount((item) => item.price), []],
    ['SHIPPING', amount((item) => item.shipping), []],
    ['COD_FEE', amount((item) => item.codFee), []],
    [
      'DISCOUNT',
      discount,
      [
        ['ITEM', onItem],
        ['SHIPPING', onShipping],
      ],
    ],
    ['TAX', tax, [['ITEM', tax]]],
  ]
  return rows
    .filter(([type, minor]) => type === 'ITEM' || minor > 0)
    .map(([type, minor, details]) => {
      const told = details.filter(([, part]) => part > 0).map(([subtype, part]) => ({ subtype, value: money(part) }))
      return { type, subtotal: money(minor), ...(told.length === 0 ? {} : { detailedBreakdowns: told }) }
    })
}

const paymentOf = (sale: Sale): object => ({
  paymentExecutions: [{ paymentMethod: 'CashOnDelivery', paymentAmount: moneyOf(totalOf(sale) ?? 0, sale) }],
})

const taxOf = ({ company, taxNumber }: NonNullable<Sale['business']>): object => ({
  taxRegistrations: [
    { entityType: 'BUYER', legalName: company, taxRegistrationType: 'BUSINESS', taxRegistrationNumber: taxNumber },
  ],
})

const day = 86_400_000
const windowOf = (sale: Sale, from: number, to: number): object => ({
  earliestDateTime: new Date(Date.parse(sale.placedAt) + from * day).toISOString(),
  latestDateTime: new Date(Date.parse(sale.placedAt) + to * day).toISOString(),
})

const fulfilmentOf = (sale: Sale): object =>
  given({
    fulfillmentStatus: sale.status,
    fulfilledBy: sale.byAmazon ? 'AMAZON' : 'MERCHANT',
    fulfillmentServiceLevel: 'STANDARD',
    shipByWindow: sale.released && !sale.byAmazon ? windowOf(sale, 0, 2) : undefined,
    deliverByWindow: sale.released && !sale.byAmazon ? windowOf(sale, 3, 7) : undefined,
  })

const itemOf = (item: Item, sale: Sale, asked: Asked): object => {
  const gone = sale.status === 'CANCELLED'
  const { cancelled } = sale
  return given({
    orderItemId: item.id,
    quantityOrdered: gone ? 0 : item.quantity,
    product: given({
      asin: item.asin,
      title: item.title,
      sellerSku: item.sku,
      condition: { conditionType: 'NEW', conditionSubtype: 'NEW' },
      price: sale.released ? { unitPrice: moneyOf(Math.round(item.price / item.quantity), sale) } : undefined,
    }),
    proceeds: sale.released ? asked('PROCEEDS', () => itemProceeds(item, sale)) : undefined,
    promotion:
      item.discount > 0 && !gone ? asked('PROMOTION', () => ({ breakdowns: [{ promotionId: 'TEN-OFF' }] })) : undefined,
    cancellation:
      cancelled === undefined
        ? undefined
        : asked('CANCELLATION', () => ({
            ...(cancelled.by === 'BUYER'
              ? { cancellationRequest: { requester: 'BUYER', cancelReason: cancelled.reason } }
              : {}),
            cancellationExecution: { cancelledBy: cancelled.by, cancelReason: cancelled.reason },
          })),
    fulfillment: asked('FULFILLMENT', () =>
      given({
        quantityFulfilled: item.shipped,
        quantityUnfulfilled: gone ? 0 : item.quantity - item.shipped,
        packing:
          item.giftMessage === undefined || !sale.released
            ? undefined
            : { giftOption: { giftMessage: item.giftMessage, giftWrapLevel: 'STANDARD' } },
      }),
    ),
  })
}

const itemProceeds = (item: Item, sale: Sale): object =>
  sale.status === 'CANCELLED'
    ? { proceedsTotal: moneyOf(0, sale), breakdowns: [] }
    : {
        proceedsTotal: moneyOf(proceedsOf(item, sale.market), sale),
        breakdowns: partsOf(
          (of) => of(item),
          (minor) => moneyOf(minor, sale),
        ),
      }

const packOf = (pack: Pack): object =>
  given({
    packageReferenceId: pack.reference,
    createdTime: pack.shippedAt,
    packageStatus: { status: pack.status },
    carrier: pack.carrier,
    shipTime: pack.shippedAt,
    shippingService: pack.service,
    trackingNumber: pack.tracking,
    packageItems: pack.items.map(({ id, quantity }) => ({ orderItemId: id, quantity })),
  })
