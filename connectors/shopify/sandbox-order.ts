import type { Dice } from '../../src/connector/sandbox.ts'
import { exponentOf, moneyText } from '../../src/kernel/money.ts'

/** An order as the invented shop keeps it. Amounts are whole numbers of the smallest unit of `currency`. */
export interface ShopOrder {
  readonly id: number
  readonly number: number
  readonly at: Date
  readonly changed: Date
  readonly currency: string
  /** What the buyer pays in; `rate` is how much of it one of ours buys. */
  readonly presentment: { readonly currency: string; readonly rate: number }
  readonly taxesIncluded: boolean
  readonly source: 'web' | 'pos'
  readonly person: {
    readonly first: string
    readonly last: string
    readonly street: string
    readonly city: string
    readonly zip: string
    readonly country: string
  }
  readonly code: string
  readonly shipping: { readonly id: number; readonly title: string; readonly price: number; readonly tax: number }
  readonly lines: readonly ShopLine[]
  readonly paid: boolean
  readonly cancelled?: Date
  readonly refunds: readonly ShopRefund[]
  readonly parcels: readonly ShopParcel[]
}
/** removed: taken off before it was sent. returned: came back. */
export interface ShopLine {
  readonly id: number
  readonly sku: string
  readonly title: string
  readonly location: number
  readonly price: number
  readonly rate: string
  readonly discount: number
  readonly tax: number
  readonly quantity: number
  readonly removed: number
  readonly returned: number
  readonly sent: number
}
export interface ShopRefund {
  readonly id: number
  readonly at: Date
  readonly lines: readonly {
    readonly line: number
    readonly quantity: number
    readonly restock: 'cancel' | 'return'
    readonly goods: number
    readonly tax: number
  }[]
  readonly shipping: number
}
export interface ShopParcel {
  readonly id: number
  readonly at: Date
  readonly company: string
  readonly number: string
  readonly url: string
  readonly lines: readonly { readonly line: number; readonly quantity: number }[]
}

const firsts = ['Ada', 'Bela', 'Chidi', 'Devika', 'Emeka', 'Farah', 'Goran', 'Hanna'] as const
const lasts = ['Abernathy', 'Brandt', 'Castellan', 'Dhar', 'Ekwueme', 'Fontaine'] as const
const places = [
  { city: 'Aachen', zip: '52062', country: 'DE' },
  { city: 'Leeds', zip: 'LS1 4AP', country: 'GB' },
  { city: 'Pune', zip: '411001', country: 'IN' },
  { city: 'Hong Kong', zip: '', country: 'HK' },
] as const
const goods = ['Kettle', 'Lamp', 'Notebook', 'Scarf', 'Teapot', 'Umbrella', 'Vase', 'Watering can'] as const
const foreign = [
  { currency: 'JPY', rate: 160 },
  { currency: 'EUR', rate: 0.92 },
  { currency: 'INR', rate: 84 },
] as const

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

/** Amounts as Shopify writes them: in the shop's money, and in the buyer's. */
export const shopText = ({ currency }: ShopOrder, minor: number): string => moneyText({ minor, currency })
export const buyerMinor = ({ currency, presentment }: ShopOrder, minor: number): number =>
  Math.round(minor * presentment.rate * 10 ** (exponentOf(presentment.currency) - exponentOf(currency)))
export const buyerText = (order: ShopOrder, minor: number): string =>
  moneyText({ minor: buyerMinor(order, minor), currency: order.presentment.currency })

const sumOf = <T>(list: readonly T[], of: (item: T) => number): number => list.reduce((sum, item) => sum + of(item), 0)
export const itemsOf = ({ lines }: ShopOrder): number => sumOf(lines, (line) => line.price * line.quantity)
export const discountOf = ({ lines }: ShopOrder): number => sumOf(lines, (line) => line.discount)
export const taxOf = ({ lines, shipping }: ShopOrder): number => sumOf(lines, (line) => line.tax) + shipping.tax
export const totalOf = (order: ShopOrder): number =>
  itemsOf(order) - discountOf(order) + order.shipping.price + (order.taxesIncluded ? 0 : taxOf(order))
export const refundAmount = (order: ShopOrder, { lines, shipping }: ShopRefund): number =>
  shipping + sumOf(lines, (line) => line.goods + (order.taxesIncluded ? 0 : line.tax))
export const refundedOf = (order: ShopOrder): number => sumOf(order.refunds, (refund) => refundAmount(order, refund))
export const currentOf = (line: ShopLine): number => line.quantity - line.removed - line.returned
export const openOf = (line: ShopLine): number => line.quantity - line.removed - line.sent

/** The shop's words for where the money and the goods are. */
export const moneyWord = (order: ShopOrder): string => {
  if (!order.paid) return order.cancelled === undefined ? 'pending' : 'voided'
  if (order.refunds.length === 0) return 'paid'
  return refundedOf(order) >= totalOf(order) ? 'refunded' : 'partially_refunded'
}
export const goodsWord = ({ lines }: ShopOrder): 'fulfilled' | 'partial' | null => {
  if (!lines.some((line) => line.sent > 0)) return null
  return lines.every((line) => openOf(line) === 0) ? 'fulfilled' : 'partial'
}

const withLine = (order: ShopOrder, id: number, change: (line: ShopLine) => Partial<ShopLine>): readonly ShopLine[] =>
  order.lines.map((line) => (line.id === id ? { ...line, ...change(line) } : line))

/** One unit off the order before it was sent; undefined where none is open, or it is the last. */
export const editOrder = (order: ShopOrder, dice: Dice, changed: Date): ShopOrder | undefined => {
  const [line] = order.lines.filter((one) => openOf(one) > 1).slice(dice.whole(0, 1))
  return line === undefined
    ? undefined
    : { ...order, changed, lines: withLine(order, line.id, ({ removed }) => ({ removed: removed + 1 })) }
}

/** One unit's money back: it came back where it had been sent, else it is not sent. */
export const refundOrder = (order: ShopOrder, id: number, changed: Date): ShopOrder | undefined => {
  const line = order.lines.find((one) => currentOf(one) > 0)
  if (!order.paid || line === undefined) return undefined
  const back = line.sent > line.returned
  const given = { line: line.id, quantity: 1, restock: back ? 'return' : 'cancel', ...shareOf(line, 1) } as const
  const lines = withLine(order, line.id, ({ removed, returned }) =>
    back ? { returned: returned + 1 } : { removed: removed + 1 },
  )
  return { ...order, changed, lines, refunds: [...order.refunds, { id, at: changed, lines: [given], shipping: 0 }] }
}

const shareOf = (
  { price, quantity, discount, tax }: ShopLine,
  units: number,
): { readonly goods: number; readonly tax: number } => ({
  goods: Math.floor(((price * quantity - discount) * units) / quantity),
  tax: Math.floor((tax * units) / quantity),
})

/** The whole order off, its money back; undefined once something was sent. */
export const cancelOrder = (order: ShopOrder, id: number, changed: Date): ShopOrder | undefined => {
  if (order.cancelled !== undefined || order.parcels.length > 0 || order.refunds.length > 0) return undefined
  const lines = order.lines
    .filter((line) => openOf(line) > 0)
    .map((line) => ({
      line: line.id,
      quantity: openOf(line),
      restock: 'cancel' as const,
      ...shareOf(line, openOf(line)),
    }))
  const refunds = order.paid
    ? [{ id, at: changed, lines, shipping: order.shipping.price + (order.taxesIncluded ? 0 : order.shipping.tax) }]
    : []
  return {
    ...order,
    changed,
    cancelled: changed,
    refunds,
    lines: order.lines.map((line) => ({ ...line, removed: line.quantity })),
  }
}

/** Units sent in one parcel. */
export const sendParcel = (order: ShopOrder, parcel: ShopParcel): ShopOrder => ({
  ...order,
  changed: parcel.at,
  parcels: [...order.parcels, parcel],
  lines: order.lines.map((line) => ({
    ...line,
    sent:
      line.sent +
      sumOf(
        parcel.lines.filter((one) => one.line === line.id),
        (one) => one.quantity,
      ),
  })),
})
