import { Snapshot } from '../../src/canonical/telling.ts'
import type { Json } from '../../src/kernel/json.ts'
import { type Money, readMoney, sumMoney, zero } from '../../src/kernel/money.ts'
import { readQuantity, subtractQuantity } from '../../src/kernel/quantity.ts'
import { checkerOf } from '../../src/kernel/schema.ts'
import { millisecondsOf, readInstant } from '../../src/kernel/time.ts'
import { Order } from './by-hand-payload.ts'

type OrderLine = Order['line_items'][number]

const given = checkerOf(Order)
const result = checkerOf(Snapshot)

/** The text where there is one: fields without are left out by `held`. */
const held = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const kept: Record<string, unknown> = {}
  for (const name in fields) {
    const value = fields[name]
    if (value !== undefined && value !== null && value !== '') kept[name] = value
  }
  return kept
}

const origins = new Map([
  ['web', 'storefront'],
  ['pos', 'till'],
  ['shopify_draft_order', 'manual'],
])
const states = new Map([
  ['pending', 'pending'],
  ['authorized', 'authorised'],
  ['paid', 'captured'],
  ['partially_refunded', 'captured'],
  ['refunded', 'captured'],
])
const methods = new Map([
  ['shopify_payments', 'card'],
  ['cash', 'cash'],
  ['gift_card', 'gift-card'],
])
const restocks = new Map([
  ['cancel', 'cancel'],
  ['return', 'return'],
  ['no_restock', 'none'],
  ['legacy_restock', 'none'],
])
const tracking = new Map([
  ['in_transit', 'in_transit'],
  ['delivered', 'delivered'],
  ['success', 'picked_up'],
])

const sumOf = (currency: string, rows: readonly { readonly amount: string }[]): Money =>
  sumMoney(
    currency,
    rows.map(({ amount }) => readMoney(amount, currency)),
  )
const taxOf = (currency: string, rows: readonly { readonly price: string }[]): Money =>
  sumMoney(
    currency,
    rows.map(({ price }) => readMoney(price, currency)),
  )
const amountOf = (currency: string, { price, quantity }: OrderLine): Money => ({
  minor: readMoney(price, currency).minor * quantity,
  currency,
})

const placeOf = (place: Order['billing_address']) =>
  held({
    name: place.name,
    company: place.company,
    lines: [place.address1, place.address2].filter((part) => part),
    city: place.city,
    region: place.province_code ?? place.province,
    postcode: place.zip,
    country: place.country_code.toUpperCase(),
    phone: place.phone,
  })

const lineOf = (order: Order, line: OrderLine) => {
  const { currency } = order
  return {
    key: String(line.id),
    value: held({
      externalId: String(line.id),
      kind: line.gift_card ? 'gift-card' : line.product_id ? 'goods' : 'custom',
      sku: line.sku,
      title: line.title,
      variant: line.variant_title,
      quantity: readQuantity(line.quantity),
      removed: subtractQuantity(line.quantity, line.current_quantity),
      unitPrice: line.price,
      amount: amountOf(currency, line),
      discount: sumOf(currency, line.discount_allocations),
      taxAdded: order.taxes_included ? zero(currency) : taxOf(currency, line.tax_lines),
      taxIncluded: order.taxes_included ? taxOf(currency, line.tax_lines) : undefined,
      taxes: line.tax_lines.map(({ title, price, rate, channel_liable: liable }) =>
        held({
          name: title,
          rate: String(rate),
          amount: readMoney(price, currency),
          added: !order.taxes_included,
          remittedBy: liable === true ? 'channel' : liable === false ? 'us' : undefined,
        }),
      ),
      delivery: line.requires_shipping ? 'ship' : 'digital',
      attributes: line.properties.map(({ name, value }) => ({ name, value })),
    }),
  }
}

const chargeOf = (
  { currency, taxes_included: included }: Order,
  { id: key, title, price, discount_allocations: cuts, tax_lines: taxes }: Order['shipping_lines'][number],
) => ({
  key: String(key),
  value: held({
    kind: 'shipping',
    title,
    amount: readMoney(price, currency),
    discount: sumOf(currency, cuts),
    taxAdded: included ? zero(currency) : taxOf(currency, taxes),
    taxIncluded: included ? taxOf(currency, taxes) : undefined,
  }),
})

const refundOf = (refund: Order['refunds'][number]) => {
  const currency = refund.refund_line_items[0]?.subtotal_set.shop_money.currency_code ?? 'EUR'
  return {
    key: String(refund.id),
    rank: millisecondsOf(readInstant(refund.processed_at)),
    value: held({
      state: refund.transactions.some(({ status }) => status === 'success') ? 'paid' : 'failed',
      amount: sumOf(
        currency,
        refund.transactions.filter(({ kind, status }) => kind === 'refund' && status === 'success'),
      ),
      lines: refund.refund_line_items.map(
        ({ line_item_id: line, quantity, subtotal_set: sub, restock_type: restock }) => ({
          line: String(line),
          quantity,
          amount: readMoney(sub.shop_money.amount, currency),
          restock: restocks.get(restock),
        }),
      ),
      charges: [],
      reason: refund.note,
      at: readInstant(refund.processed_at),
    }),
  }
}

const shipmentOf = (fulfilment: Order['fulfillments'][number]) => ({
  key: String(fulfilment.id),
  rank: millisecondsOf(readInstant(fulfilment.updated_at)),
  value: held({
    direction: 'outbound',
    carrier: fulfilment.tracking_company,
    trackingNumber: fulfilment.tracking_number,
    trackingUrl: fulfilment.tracking_url,
    lines: fulfilment.line_items.map(({ id: line, quantity }) => ({ line: String(line), quantity })),
    status: tracking.get(fulfilment.shipment_status ?? fulfilment.status),
    at: readInstant(fulfilment.created_at),
  }),
})

const recordsOf = (
  order: Order,
  allocations: readonly { readonly amount: string; readonly discount_application_index: number }[],
) => {
  const { currency } = order
  return {
    lines: order.line_items.map((line) => lineOf(order, line)),
    charges: order.shipping_lines.map((line) => chargeOf(order, line)),
    discounts: order.discount_applications.map(({ code, target_type: target, allocation_method: method }, at) => ({
      key: String(at),
      value: held({
        code,
        amount: sumOf(
          currency,
          allocations.filter(({ discount_application_index: index }) => index === at),
        ),
        scope: target === 'shipping_line' ? 'shipping' : method === 'across' ? 'order' : 'line',
      }),
    })),
    payments: [
      {
        key: 'claimed',
        value: {
          method: methods.get(order.payment_gateway_names.join(', ')) ?? 'other',
          methodName: order.payment_gateway_names.join(', '),
          state: states.get(order.financial_status),
          amount: readMoney(order.total_price, currency),
          claimed: true,
          at: readInstant(order.processed_at),
        },
      },
    ],
    refunds: order.refunds.map(refundOf),
    shipments: order.fulfillments.map(shipmentOf),
  }
}

/** The same translation as measure/order.yaml, written by hand for payloads such as fiveLines: the measure of speed. */
export const byHand = (payload: Json): Snapshot => {
  if (!given.is(payload)) throw new Error(JSON.stringify(given.faults(payload)[0]))
  const order = payload
  const { currency } = order
  const allocations = [...order.line_items, ...order.shipping_lines].flatMap(({ discount_allocations: cuts }) => cuts)
  const made = {
    kind: 'snapshot',
    order: String(order.id),
    rank: millisecondsOf(readInstant(order.updated_at)),
    sections: {
      about: held({
        number: order.name,
        origin: { kind: origins.get(order.source_name) ?? 'api', name: order.source_name },
        placedAt: readInstant(order.processed_at),
        currency,
        test: order.test,
        tags: order.tags
          .split(',')
          .map((tag) => tag.trim())
          .filter((tag) => tag !== ''),
        note: order.note,
      }),
      status: held({
        words: held({ payment: order.financial_status, fulfilment: order.fulfillment_status }),
        cancelledAt: order.cancelled_at ? readInstant(order.cancelled_at) : undefined,
        cancelReason: order.cancel_reason,
        cancelled: order.cancelled_at != null,
        shipped: order.fulfillment_status === 'fulfilled',
      }),
      buyer: held({
        kind: 'person',
        externalId: String(order.customer.id),
        name: [order.customer.first_name, order.customer.last_name].filter((part) => part).join(' '),
        email: order.email,
        phone: order.customer.phone,
        locale: order.customer_locale,
      }),
      billTo: placeOf(order.billing_address),
      shipTo: placeOf(order.shipping_address),
      totals: held({
        items: sumMoney(
          currency,
          order.line_items.map((line) => amountOf(currency, line)),
        ),
        discount: allocations.length > 0 ? sumOf(currency, allocations) : readMoney(order.total_discounts, currency),
        charges: sumMoney(currency, [
          ...order.shipping_lines.map(({ price }) => readMoney(price, currency)),
          readMoney(order.total_tip_received, currency),
        ]),
        taxAdded: order.taxes_included ? zero(currency) : readMoney(order.total_tax, currency),
        taxIncluded: order.taxes_included ? readMoney(order.total_tax, currency) : undefined,
        total: readMoney(order.total_price, currency),
      }),
    },
    records: recordsOf(order, allocations),
    complete: ['lines', 'charges', 'discounts'],
  }
  if (!result.is(made)) throw new Error(JSON.stringify(result.faults(made)[0]))
  return made
}
