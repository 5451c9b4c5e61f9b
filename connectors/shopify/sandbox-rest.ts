import {
  discountOf,
  goodsWord,
  itemsOf,
  moneyWord,
  refundedOf,
  type ShopOrder,
  shopText,
  taxOf,
  totalOf,
} from './sandbox-order.ts'
import { gid, restLine, restParcel, restRefund, secondsOf, set, taxLines } from './sandbox-rest-parts.ts'

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
