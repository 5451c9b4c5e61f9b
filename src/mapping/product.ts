import { HubError } from '../kernel/errors.ts'
import { exponentOf, type Money, money } from '../kernel/money.ts'
import { readQuantity } from '../kernel/quantity.ts'

interface Factors {
  readonly price: string
  readonly quantity: string
  readonly currency: string
  /** half up, away from zero; false: a result finer than the currency is refused */
  readonly rounded: boolean
}

const decimal = /^([+-]?)(\d{1,15})(?:\.(\d{1,15}))?$/

/**
 * A price times a quantity, exactly.
 * @throws MAPPING_FAILED when one of them is no decimal, or the result is finer than the currency and may not be rounded
 */
export const productOf = ({ price, quantity, currency, rounded }: Factors): Money => {
  const digits = exponentOf(currency)
  const [, sign, whole = '', fraction = ''] = decimal.exec(price) ?? []
  if (sign === undefined)
    throw new HubError('MAPPING_FAILED', `expected a price such as 19.99, got ${JSON.stringify(price)}`)
  if (fraction.length <= digits && /^\d{1,6}$/.test(quantity)) {
    const minor = Number(whole + fraction.padEnd(digits, '0')) * Number(quantity)
    return money(sign === '-' ? -minor : minor, currency)
  }
  const [units = '', parts = ''] = String(readQuantity(quantity)).split('.')
  const scale = 10n ** BigInt(Math.max(0, fraction.length + parts.length - digits))
  const product =
    BigInt(whole + fraction) *
    BigInt(units + parts) *
    10n ** BigInt(Math.max(0, digits - fraction.length - parts.length))
  if (product % scale !== 0n && !rounded) {
    throw new HubError(
      'MAPPING_FAILED',
      `expected a price that times ${quantity} is a whole number of ${currency}'s smallest unit, got ${JSON.stringify(price)}`,
    )
  }
  const minor = Number((product + scale / 2n) / scale)
  return money(sign === '-' ? -minor : minor, currency)
}
