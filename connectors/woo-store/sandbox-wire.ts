import { extraTaxOf, grossOf, itemTaxOf, netOf, rowsTaxOf, sum, text, totalOf } from './sandbox-price.ts'
import type { Buyer, Extra, Item, Meta, Sale } from './sandbox-shop.ts'

/** The shop's clock is an hour ahead of UTC. */
const hour = 3_600_000
const clock = (ms: number | undefined, ahead: number): string | null =>
  ms === undefined ? null : new Date(ms + ahead).toISOString().slice(0, 19)
const times = (name: string, ms: number | undefined) => ({ [name]: clock(ms, hour), [`${name}_gmt`]: clock(ms, 0) })

const shownMeta = ({ id, key, value }: Meta) => ({ id, key, value, display_key: key, display_value: value })

const lineOf = (item: Item): object => ({
  id: item.id,
  name: item.name,
  product_id: item.product,
  variation_id: item.variation,
  quantity: item.quantity,
  tax_class: '',
  subtotal: text(grossOf(item)),
  subtotal_tax: text(Math.round((grossOf(item) * item.percent) / 100)),
  total: text(netOf(item)),
  total_tax: text(itemTaxOf(item)),
  taxes: netOf(item) === 0 ? [] : [taxOf(item.percent, itemTaxOf(item))],
  meta_data: item.meta.map(shownMeta),
  sku: item.sku,
  // after discount, of one unit, and a float
  price: netOf(item) / 100 / item.quantity,
  parent_name: item.parentName,
  composite_parent: item.kit ?? '',
  composite_children: item.parts ?? [],
  bundled_by: '',
  bundled_item_title: '',
  bundled_items: [],
})

const taxOf = (rate: number, amount: number) => ({ id: rate, total: text(amount), subtotal: text(amount) })

const extraOf = (extra: Extra) => ({
  id: extra.id,
  total: text(extra.amount),
  total_tax: text(extraTaxOf(extra)),
  meta_data: [],
})

const shippingOf = (extra: Extra): object => ({
  ...extraOf(extra),
  taxes: [{ id: extra.percent, total: text(extraTaxOf(extra)), subtotal: '' }],
  method_title: extra.title,
  method_id: extra.method,
  instance_id: '2',
})

const feeOf = (extra: Extra): object => ({
  ...extraOf(extra),
  taxes: [],
  name: extra.title,
  tax_class: '',
  tax_status: 'taxable',
  amount: text(extra.amount),
})

const taxLinesOf = ({ id, items, shipping, fees }: Sale): readonly object[] =>
  [...new Set([...items, ...shipping, ...fees].map(({ percent }) => percent))].map((percent, index) => ({
    id: id * 100 + 80 + index,
    rate_code: `VAT-${percent}`,
    rate_id: percent,
    label: 'VAT',
    compound: false,
    tax_total: text(sum(items.filter((item) => item.percent === percent).map(itemTaxOf))),
    shipping_tax_total: text(sum(shipping.filter((extra) => extra.percent === percent).map(extraTaxOf))),
    rate_percent: percent,
    meta_data: [],
  }))

const addressOf = ({ email: _, ...to }: Buyer) => ({ ...to, address_2: '', state: '', phone: '' })

const peopleOf = ({ buyer }: Sale) => ({
  customer_id: buyer.company === '' ? 0 : 11,
  customer_ip_address: '192.0.2.7',
  customer_user_agent: 'Mozilla/5.0',
  customer_note: '',
  billing: { ...addressOf(buyer), email: buyer.email },
  shipping: addressOf(buyer),
})

const sumsOf = (sale: Sale) => ({
  discount_total: text(sum(sale.items.map(({ discount }) => discount))),
  discount_tax: '0.00',
  shipping_total: text(sum(sale.shipping.map(({ amount }) => amount))),
  shipping_tax: text(sum(sale.shipping.map(extraTaxOf))),
  cart_tax: text(rowsTaxOf(sale) - sum(sale.shipping.map(extraTaxOf))),
  total: text(totalOf(sale)),
  total_tax: text(rowsTaxOf(sale)),
})

/** A sale as GET /wc/v3/orders/{id} and the webhooks show it. */
export const orderOf = (sale: Sale): object => ({
  id: sale.id,
  parent_id: 0,
  status: sale.status,
  currency: sale.currency,
  version: '9.3.3',
  // amounts are net all the same
  prices_include_tax: true,
  ...times('date_created', sale.createdAt),
  ...times('date_modified', sale.modifiedAt),
  ...sumsOf(sale),
  ...peopleOf(sale),
  order_key: `wc_order_${sale.id}`,
  payment_method: sale.method[0],
  payment_method_title: sale.method[1],
  transaction_id: sale.paidAt === undefined ? '' : `pi_${sale.id}`,
  created_via: sale.via,
  ...times('date_completed', sale.completedAt),
  ...times('date_paid', sale.paidAt),
  cart_hash: '',
  number: String(sale.id),
  meta_data: sale.meta,
  line_items: sale.items.map(lineOf),
  tax_lines: taxLinesOf(sale),
  shipping_lines: sale.shipping.map(shippingOf),
  fee_lines: sale.fees.map(feeOf),
  coupon_lines:
    sale.coupon === undefined
      ? []
      : [
          {
            ...sale.coupon,
            discount: text(sum(sale.items.map(({ discount }) => discount))),
            discount_tax: '0',
            meta_data: [],
          },
        ],
  refunds: sale.refunds.map(({ id, reason, amount }) => ({ id, reason, total: text(-amount) })),
  gift_cards: sale.giftCard === undefined ? [] : [{ ...sale.giftCard, amount: sale.giftCard.amount / 100 }],
  is_editable: sale.status === 'pending' || sale.status === 'on-hold',
  needs_payment: sale.status === 'pending',
  needs_processing: true,
  currency_symbol: sale.currency === 'EUR' ? '€' : '£',
})
