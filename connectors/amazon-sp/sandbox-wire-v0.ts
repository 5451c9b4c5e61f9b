import { moneyText } from '../../src/kernel/money.ts'
import { words } from './sandbox-posts.ts'
import { type Item, type Sale, totalOf } from './sandbox-shop.ts'
import { given } from './sandbox-wire.ts'

/** v0 knows times to the second. */
export const wholeSeconds = (iso: string): string => iso.replace(/\.\d+/, '')

const day = 86_400_000
const after = (sale: Sale, days: number): string =>
  wholeSeconds(new Date(Date.parse(sale.placedAt) + days * day).toISOString())

const moneyOf = (minor: number, { market: { currency } }: Sale): object => ({
  CurrencyCode: currency,
  Amount: moneyText({ minor, currency }),
})

const units = (sale: Sale, of: (item: Item) => number): number => sale.items.reduce((sum, item) => sum + of(item), 0)

/** Buyer and street are there of what the merchant is to send; and here, unlike in 2026-01-01, only under a restricted token. */
const isNamed = ({ released, byAmazon, status }: Sale): boolean => released && !byAmazon && status !== 'CANCELLED'

/** An order as getOrder and getOrders of v0 give it. @param elements the kinds of restricted data that the token shows */
export const orderOfV0 = (sale: Sale, elements: ReadonlySet<string>): object => {
  const { market, business, released, byAmazon, cod } = sale
  const gone = sale.status === 'CANCELLED'
  const total = gone ? undefined : totalOf(sale)
  const promised = released && !byAmazon
  return given({
    AmazonOrderId: sale.id,
    PurchaseDate: wholeSeconds(sale.placedAt),
    LastUpdateDate: wholeSeconds(sale.changedAt),
    OrderStatus: words[sale.status],
    FulfillmentChannel: byAmazon ? 'AFN' : 'MFN',
    SalesChannel: market.name,
    NumberOfItemsShipped: units(sale, ({ shipped }) => shipped),
    NumberOfItemsUnshipped: gone ? 0 : units(sale, ({ quantity, shipped }) => quantity - shipped),
    PaymentMethod: cod ? 'COD' : 'Other',
    PaymentMethodDetails: [cod ? 'CashOnDelivery' : 'Standard'],
    MarketplaceId: market.id,
    ShipmentServiceLevelCategory: 'Standard',
    OrderType: 'StandardOrder',
    IsBusinessOrder: business !== undefined,
    IsPrime: false,
    IsISPU: false,
    IsReplacementOrder: false,
    OrderTotal: total === undefined ? undefined : moneyOf(total, sale),
    EarliestShipDate: promised ? after(sale, 0) : undefined,
    LatestShipDate: promised ? after(sale, 2) : undefined,
    EarliestDeliveryDate: promised ? after(sale, 3) : undefined,
    LatestDeliveryDate: promised ? after(sale, 7) : undefined,
    ShippingAddress: released ? addressOf(sale, elements) : undefined,
    BuyerInfo: isNamed(sale) && elements.has('buyerInfo') ? buyerOf(sale) : undefined,
  })
}

const addressOf = (sale: Sale, elements: ReadonlySet<string>): object => {
  const { person, market } = sale
  const shown = isNamed(sale) && elements.has('shippingAddress')
  return {
    ...(shown
      ? { Name: person.name, AddressLine1: person.lines[0], AddressLine2: person.lines[1], AddressType: 'Residential' }
      : {}),
    City: person.city,
    StateOrRegion: person.region,
    PostalCode: person.postcode,
    CountryCode: market.country,
  }
}

const buyerOf = ({ person, business }: Sale): object =>
  given({
    BuyerName: person.name,
    BuyerEmail: person.email,
    PurchaseOrderNumber: business?.po,
    BuyerTaxInfo:
      business === undefined
        ? undefined
        : {
            CompanyLegalName: business.company,
            TaxClassifications: [{ Name: 'BusinessNumber', Value: business.taxNumber }],
          },
  })

/** An item as getOrderItems of v0 gives it: amounts are those of the line, and flags are texts. */
export const itemOfV0 = (item: Item, sale: Sale, elements: ReadonlySet<string>): object => {
  const gone = sale.status === 'CANCELLED'
  const money = (minor: number): object | undefined => (sale.released && !gone ? moneyOf(minor, sale) : undefined)
  const some = (minor: number): object | undefined => (minor > 0 ? money(minor) : undefined)
  return given({
    ASIN: item.asin,
    OrderItemId: item.id,
    SellerSKU: item.sku,
    Title: item.title,
    QuantityOrdered: gone ? 0 : item.quantity,
    QuantityShipped: item.shipped,
    ConditionId: 'New',
    ConditionSubtypeId: 'New',
    ItemPrice: money(item.price),
    ItemTax: money(item.tax),
    ShippingPrice: some(item.shipping),
    ShippingDiscount: some(item.shippingDiscount),
    PromotionDiscount: money(item.discount),
    PromotionIds: item.discount > 0 && !gone ? ['TEN-OFF'] : undefined,
    CODFee: some(item.codFee),
    IsGift: String(item.giftMessage !== undefined),
    BuyerInfo:
      item.giftMessage !== undefined && isNamed(sale) && elements.has('buyerInfo')
        ? { GiftMessageText: item.giftMessage, GiftWrapLevel: 'STANDARD' }
        : undefined,
    BuyerRequestedCancel:
      sale.cancelled?.by === 'BUYER'
        ? { IsBuyerRequestedCancel: 'true', BuyerCancelReason: sale.cancelled.reason }
        : undefined,
  })
}
