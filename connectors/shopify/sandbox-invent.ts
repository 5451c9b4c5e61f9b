import type { Dice } from '../../src/connector/sandbox.ts'
import type { ShopLine, ShopOrder } from './sandbox-order.ts'

type Place = Pick<ShopOrder['person'], 'city' | 'zip' | 'country'>
type Foreign = ShopOrder['presentment']

const firsts = ['Ada', 'Bela', 'Chidi', 'Devika', 'Emeka', 'Farah', 'Goran', 'Hanna'] as const
const lasts = ['Abernathy', 'Brandt', 'Castellan', 'Dhar', 'Ekwueme', 'Fontaine'] as const
const places: readonly [Place, ...Place[]] = [
  { city: 'Aachen', zip: '52062', country: 'DE' },
  { city: 'Leeds', zip: 'LS1 4AP', country: 'GB' },
  { city: 'Pune', zip: '411001', country: 'IN' },
  { city: 'Hong Kong', zip: '', country: 'HK' },
]
const goods = ['Kettle', 'Lamp', 'Notebook', 'Scarf', 'Teapot', 'Umbrella', 'Vase', 'Watering can'] as const
const foreign: readonly [Foreign, ...Foreign[]] = [
  { currency: 'JPY', rate: 160 },
  { currency: 'EUR', rate: 0.92 },
  { currency: 'INR', rate: 84 },
]

/** A new order of invented people. `id` is the first of a run of ids that belong to it. */
export const inventOrder = (
  dice: Dice,
  {
    id,
    number,
    at,
    currency,
  }: { readonly id: number; readonly number: number; readonly at: Date; readonly currency: string },
): ShopOrder => {
  const taxesIncluded = dice.next() < 0.3
  const rate = dice.pick(['0', '0.07', '0.19'])
  const code = dice.next() < 0.4 ? 'TENOFF' : ''
  const count = dice.next() < 0.7 ? dice.whole(1, 3) : dice.whole(4, 20)
  const tax = (amount: number): number =>
    Math.round(taxesIncluded ? (amount * Number(rate)) / (1 + Number(rate)) : amount * Number(rate))
  const lines = Array.from({ length: count }, (_, index): ShopLine => {
    const price = dice.whole(100, 20_000)
    const quantity = dice.whole(1, 4)
    const discount = code === '' ? 0 : Math.floor((price * quantity) / 10)
    const title = dice.pick(goods)
    const sku = `${title.slice(0, 3).toUpperCase()}-${dice.whole(100, 999)}`
    return {
      id: id + 1 + index,
      sku,
      title,
      location: dice.whole(1, 2),
      price,
      rate,
      discount,
      tax: tax(price * quantity - discount),
      quantity,
      removed: 0,
      returned: 0,
      sent: 0,
    }
  })
  const freight = dice.pick([0, 490, 1200])
  const other = dice.pick(foreign)
  return {
    id,
    number,
    at,
    changed: at,
    currency,
    taxesIncluded,
    code,
    lines,
    source: dice.next() < 0.9 ? 'web' : 'pos',
    presentment: dice.next() < 0.25 && other.currency !== currency ? other : { currency, rate: 1 },
    person: {
      first: dice.pick(firsts),
      last: dice.pick(lasts),
      street: `${dice.whole(1, 99)} Invented Lane`,
      ...dice.pick(places),
    },
    shipping: { id: id + 50, title: 'Standard', price: freight, tax: tax(freight) },
    paid: dice.next() < 0.6,
    refunds: [],
    parcels: [],
  }
}
