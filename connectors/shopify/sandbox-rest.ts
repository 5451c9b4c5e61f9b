import {
  buyerMinor,
  buyerText,
  currentOf,
  discountOf,
  goodsWord,
  itemsOf,
  moneyWord,
  openOf,
  refundAmount,
  refundedOf,
  type ShopLine,
  type ShopOrder,
  type ShopParcel,
  type ShopRefund,
  shopText,
  taxOf,
  totalOf,
} from './sandbox-order.ts'

/** Shopify writes whole seconds, so that two changes in one second look alike. */
export const secondsOf = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`

const set = (order: ShopOrder, minor: number) => ({
  shop_money: { amount: shopText(order, minor), currency_code: order.currency },
  presentment_money: { amount: buyerText(order, minor), currency_code: order.presentment.currency },
})
const gid = (kind: string, id: number): string => `gid://shopify/${kind}/${id}`

/** The order as `orders/*` posts it: the whole resource of the Admin REST API. */
export const restOrder = (order: ShopOrder): unknown => {
  const total = totalOf(order)
  return {
    id: order.id,
    admin_graphql_api_id: gid('Order', order.id),
    name: `#${order.number}`,
    order_number: order.number,
    number: order.number - 1000,
    created_at: secondsOf(order.at),
    processed_at: secondsOf(order.at),
    updated_at: secondsOf(order.changed),
    cancelled_at: order.cancelled === undefined ? null : secondsOf(order.cancelled),
    cancel_reason: order.cancelled === undefined ? null : 'customer',
    closed_at: null,
    confirmed: true,
    test: false,
    taxes_included: order.taxesIncluded,
    currency: order.currency,
    presentment_currency: order.presentment.currency,
    financial_status: moneyWord(order),
    fulfillment_status: goodsWord(order),
    source_name: order.source,
    payment_gateway_names: [order.source === 'pos' ? 'cash' : 'shopify_payments'],
    tags: '',
    note: null,
    po_number: null,
    email: emailOf(order),
    contact_email: emailOf(order),
    phone: null,
    customer_locale: 'en',
    location_id: null,
    total_price: shopText(order, total),
    total_price_set: set(order, total),
    total_tax: shopText(order, taxOf(order)),
    total_discounts: shopText(order, discountOf(order)),
    total_line_items_price: shopText(order, itemsOf(order)),
    total_tip_received: shopText(order, 0),
    total_outstanding: shopText(order, order.paid || order.cancelled ? 0 : total),
    current_total_price: shopText(order, total - refundedOf(order)),
    original_total_duties_set: null,
    original_total_additional_fees_set: null,
    customer: { id: order.id + 90, first_name: order.person.first, last_name: order.person.last },
    billing_address: addressOf(order),
    shipping_address: addressOf(order),
    discount_codes:
      order.code === '' ? [] : [{ code: order.code, amount: shopText(order, discountOf(order)), type: 'percentage' }],
    discount_applications:
      order.code === ''
        ? []
        : [
            {
              target_type: 'line_item',
              type: 'discount_code',
              value: '10.0',
              value_type: 'percentage',
              allocation_method: 'across',
              target_selection: 'all',
              code: order.code,
            },
          ],
    line_items: order.lines.map((line) => restLine(order, line)),
    shipping_lines:
      order.shipping.price === 0
        ? []
        : [
            {
              id: order.shipping.id,
              title: order.shipping.title,
              price: shopText(order, order.shipping.price),
              discount_allocations: [],
              is_removed: false,
              tax_lines: taxLines(order, order.shipping.tax, order.lines[0]?.rate ?? '0'),
            },
          ],
    fulfillments: order.parcels.map((parcel) => restParcel(order, parcel)),
    refunds: order.refunds.map((refund) => restRefund(order, refund)),
  }
}

export const emailOf = ({ person }: ShopOrder): string => `${person.first}.${person.last}@example.com`.toLowerCase()

const addressOf = ({ person }: ShopOrder) => ({
  first_name: person.first,
  last_name: person.last,
  name: `${person.first} ${person.last}`,
  company: null,
  address1: person.street,
  address2: '',
  city: person.city,
  zip: person.zip === '' ? null : person.zip,
  province: null,
  province_code: null,
  country_code: person.country,
  phone: null,
})

const taxLines = (order: ShopOrder, tax: number, rate: string) =>
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

const restLine = (order: ShopOrder, line: ShopLine) => ({
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
