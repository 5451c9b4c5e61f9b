import { fulfilmentOrdersOf, gid, nodes } from './sandbox-fulfilment.ts'
import {
  buyerText,
  currentOf,
  discountOf,
  goodsWord,
  moneyWord,
  refundAmount,
  type ShopLine,
  type ShopOrder,
  type ShopParcel,
  type ShopRefund,
  shopText,
  taxOf,
  totalOf,
} from './sandbox-order.ts'
import { emailOf } from './sandbox-rest.ts'
import { secondsOf } from './sandbox-rest-parts.ts'

/** GraphQL leaves trailing zeros out, save one: 19.90 is "19.9", 20 is "20.0". */
const plain = (text: string): string => {
  const short = text.includes('.') ? text.replace(/0+$/, '') : `${text}.`
  return short.endsWith('.') ? `${short}0` : short
}
const bag = (order: ShopOrder, minor: number) => ({
  shopMoney: { amount: plain(shopText(order, minor)), currencyCode: order.currency },
  presentmentMoney: { amount: plain(buyerText(order, minor)), currencyCode: order.presentment.currency },
})

/** The order as `type Order` of the Admin schema shows it: all fields that a query of ours may name. */
export const graphqlOrder = (order: ShopOrder): Readonly<Record<string, unknown>> => ({
  id: gid('Order', order.id),
  legacyResourceId: String(order.id),
  name: `#${order.number}`,
  createdAt: secondsOf(order.at),
  processedAt: secondsOf(order.at),
  updatedAt: secondsOf(order.changed),
  cancelledAt: order.cancelled === undefined ? null : secondsOf(order.cancelled),
  cancelReason: order.cancelled === undefined ? null : 'CUSTOMER',
  closedAt: null,
  test: false,
  taxesIncluded: order.taxesIncluded,
  dutiesIncluded: false,
  currencyCode: order.currency,
  presentmentCurrencyCode: order.presentment.currency,
  displayFinancialStatus: moneyWord(order).toUpperCase(),
  displayFulfillmentStatus: goodsWords[goodsWord(order) ?? 'none'],
  sourceName: order.source,
  sourceIdentifier: null,
  poNumber: null,
  email: emailOf(order),
  phone: null,
  customerLocale: 'en',
  note: null,
  tags: [],
  paymentGatewayNames: [order.source === 'pos' ? 'cash' : 'shopify_payments'],
  retailLocation: null,
  customer: { id: gid('Customer', order.id + 90), firstName: order.person.first, lastName: order.person.last },
  purchasingEntity: { __typename: 'Customer' },
  paymentTerms: null,
  billingAddress: addressOf(order),
  shippingAddress: addressOf(order),
  totalPriceSet: bag(order, totalOf(order)),
  totalDiscountsSet: bag(order, discountOf(order)),
  totalTaxSet: bag(order, taxOf(order)),
  totalOutstandingSet: bag(order, order.paid || order.cancelled ? 0 : totalOf(order)),
  totalTipReceivedSet: bag(order, 0),
  originalTotalDutiesSet: null,
  originalTotalAdditionalFeesSet: null,
  lineItems: nodes(order.lines.map((line) => graphqlLine(order, line))),
  shippingLines: nodes(
    order.shipping.price === 0
      ? []
      : [
          {
            id: gid('ShippingLine', order.shipping.id),
            title: order.shipping.title,
            originalPriceSet: bag(order, order.shipping.price),
            taxLines: taxLines(order, order.shipping.tax, order.lines[0]?.rate ?? '0'),
            discountAllocations: [],
          },
        ],
  ),
  discountApplications: nodes(
    order.code === ''
      ? []
      : [
          {
            __typename: 'DiscountCodeApplication',
            index: 0,
            targetType: 'LINE_ITEM',
            allocationMethod: 'ACROSS',
            code: order.code,
          },
        ],
  ),
  fulfillments: order.parcels.map(graphqlParcel),
  fulfillmentOrders: nodes(fulfilmentOrdersOf(order)),
  refunds: order.refunds.map((refund) => graphqlRefund(order, refund)),
})

const goodsWords = { none: 'UNFULFILLED', partial: 'PARTIALLY_FULFILLED', fulfilled: 'FULFILLED' } as const

const addressOf = ({ person }: ShopOrder) => ({
  name: `${person.first} ${person.last}`,
  company: null,
  address1: person.street,
  address2: '',
  city: person.city,
  province: null,
  provinceCode: null,
  zip: person.zip === '' ? null : person.zip,
  countryCodeV2: person.country,
  phone: null,
})

const taxLines = (order: ShopOrder, tax: number, rate: string) =>
  tax === 0 ? [] : [{ title: 'VAT', rate: Number(rate), channelLiable: false, priceSet: bag(order, tax) }]

const graphqlLine = (order: ShopOrder, line: ShopLine) => ({
  id: gid('LineItem', line.id),
  sku: line.sku,
  title: line.title,
  variantTitle: null,
  quantity: line.quantity,
  currentQuantity: currentOf(line),
  isGiftCard: false,
  requiresShipping: true,
  originalUnitPriceSet: bag(order, line.price),
  customAttributes: [],
  taxLines: taxLines(order, line.tax, line.rate),
  discountAllocations:
    line.discount === 0
      ? []
      : [
          {
            allocatedAmountSet: bag(order, line.discount),
            discountApplication: { __typename: 'DiscountCodeApplication', index: 0 },
          },
        ],
})

const graphqlParcel = (parcel: ShopParcel) => ({
  id: gid('Fulfillment', parcel.id),
  legacyResourceId: String(parcel.id),
  status: 'SUCCESS',
  displayStatus: 'FULFILLED',
  createdAt: secondsOf(parcel.at),
  updatedAt: secondsOf(parcel.at),
  trackingInfo:
    parcel.number === '' && parcel.company === ''
      ? []
      : [{ company: parcel.company || null, number: parcel.number || null, url: parcel.url || null }],
  fulfillmentLineItems: nodes(
    parcel.lines.map(({ line, quantity }) => ({ quantity, lineItem: { id: gid('LineItem', line) } })),
  ),
})

const graphqlRefund = (order: ShopOrder, refund: ShopRefund) => ({
  legacyResourceId: String(refund.id),
  createdAt: secondsOf(refund.at),
  note: 'as agreed',
  refundLineItems: nodes(
    refund.lines.map((line) => ({
      quantity: line.quantity,
      restockType: line.restock.toUpperCase(),
      subtotalSet: bag(order, line.goods),
      lineItem: { id: gid('LineItem', line.line), fulfillmentStatus: 'unfulfilled' },
    })),
  ),
  refundShippingLines: nodes(
    refund.shipping === 0
      ? []
      : [{ shippingLine: { title: order.shipping.title }, subtotalAmountSet: bag(order, refund.shipping) }],
  ),
  transactions: nodes(
    refundAmount(order, refund) === 0
      ? []
      : [{ kind: 'REFUND', status: 'SUCCESS', amountSet: bag(order, refundAmount(order, refund)) }],
  ),
})
