import { ofThousand, priceItem, quantityText, serviceOf, sum, tipOf, totalOf } from './sandbox-price.ts'
import type { Item, Levy, Paid, Sale } from './sandbox-shop.ts'

const lineOf = (item: Item, sale: Sale): object => {
  const money = inCurrency(sale)
  const { gross, discount, taxes, total } = priceItem(item, sale)
  return {
    uid: item.uid,
    name: item.name,
    variation_name: item.variation,
    catalog_object_id: item.catalog,
    item_type: 'ITEM',
    quantity: quantityText(item),
    ...(item.weighed
      ? { quantity_unit: { measurement_unit: { weight_unit: 'METRIC_KILOGRAM', type: 'TYPE_WEIGHT' }, precision: 3 } }
      : {}),
    base_price_money: money(item.price),
    variation_total_price_money: money(ofThousand(item.price, item.quantity)),
    ...(item.modifiers.length === 0
      ? {}
      : {
          modifiers: item.modifiers.map((modifier, index) =>
            modifierOf(modifier, `${item.uid}-${index}`, item.quantity, money),
          ),
        }),
    gross_sales_money: money(gross),
    total_discount_money: money(discount),
    total_tax_money: money(sum(taxes.map(({ amount }) => amount))),
    total_money: money(total),
    ...(taxes.length === 0
      ? {}
      : {
          applied_taxes: taxes.map(({ levy, amount }) => ({
            uid: `${item.uid}-${levy.uid}`,
            tax_uid: levy.uid,
            applied_money: money(amount),
          })),
        }),
  }
}

type ToMoney = (amount: number) => { readonly amount: number; readonly currency: string }
const inCurrency =
  ({ till }: Sale): ToMoney =>
  (amount) => ({ amount, currency: till.currency })

const modifierOf = (
  { name, price }: Item['modifiers'][number],
  uid: string,
  quantity: number,
  money: ToMoney,
): object => ({
  uid,
  name,
  base_price_money: money(price),
  total_price_money: money(ofThousand(price, quantity)),
})

const tenderOf = ({ id, type, amount, tip, at }: Paid, sale: Sale): object => {
  const money = inCurrency(sale)
  const details =
    type === 'CARD'
      ? { card_details: { status: 'CAPTURED' } }
      : { cash_details: { buyer_tendered_money: money(amount), change_back_money: money(0) } }
  return {
    id,
    payment_id: id,
    type,
    created_at: at,
    location_id: sale.till.location,
    transaction_id: sale.id,
    amount_money: money(amount),
    tip_money: money(tip),
    ...details,
  }
}

const taxesOf = (sale: Sale): object => {
  const money = inCurrency(sale)
  const priced = sale.items.map((item) => priceItem(item, sale))
  const applied = (levy: Levy): number =>
    sum(priced.flatMap(({ taxes }) => taxes.filter((tax) => tax.levy.uid === levy.uid).map(({ amount }) => amount)))
  return {
    taxes: sale.levies.map((levy) => ({
      uid: levy.uid,
      name: levy.name,
      type: levy.type,
      percentage: String(levy.percent),
      scope: 'ORDER',
      applied_money: money(applied(levy)),
    })),
    total_tax_money: money(sum(sale.levies.map(applied))),
  }
}

const extrasOf = (sale: Sale): object => {
  const money = inCurrency(sale)
  const discount = sum(sale.items.map((item) => priceItem(item, sale).discount))
  const service = serviceOf(sale)
  const discounts = [{ uid: 'regulars', name: 'Regulars', scope: 'ORDER', applied_money: money(discount) }]
  const charges = [
    { uid: 'service', name: 'Table service', applied_money: money(service), total_money: money(service) },
  ]
  const rounding = { uid: 'rounding', name: 'Cash rounding', amount_money: money(sale.rounding) }
  return {
    ...(discount === 0 ? {} : { discounts }),
    ...(service === 0 ? {} : { service_charges: charges }),
    ...(sale.rounding === 0 ? {} : { rounding_adjustment: rounding }),
    total_discount_money: money(discount),
    total_service_charge_money: money(service),
    total_tip_money: money(tipOf(sale)),
    total_money: money(totalOf(sale)),
  }
}

/** A sale as GET /v2/orders/{id} shows it. */
export const orderOf = (sale: Sale): object => ({
  id: sale.id,
  location_id: sale.till.location,
  state: sale.state,
  ...(sale.version === undefined
    ? { source: { name: 'Point of Sale' } }
    : { source: { name: 'Corner web shop' }, version: sale.version }),
  ...(sale.reference === undefined ? {} : { reference_id: sale.reference }),
  ...(sale.ticket === undefined ? {} : { ticket_name: sale.ticket }),
  created_at: sale.createdAt,
  updated_at: sale.updatedAt,
  ...(sale.state === 'OPEN' ? {} : { closed_at: sale.updatedAt }),
  line_items: sale.items.map((item) => lineOf(item, sale)),
  ...(sale.levies.length === 0 ? {} : taxesOf(sale)),
  ...extrasOf(sale),
  ...(sale.paid.length === 0 ? {} : { tenders: sale.paid.map((paid) => tenderOf(paid, sale)) }),
  ...(sale.shipment === undefined
    ? {}
    : {
        fulfillments: [
          {
            uid: sale.shipment.uid,
            type: 'SHIPMENT',
            state: sale.shipment.state,
            line_item_application: 'ALL',
            shipment_details: { recipient: sale.shipment.to, ...sale.shipment.details },
          },
        ],
      }),
})

/** The order that Square makes of a refund, or nothing where the id is none of this sale. */
export const returnOrderOf = (sale: Sale, id: string): object | undefined => {
  const back = sale.givenBack.find((given) => given.id === id)
  if (back === undefined) return undefined
  const money = inCurrency(sale)
  const amount = money(back.amount)
  const item = sale.items.find(({ uid }) => uid === back.item)
  const line =
    item === undefined
      ? { item_type: 'CUSTOM_AMOUNT', quantity: '1' }
      : { item_type: 'ITEM', name: item.name, quantity: quantityText(item), source_line_item_uid: item.uid }
  return {
    id,
    location_id: sale.till.location,
    source: { name: 'Point of Sale' },
    state: 'COMPLETED',
    created_at: back.at,
    updated_at: back.at,
    closed_at: back.at,
    returns: [
      {
        uid: `${id}-return`,
        source_order_id: sale.id,
        return_line_items: [{ uid: `${id}-line`, ...line, gross_return_money: amount, total_money: amount }],
        return_amounts: { total_money: amount },
      },
    ],
    return_amounts: { total_money: amount },
    net_amounts: { total_money: money(-back.amount) },
    refunds: [
      {
        id: back.refund,
        location_id: sale.till.location,
        transaction_id: id,
        tender_id: back.tender,
        created_at: back.at,
        reason: 'Returned goods',
        amount_money: amount,
        status: 'APPROVED',
      },
    ],
  }
}
