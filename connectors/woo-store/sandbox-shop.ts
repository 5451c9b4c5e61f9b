import type { Dice } from '../../src/connector/sandbox.ts'

export interface Meta {
  readonly id: number
  readonly key: string
  readonly value: unknown
}

/** A line of a sale. Prices are net, in hundredths; `percent` is its tax. */
export interface Item {
  readonly id: number
  readonly product: number
  readonly variation: number
  readonly name: string
  readonly parentName: string | null
  readonly sku: string
  readonly quantity: number
  readonly price: number
  /** Of the whole line. */
  readonly discount: number
  readonly percent: number
  readonly meta: readonly Meta[]
  /** The kit that it is a part of. */
  readonly kit?: number
  readonly parts?: readonly number[]
}

/** What is charged beside the goods; a fee may be below nothing. */
export interface Extra {
  readonly id: number
  readonly title: string
  readonly method: string
  readonly amount: number
  readonly percent: number
}

export interface Sale {
  readonly id: number
  readonly status: string
  readonly currency: 'EUR' | 'GBP'
  readonly via: string
  readonly method: readonly [id: string, title: string]
  /** ms of whole seconds: WooCommerce knows no others. */
  readonly createdAt: number
  readonly modifiedAt: number
  readonly paidAt?: number
  readonly completedAt?: number
  readonly buyer: Buyer
  readonly items: readonly Item[]
  readonly shipping: readonly Extra[]
  readonly fees: readonly Extra[]
  readonly coupon?: { readonly id: number; readonly code: string }
  readonly giftCard?: { readonly id: number; readonly code: string; readonly amount: number }
  readonly refunds: readonly { readonly id: number; readonly reason: string; readonly amount: number }[]
  readonly meta: readonly Meta[]
}

/** The entities are WordPress's own way of writing a name down. */
type Goods = Pick<Item, 'product' | 'name' | 'sku' | 'price' | 'percent'>
const shelf: readonly [Goods, ...Goods[]] = [
  { product: 19, name: 'Nightlight &#8211; Owl', sku: 'NL-OWL', price: 1890, percent: 19 },
  { product: 23, name: 'Mug &amp; Saucer', sku: 'MUG-S', price: 1250, percent: 19 },
  { product: 31, name: 'Tea, 100 g', sku: 'TEA-100', price: 742, percent: 7 },
  { product: 47, name: 'Gift wrap', sku: '', price: 333, percent: 19 },
]
const colours = ['Blue', 'Moss', 'Rust'] as const

export type Buyer = Readonly<
  Record<'first_name' | 'last_name' | 'company' | 'address_1' | 'city' | 'postcode' | 'country' | 'email', string>
>
const buyers: readonly [Buyer, ...Buyer[]] = [
  {
    first_name: 'Ada',
    last_name: 'O&#8217;Conner',
    company: '',
    address_1: 'Lindenweg 4',
    city: 'Freiburg',
    postcode: '79098',
    country: 'DE',
    email: 'ada@example.com',
  },
  {
    first_name: 'Grace',
    last_name: 'Okafor',
    company: 'Okafor &amp; Daughters',
    address_1: '12 Mill Lane',
    city: 'Leeds',
    postcode: 'LS1 4AP',
    country: 'GB',
    email: 'grace@example.com',
  },
]

const methods: readonly [Sale['method'], ...Sale['method'][]] = [
  ['stripe', 'Credit Card (Stripe)'],
  ['ppcp-gateway', 'PayPal'],
  ['cod', 'Cash on delivery'],
]

const drawItem = (dice: Dice, id: number): Item => {
  const { name, ...goods } = dice.pick(shelf)
  const plain = {
    ...goods,
    id,
    variation: 0,
    name,
    parentName: null,
    quantity: dice.whole(1, 3),
    discount: 0,
    meta: [],
  }
  if (dice.next() > 0.3) return plain
  const colour = dice.pick(colours)
  const meta = [
    { id: id * 10, key: 'pa_color', value: colour.toLowerCase() },
    { id: id * 10 + 1, key: '_reduced_stock', value: String(plain.quantity) },
    { id: id * 10 + 2, key: '_pao_ids', value: [{ key: 'Color', value: colour }] },
  ]
  return { ...plain, variation: goods.product * 10, name: `${name} - ${colour}`, parentName: name, meta }
}

/** A kit is dear and its parts cost nothing: Composite Products. */
const drawKit = (id: number): readonly Item[] => {
  const usual = { variation: 0, parentName: null, quantity: 1, discount: 0, percent: 19, meta: [] }
  return [
    { ...usual, id, product: 60, name: 'Breakfast set', sku: 'SET-B', price: 2990, parts: [id + 1, id + 2] },
    { ...usual, id: id + 1, product: 23, name: 'Mug &amp; Saucer', sku: 'MUG-S', price: 0, kit: id },
    { ...usual, id: id + 2, product: 31, name: 'Tea, 100 g', sku: 'TEA-100', price: 0, kit: id },
  ]
}

/** A new order; its rows take the ids after its own. */
export const drawSale = (dice: Dice, id: number, at: number): Sale => {
  const row = id * 100
  const goods = Array.from({ length: dice.whole(1, 3) }, (_, index) => drawItem(dice, row + index))
  const kit = dice.next() < 0.2 ? drawKit(row + 10) : []
  const off = dice.next() < 0.3 ? 10 : 0
  const items = [...goods, ...kit].map((item) => ({
    ...item,
    discount: Math.round((item.price * item.quantity * off) / 100),
  }))
  const renewal = dice.next() < 0.15
  const meta: readonly Meta[] = renewal
    ? [{ id: row + 90, key: '_subscription_renewal', value: '282' }]
    : [
        { id: row + 91, key: '_wc_order_attribution_source_type', value: 'utm' },
        { id: row + 92, key: '_wc_order_attribution_utm_source', value: dice.pick(['letter', 'search']) },
        { id: row + 93, key: '_wc_order_attribution_utm_medium', value: 'email' },
        { id: row + 94, key: '_wc_order_attribution_utm_campaign', value: 'autumn' },
      ]
  return {
    id,
    status: 'pending',
    currency: dice.pick(['EUR', 'GBP']),
    via: renewal ? 'subscription' : dice.pick(['checkout', 'store-api', 'admin']),
    method: dice.pick(methods),
    createdAt: at,
    modifiedAt: at,
    buyer: dice.pick(buyers),
    items,
    shipping: [{ id: row + 20, title: 'Flat rate', method: 'flat_rate', amount: dice.pick([0, 490]), percent: 19 }],
    fees:
      dice.next() < 0.2
        ? [{ id: row + 30, title: 'Loyalty', method: '', amount: dice.pick([-150, 250]), percent: 19 }]
        : [],
    ...(off === 0 ? {} : { coupon: { id: row + 40, code: 'ten-off' } }),
    ...(dice.next() < 0.15 ? { giftCard: { id: row + 50, code: 'GIFT-EXAMPLE', amount: 500 } } : {}),
    refunds: [],
    meta,
  }
}

export const drawMore = (dice: Dice, sale: Sale): Sale => ({
  ...sale,
  items: [...sale.items, drawItem(dice, sale.id * 100 + 60 + sale.items.length)],
})
