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

/** Amounts as Shopify writes them: in the shop's money, and in the buyer's. */
export const shopText = ({ currency }: ShopOrder, minor: number): string => moneyText({ minor, currency })
export const buyerMinor = ({ currency, presentment }: ShopOrder, minor: number): number =>
  Math.round(minor * presentment.rate * 10 ** (exponentOf(presentment.currency) - exponentOf(currency)))
export const buyerText = (order: ShopOrder, minor: number): string =>
  moneyText({ minor: buyerMinor(order, minor), currency: order.presentment.currency })

/** The sum of a figure over a list. */
export const sumOf = <T>(list: readonly T[], of: (item: T) => number): number =>
  list.reduce((sum, item) => sum + of(item), 0)
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
