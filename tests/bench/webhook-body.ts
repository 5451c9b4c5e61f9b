/** What a body says, as it is expected back. */
export interface Sale {
  readonly order: number
  readonly version: number
  readonly lines: number
  /** In cents. */
  readonly total: number
}

/** When a version of an order was told. */
export const toldAt = (order: number, version: number): string =>
  new Date(1_790_000_000_000 + order * 1000 + version * 60_000).toISOString()

/** The note that a version carries, by which it is known again. */
export const noteOf = (version: number): string => `version ${version}`

/** An order of so many lines with tax, discount and shipping, in the fields that a subscription with `include_fields` sends. */
export const bodyOf = (
  order: number,
  version: number,
  lines: number,
): { readonly body: string; readonly sale: Sale } => {
  const items = Array.from({ length: lines }, (_, at) => itemOf(order, at))
  const sum = items.reduce((all, { minor, quantity }) => all + minor * quantity, 0)
  const tax = items.reduce((all, item) => all + taxOf(item), 0)
  const total = sum - off * lines + tax + shipping
  const body = {
    ...headOf(order, version),
    total_price: money(total),
    total_price_set: set(total),
    total_discounts: money(off * lines),
    total_tax: money(tax),
    discount_codes: [{ code: 'WELCOME', amount: money(off * lines), type: 'fixed_amount' }],
    discount_applications: [applicationOf(off * lines)],
    tax_lines: [{ title: 'VAT', rate: 0.19, price: money(tax) }],
    ...peopleOf(order),
    line_items: items.map(lineOf),
    shipping_lines: [parcelOf(order)],
    fulfillments: [],
    refunds: [],
    note_attributes: [],
  }
  return { body: JSON.stringify(body), sale: { order, version, lines, total } }
}

/** Cents off each line, and cents for the parcel. */
const off = 10
const shipping = 495

interface Item {
  readonly id: number
  readonly place: number
  readonly minor: number
  readonly quantity: number
}

const itemOf = (order: number, place: number): Item => ({
  id: order * 100 + place + 1,
  place,
  minor: 990 + place * 10,
  quantity: 1 + (place % 3),
})

const taxOf = ({ minor, quantity }: Item): number => Math.round((minor * quantity - off) * 0.19)

const money = (minor: number): string => `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`
const set = (minor: number) => ({
  shop_money: { amount: money(minor), currency_code: 'EUR' },
  presentment_money: { amount: money(minor), currency_code: 'EUR' },
})

const headOf = (order: number, version: number) => ({
  id: order,
  name: `#${order}`,
  number: order,
  created_at: toldAt(order, 1),
  processed_at: toldAt(order, 1),
  updated_at: toldAt(order, version),
  currency: 'EUR',
  presentment_currency: 'EUR',
  source_name: 'web',
  test: false,
  financial_status: version === 1 ? 'pending' : 'paid',
  fulfillment_status: null,
  cancelled_at: null,
  cancel_reason: null,
  email: `buyer${order}@shop.example`,
  phone: null,
  note: noteOf(version),
  tags: '',
  taxes_included: false,
  total_tip_received: '0.00',
  payment_gateway_names: ['shopify_payments'],
})

const peopleOf = (order: number) => ({
  customer: {
    id: 7_000_000 + order,
    email: `buyer${order}@shop.example`,
    first_name: 'Ada',
    last_name: `Buyer ${order}`,
    phone: null,
  },
  billing_address: addressOf(order),
  shipping_address: addressOf(order),
})

const addressOf = (order: number) => ({
  name: `Ada Buyer ${order}`,
  address1: 'Lindenweg 1',
  address2: '',
  city: 'Bonn',
  zip: '53111',
  province: null,
  country: 'Germany',
  country_code: 'DE',
  phone: null,
})

const lineOf = (item: Item) => ({
  id: item.id,
  title: `Tea no. ${item.place}`,
  sku: `TEA-${item.place}`,
  variant_id: 1000 + item.place,
  product_id: 500 + item.place,
  variant_title: null,
  quantity: item.quantity,
  current_quantity: item.quantity,
  gift_card: false,
  requires_shipping: true,
  price: money(item.minor),
  price_set: set(item.minor),
  properties: [],
  tax_lines: [{ title: 'VAT', rate: 0.19, price: money(taxOf(item)), price_set: set(taxOf(item)) }],
  discount_allocations: [{ amount: money(off), discount_application_index: 0 }],
})

const applicationOf = (minor: number) => ({
  target_type: 'line_item',
  type: 'discount_code',
  value: money(minor),
  value_type: 'fixed_amount',
  allocation_method: 'across',
  target_selection: 'all',
  code: 'WELCOME',
})

const parcelOf = (order: number) => ({
  id: order * 10,
  title: 'Parcel',
  code: 'parcel',
  price: money(shipping),
  price_set: set(shipping),
  discounted_price: money(shipping),
  tax_lines: [],
  discount_allocations: [],
})
