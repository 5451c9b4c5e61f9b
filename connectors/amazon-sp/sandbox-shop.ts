import type { Dice } from '../../src/connector/sandbox.ts'

/** An item of an order. Amounts in the currency's smallest unit, of the whole item; `shipped` of `quantity` have left. */
export interface Item {
  readonly id: string
  readonly asin: string
  readonly sku: string
  readonly title: string
  readonly quantity: number
  readonly shipped: number
  readonly price: number
  readonly shipping: number
  readonly shippingDiscount: number
  readonly discount: number
  readonly codFee: number
  readonly tax: number
  readonly giftMessage?: string
}

/** A package that the merchant confirmed. */
export interface Pack {
  readonly reference: string
  readonly carrier: string
  readonly service?: string
  readonly tracking: string
  readonly shippedAt: string
  readonly status: 'SHIPPED' | 'IN_TRANSIT' | 'DELIVERED'
  readonly items: readonly { readonly id: string; readonly quantity: number }[]
}

export interface Sale {
  readonly id: string
  readonly market: Market
  readonly status: 'PENDING' | 'UNSHIPPED' | 'PARTIALLY_SHIPPED' | 'SHIPPED' | 'CANCELLED'
  readonly byAmazon: boolean
  readonly placedAt: string
  readonly changedAt: string
  /** Whether it was ever out of PENDING: before that it has neither money nor a buyer's name. */
  readonly released: boolean
  readonly cod: boolean
  readonly person: Person
  readonly business?: { readonly company: string; readonly po: string; readonly taxNumber: string }
  readonly items: readonly Item[]
  readonly packs: readonly Pack[]
  readonly cancelled?: { readonly by: 'BUYER' | 'MERCHANT' | 'AMAZON'; readonly reason: string }
}

export interface Market {
  readonly id: string
  readonly name: string
  readonly currency: string
  readonly country: string
}

/** Whether the tax is on top of the price is the market's custom. */
export const markets: Readonly<Record<string, Market>> = {
  A21TJRUUN4KGV: { id: 'A21TJRUUN4KGV', name: 'Amazon.in', currency: 'INR', country: 'IN' },
  A1PA6795UKMFR9: { id: 'A1PA6795UKMFR9', name: 'Amazon.de', currency: 'EUR', country: 'DE' },
  ATVPDKIKX0DER: { id: 'ATVPDKIKX0DER', name: 'Amazon.com', currency: 'USD', country: 'US' },
  A1VC38T7YXB528: { id: 'A1VC38T7YXB528', name: 'Amazon.co.jp', currency: 'JPY', country: 'JP' },
}

interface Person {
  readonly name: string
  readonly email: string
  readonly lines: readonly [string, string]
  readonly city: string
  readonly region: string
  readonly postcode: string
}

const people: readonly [Person, ...Person[]] = [
  {
    name: 'Meera Rao',
    email: 'q7w2x9example@marketplace.amazon.in',
    lines: ['14 Temple Road', 'Malleswaram'],
    city: 'BENGALURU',
    region: 'KARNATAKA',
    postcode: '560003',
  },
  {
    name: 'Arjun Sethi',
    email: 'k3p8v1example@marketplace.amazon.in',
    lines: ['Flat 7, Lake View', 'Powai'],
    city: 'MUMBAI',
    region: 'MAHARASHTRA',
    postcode: '400076',
  },
]

const goods: readonly [Good, ...Good[]] = [
  ['B0SANDBX01', 'KURTA-M-RED', 'Cotton kurta, red', 59_900],
  ['B0SANDBX02', 'MUG-BLUE', 'Stoneware mug, blue', 24_900],
  ['B0SANDBX03', 'TEA-250', 'Darjeeling tea, 250 g', 38_050],
  ['B0SANDBX04', 'LAMP-OAK', 'Desk lamp, oak', 149_999],
]
type Good = readonly [asin: string, sku: string, title: string, price: number]

/** What the item comes to for the seller: what Amazon calls proceedsTotal. In India prices hold the tax. */
export const proceedsOf = (
  { price, shipping, shippingDiscount, discount, codFee, tax }: Item,
  { country }: Market,
): number => price + shipping + codFee - shippingDiscount - discount + (country === 'US' ? tax : 0)

/** Undefined: Amazon says no money yet, or never did. */
export const totalOf = ({ released, status, items, market }: Sale): number | undefined => {
  if (!released) return undefined
  return status === 'CANCELLED' ? 0 : items.reduce((sum, item) => sum + proceedsOf(item, market), 0)
}

/** An order as it is placed: pending, its items as they will be priced. */
export const drawSale = (dice: Dice, { count, market, at }: { count: number; market: Market; at: string }): Sale => {
  const byAmazon = dice.next() < 0.3
  const id = `${byAmazon ? 171 : 400 + dice.whole(1, 8)}-${String(1_000_000 + (count % 9_000_000))}-${dice.whole(1_000_000, 9_999_999)}`
  const cod = dice.next() < 0.3
  const items = Array.from({ length: dice.whole(1, 3) }, (_, place) =>
    drawItem(dice, { id: `${count}00${place}`, cod }),
  )
  const business = dice.next() < 0.2
  return {
    id,
    market,
    status: 'PENDING',
    byAmazon,
    placedAt: at,
    changedAt: at,
    released: false,
    cod,
    person: dice.pick(people),
    ...(business
      ? { business: { company: 'Rao Interiors LLP', po: `PO-${count}`, taxNumber: '29ABCDE1234F1Z5' } }
      : {}),
    items,
    packs: [],
  }
}

const drawItem = (dice: Dice, { id, cod }: { readonly id: string; readonly cod: boolean }): Item => {
  const [asin, sku, title, unit] = dice.pick(goods)
  const quantity = dice.whole(1, 3)
  const shipping = dice.next() < 0.5 ? 4_000 : 0
  const price = unit * quantity
  return {
    id,
    asin,
    sku,
    title,
    quantity,
    shipped: 0,
    price,
    shipping,
    shippingDiscount: shipping > 0 && dice.next() < 0.5 ? shipping : 0,
    discount: dice.next() < 0.25 ? Math.round(price / 10) : 0,
    codFee: cod ? 1_900 : 0,
    tax: Math.round(price / 20),
    ...(dice.next() < 0.15 ? { giftMessage: 'With all good wishes' } : {}),
  }
}
