import { Type } from '../../src/kernel/schema.ts'

const text = Type.Optional(Type.Union([Type.String(), Type.Null()]))
const id = Type.Integer()
const setOf = Type.Object({ shop_money: Type.Object({ amount: Type.String(), currency_code: Type.String() }) })
const Allocation = Type.Object({ amount: Type.String(), discount_application_index: Type.Integer() })
const TaxLine = Type.Object({
  title: Type.String(),
  price: Type.String(),
  rate: Type.String(),
  channel_liable: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
})
const Place = Type.Object({
  name: text,
  company: text,
  address1: text,
  address2: text,
  city: text,
  province: text,
  province_code: text,
  zip: text,
  country_code: Type.String(),
  phone: text,
})
const Line = Type.Object({
  id,
  sku: text,
  title: Type.String(),
  variant_title: text,
  product_id: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  quantity: Type.Integer(),
  current_quantity: Type.Integer(),
  price: Type.String(),
  gift_card: Type.Boolean(),
  requires_shipping: Type.Boolean(),
  properties: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
  tax_lines: Type.Array(TaxLine),
  discount_allocations: Type.Array(Allocation),
})
const Shipping = Type.Object({
  id,
  title: Type.String(),
  price: Type.String(),
  discount_allocations: Type.Array(Allocation),
  tax_lines: Type.Array(TaxLine),
})
const Refund = Type.Object({
  id,
  created_at: Type.String(),
  processed_at: Type.String(),
  note: text,
  transactions: Type.Array(
    Type.Object({ kind: Type.String(), status: Type.String(), amount: Type.String(), currency: Type.String() }),
  ),
  refund_line_items: Type.Array(
    Type.Object({ line_item_id: id, quantity: Type.Integer(), restock_type: Type.String(), subtotal_set: setOf }),
  ),
})
const Fulfilment = Type.Object({
  id,
  status: Type.String(),
  shipment_status: text,
  created_at: Type.String(),
  updated_at: Type.String(),
  tracking_company: text,
  tracking_number: text,
  tracking_url: text,
  line_items: Type.Array(Type.Object({ id, quantity: Type.Integer() })),
})
/** What the mapping by hand reads of the order. */
export const Order = Type.Object({
  id,
  name: Type.String(),
  source_name: Type.String(),
  processed_at: Type.String(),
  updated_at: Type.String(),
  cancelled_at: text,
  cancel_reason: text,
  currency: Type.String(),
  financial_status: Type.String(),
  fulfillment_status: text,
  payment_gateway_names: Type.Array(Type.String()),
  taxes_included: Type.Boolean(),
  total_price: Type.String(),
  total_tax: Type.String(),
  total_discounts: Type.String(),
  total_tip_received: Type.String(),
  tags: Type.String(),
  note: text,
  test: Type.Boolean(),
  email: text,
  customer_locale: text,
  customer: Type.Object({ id, first_name: text, last_name: text, phone: text }),
  billing_address: Place,
  shipping_address: Place,
  line_items: Type.Array(Line),
  shipping_lines: Type.Array(Shipping),
  discount_applications: Type.Array(
    Type.Object({ code: text, target_type: Type.String(), allocation_method: Type.String() }),
  ),
  refunds: Type.Array(Refund),
  fulfillments: Type.Array(Fulfilment),
})
export type Order = Type.Static<typeof Order>
