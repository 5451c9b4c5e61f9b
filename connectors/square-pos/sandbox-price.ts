import type { Item, Levy, Sale } from './sandbox-shop.ts'

/** What one item comes to, in the currency's smallest unit. */
interface Priced {
  readonly gross: number
  readonly discount: number
  readonly taxes: readonly { readonly levy: Levy; readonly amount: number }[]
  readonly total: number
}

export const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)
export const ofThousand = (price: number, thousandths: number): number => Math.round((price * thousandths) / 1000)
const percentOf = (amount: number, percent: number): number => Math.round((amount * percent) / 100)
const contained = (amount: number, percent: number): number => amount - Math.round((amount * 100) / (100 + percent))

export const priceItem = (item: Item, { levies, discountPercent, till }: Sale): Priced => {
  const price =
    ofThousand(item.price, item.quantity) +
    sum(item.modifiers.map((modifier) => ofThousand(modifier.price, item.quantity)))
  const discount = percentOf(price, discountPercent)
  const taxes = levies.map((levy) => ({
    levy,
    amount:
      levy.type === 'ADDITIVE' ? percentOf(price - discount, levy.percent) : contained(price - discount, levy.percent),
  }))
  const added = sum(taxes.filter(({ levy }) => levy.type === 'ADDITIVE').map(({ amount }) => amount))
  const included = sum(taxes.filter(({ levy }) => levy.type === 'INCLUSIVE').map(({ amount }) => amount))
  return { gross: till.taxOutOfGross ? price - included : price, discount, taxes, total: price - discount + added }
}

export const serviceOf = (sale: Sale): number =>
  percentOf(
    sum(sale.items.map((item) => priceItem(item, sale)).map(({ gross, discount }) => gross - discount)),
    sale.servicePercent,
  )
export const tipOf = ({ paid }: Sale): number => sum(paid.map(({ tip }) => tip))

/** What is to be paid: goods, taxes, service, tip, cash rounding. */
export const totalOf = (sale: Sale): number =>
  sum(sale.items.map((item) => priceItem(item, sale).total)) + serviceOf(sale) + tipOf(sale) + sale.rounding

export const paidOf = ({ paid }: Sale): number => sum(paid.map(({ amount }) => amount))

export const quantityText = ({ quantity, weighed }: Item): string =>
  weighed ? (quantity / 1000).toFixed(3) : String(quantity / 1000)
