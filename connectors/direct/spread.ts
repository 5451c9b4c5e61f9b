import { asHubError, HubError, refuse } from '../../src/kernel/errors.ts'
import type { Json } from '../../src/kernel/json.ts'
import { type Money, moneyText, readMoney, sumMoney } from '../../src/kernel/money.ts'
import { productOf } from '../../src/mapping/product.ts'
import { readOrder } from './order.ts'
import type { DirectOrder } from './payloads.ts'

type Line = DirectOrder['lines'][number]

/**
 * Takes what is discounted off the whole order from its lines, in proportion to what each costs, to the smallest unit:
 * in our order only discounts on lines and charges count. Where a line has no price it leaves all as it is.
 * @throws MAPPING_FAILED when the discounts come to more than the lines, or an amount is none
 */
export const spread = (payload: Json): Json => {
  const order = readOrder(payload, 'MAPPING_FAILED')
  const { currency } = order
  const off = wholeDiscount(order)
  if (off.minor === 0) return payload
  const priced = order.lines.map((line, at) => pricesOf(line, currency, `lines[${at}]`))
  if (!priced.every((one) => one !== undefined)) return payload
  const shares = sharesOf(
    off,
    priced.map(({ cost }) => cost),
  )
  const lines = order.lines.map((line, at) => ({
    ...line,
    discount: moneyText(sumMoney(currency, [priced[at]?.discount, shares[at]])),
  }))
  return { ...order, lines }
}

const wholeDiscount = ({ discounts = [], currency }: DirectOrder): Money =>
  sumMoney(
    currency,
    discounts.map(({ scope, amount = 0 }, at) =>
      scope === 'order' ? located(`discounts[${at}].amount`, () => readMoney(String(amount), currency)) : undefined,
    ),
  )

interface Prices {
  readonly discount: Money
  /** What the line costs after its own discount. */
  readonly cost: Money
}

/** Undefined where the line has no price. */
const pricesOf = (line: Line, currency: string, place: string): Prices | undefined => {
  const { amount, unitPrice, quantity } = line
  if (amount === undefined && unitPrice === undefined) return undefined
  return located(place, () => {
    const price =
      amount === undefined
        ? productOf({ price: String(unitPrice), quantity: String(quantity), currency, rounded: true })
        : readMoney(String(amount), currency)
    const discount = readMoney(String(line.discount ?? 0), currency)
    return { discount, cost: { minor: Math.max(0, price.minor - discount.minor), currency } }
  })
}

const located = <T>(place: string, read: () => T): T => {
  try {
    return read()
  } catch (cause) {
    const { code, message } = asHubError(cause)
    throw new HubError(code, `${place}: ${message}`, {}, cause)
  }
}

/** Each share makes the shares up to it their exact part, rounded down: so the last makes the sum whole, and none exceeds its line. */
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
