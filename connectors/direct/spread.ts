import { refuse } from '../../src/kernel/errors.ts'
import type { Json } from '../../src/kernel/json.ts'
import { type Money, moneyText, readMoney, sumMoney } from '../../src/kernel/money.ts'
import { productOf } from '../../src/mapping/product.ts'
import { readOrder } from './order.ts'
import type { DirectOrder } from './payloads.ts'

type Line = DirectOrder['lines'][number]

/**
 * Takes what is discounted off the whole order from its lines, in proportion to what each costs, to the smallest unit:
 * in our order only discounts on lines and charges count. Where a line has no price it leaves all as it is.
 * @throws MAPPING_FAILED when the discounts come to more than the lines
 */
export const spread = (payload: Json): Json => {
  const order = readOrder(payload, 'MAPPING_FAILED')
  const off = wholeDiscount(order)
  const costs = order.lines.map((line) => costOf(line, order.currency))
  if (off.minor === 0 || !costs.every((cost) => cost !== undefined)) return payload
  const shares = sharesOf(off, costs)
  const lines = order.lines.map((line, at) => {
    const discount = sumMoney(order.currency, [discountOf(line, order.currency), shares[at]])
    return { ...line, discount: moneyText(discount) }
  })
  return { ...order, lines }
}

const wholeDiscount = ({ discounts = [], currency }: DirectOrder): Money =>
  sumMoney(
    currency,
    discounts
      .filter(({ scope }) => scope === 'order')
      .map(({ amount }) => (amount === undefined ? undefined : readMoney(String(amount), currency))),
  )

const discountOf = ({ discount }: Line, currency: string): Money => readMoney(String(discount ?? 0), currency)

/** What a line costs after its own discount; undefined where it has no price. */
const costOf = (line: Line, currency: string): Money | undefined => {
  const { amount, unitPrice, quantity } = line
  if (amount === undefined && unitPrice === undefined) return undefined
  const price =
    amount === undefined
      ? productOf({ price: String(unitPrice), quantity: String(quantity), currency, rounded: true })
      : readMoney(String(amount), currency)
  return { minor: Math.max(0, price.minor - discountOf(line, currency).minor), currency }
}

/** Each share is rounded so that the shares up to it come to their exact part, rounded down: the last makes the sum whole. */
const sharesOf = (off: Money, costs: readonly Money[]): readonly Money[] => {
  const all = sumMoney(off.currency, costs)
  if (off.minor > all.minor)
    return refuse('MAPPING_FAILED', `expected discounts of at most ${moneyText(all)}, got ${moneyText(off)}`)
  let cost = 0n
  let given = 0n
  return costs.map(({ minor, currency }) => {
    cost += BigInt(minor)
    const upTo = (BigInt(off.minor) * cost) / BigInt(all.minor)
    const share = upTo - given
    given = upTo
    return { minor: Number(share), currency }
  })
}
