import {
  buyerMinor,
  buyerText,
  currentOf,
  openOf,
  refundAmount,
  type ShopLine,
  type ShopOrder,
  type ShopParcel,
  type ShopRefund,
  shopText,
} from './sandbox-order.ts'

/** Shopify writes whole seconds, so that two changes in one second look alike. */
export const secondsOf = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`

/** An amount in the shop's money and the buyer's. */
export const set = (order: ShopOrder, minor: number) => ({
  shop_money: { amount: shopText(order, minor), currency_code: order.currency },
  presentment_money: { amount: buyerText(order, minor), currency_code: order.presentment.currency },
})
/** Shopify's id of a thing in GraphQL, which REST tells too. */
export const gid = (kind: string, id: number): string => `gid://shopify/${kind}/${id}`

/** The taxes of one price. */
export const taxLines = (order: ShopOrder, tax: number, rate: string) =>
  tax === 0
    ? []
    : [
        {
          title: 'VAT',
          rate: Number(rate),
          price: shopText(order, tax),
          price_set: set(order, tax),
          channel_liable: false,
        },
      ]

/** A line of the order; `fulfillments/*` shows it too. */
export const restLine = (order: ShopOrder, line: ShopLine) => ({
  id: line.id,
  admin_graphql_api_id: gid('LineItem', line.id),
  sku: line.sku,
  title: line.title,
  name: line.title,
  variant_title: null,
  product_id: line.id + 7_000,
  quantity: line.quantity,
  current_quantity: currentOf(line),
  fulfillable_quantity: openOf(line),
  price: shopText(order, line.price),
  price_set: set(order, line.price),
  gift_card: false,
  requires_shipping: true,
  taxable: line.tax > 0,
  total_discount: shopText(order, 0),
  properties: [],
  fulfillment_status: line.sent === 0 ? null : openOf(line) === 0 ? 'fulfilled' : 'partial',
  tax_lines: taxLines(order, line.tax, line.rate),
  discount_allocations:
    line.discount === 0
      ? []
      : [
          {
            amount: shopText(order, line.discount),
            amount_set: set(order, line.discount),
            discount_application_index: 0,
          },
        ],
})

/** What `fulfillments/*` posts. */
export const restParcel = (order: ShopOrder, parcel: ShopParcel) => ({
  id: parcel.id,
  admin_graphql_api_id: gid('Fulfillment', parcel.id),
  order_id: order.id,
  name: `#${order.number}.1`,
  status: 'success',
  shipment_status: null,
  service: 'manual',
  created_at: secondsOf(parcel.at),
  updated_at: secondsOf(parcel.at),
  tracking_company: parcel.company || null,
  tracking_number: parcel.number || null,
  tracking_numbers: parcel.number === '' ? [] : [parcel.number],
  tracking_url: parcel.url || null,
  tracking_urls: parcel.url === '' ? [] : [parcel.url],
  line_items: parcel.lines.flatMap(({ line, quantity }) =>
    order.lines.filter((one) => one.id === line).map((one) => ({ ...restLine(order, one), quantity })),
  ),
})

/** What `refunds/create` posts. The transaction is in the money the buyer paid in. */
export const restRefund = (order: ShopOrder, refund: ShopRefund) => {
  const amount = refundAmount(order, refund)
  const charged = order.presentment.currency === order.currency ? shopText(order, amount) : buyerText(order, amount)
  return {
    id: refund.id,
    admin_graphql_api_id: gid('Refund', refund.id),
    order_id: order.id,
    created_at: secondsOf(refund.at),
    processed_at: secondsOf(refund.at),
    note: 'as agreed',
    restock: true,
    total_duties_set: set(order, 0),
    refund_shipping_lines:
      refund.shipping === 0
        ? []
        : [{ shipping_line: { title: order.shipping.title }, subtotal_amount_set: set(order, refund.shipping) }],
    order_adjustments:
      refund.shipping === 0
        ? []
        : [
            {
              kind: 'shipping_refund',
              reason: 'Shipping refund',
              amount: shopText(order, -refund.shipping),
              amount_set: negated(order, refund.shipping),
              tax_amount_set: set(order, 0),
            },
          ],
    transactions:
      buyerMinor(order, amount) === 0
        ? []
        : [
            {
              id: refund.id + 1,
              kind: 'refund',
              status: 'success',
              amount: charged,
              currency: order.presentment.currency,
              gateway: 'shopify_payments',
            },
          ],
    refund_line_items: refund.lines.map((line, index) => ({
      id: refund.id + 10 + index,
      line_item_id: line.line,
      quantity: line.quantity,
      restock_type: line.restock,
      subtotal: Number(shopText(order, line.goods)),
      subtotal_set: set(order, line.goods),
      total_tax: Number(shopText(order, line.tax)),
      total_tax_set: set(order, line.tax),
    })),
  }
}

const negated = (order: ShopOrder, minor: number) => ({
  shop_money: { amount: shopText(order, -minor), currency_code: order.currency },
  presentment_money: { amount: buyerText(order, -minor), currency_code: order.presentment.currency },
})
