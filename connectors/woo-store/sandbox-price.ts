import type { Extra, Item, Sale } from './sandbox-shop.ts'

export const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)
/** 1250 as WooCommerce writes it: '12.50'. */
export const text = (hundredths: number): string =>
  `${hundredths < 0 ? '-' : ''}${(Math.abs(hundredths) / 100).toFixed(2)}`

const taxOf = (amount: number, percent: number): number =>
  Math.sign(amount) * Math.round((Math.abs(amount) * percent) / 100)

export const grossOf = ({ price, quantity }: Item): number => price * quantity
export const netOf = (item: Item): number => grossOf(item) - item.discount
export const itemTaxOf = (item: Item): number => taxOf(netOf(item), item.percent)
export const extraTaxOf = ({ amount, percent }: Extra): number => taxOf(amount, percent)

export const rowsTaxOf = ({ items, shipping, fees }: Sale): number =>
  sum([...items.map(itemTaxOf), ...shipping.map(extraTaxOf), ...fees.map(extraTaxOf)])

/** Everything that is to be paid, the gift card's part of it too. */
export const wholeOf = (sale: Sale): number =>
  sum([...sale.items.map(netOf), ...[...sale.shipping, ...sale.fees].map(({ amount }) => amount)]) + rowsTaxOf(sale)

/** `total`: what is left after the gift card. */
export const totalOf = (sale: Sale): number => wholeOf(sale) - (sale.giftCard?.amount ?? 0)
export const refundedOf = ({ refunds }: Sale): number => sum(refunds.map(({ amount }) => amount))
