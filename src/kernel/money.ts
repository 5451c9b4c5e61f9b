import currencyCodes from 'currency-codes'
import { HubError } from './errors.ts'

/** An amount in the smallest unit of its currency: 19.99 EUR is 1999, 500 JPY is 500, 1.250 KWD is 1250. */
export interface Money {
  readonly minor: number
  readonly currency: string
}

const exponents = new Map<string, number>()

/**
 * How many fraction digits the currency has.
 * @throws MAPPING_FAILED when the text is no ISO 4217 code
 */
export const exponentOf = (currency: string): number => {
  const known = exponents.get(currency)
  if (known !== undefined) return known
  const row = /^[A-Z]{3}$/.test(currency) ? currencyCodes.code(currency) : undefined
  if (row === undefined) {
    throw new HubError(
      'MAPPING_FAILED',
      `expected an ISO 4217 currency code such as EUR, got ${JSON.stringify(currency)}`,
    )
  }
  exponents.set(currency, row.digits)
  return row.digits
}

const decimal = /^([+-]?)(\d{1,15})(?:\.(\d{1,12}))?$/

/**
 * Reads a channel's decimal text without passing through a float.
 * Trailing zeros beyond the currency's fraction digits are taken ('500.00' JPY is 500); other digits there are refused.
 * @throws MAPPING_FAILED when the text is no decimal number, or has more fraction digits than the currency
 */
export const readMoney = (text: string, currency: string): Money => {
  const digits = exponentOf(currency)
  const parts = decimal.exec(text)
  if (parts === null)
    throw new HubError('MAPPING_FAILED', `expected an amount such as 19.99, got ${JSON.stringify(text)}`)
  const [, sign, whole = '0', fraction = ''] = parts
  if (/[1-9]/.test(fraction.slice(digits))) {
    throw new HubError(
      'MAPPING_FAILED',
      `expected at most ${digits} fraction digits for ${currency}, got ${JSON.stringify(text)}`,
    )
  }
  return money(Number(`${whole}${fraction.slice(0, digits).padEnd(digits, '0')}`) * (sign === '-' ? -1 : 1), currency)
}

/**
 * An amount from an integer of the smallest unit.
 * @throws MAPPING_FAILED when it is no safe integer, or the currency is none
 */
export const money = (minor: number, currency: string): Money => {
  exponentOf(currency)
  if (!Number.isSafeInteger(minor))
    throw new HubError('MAPPING_FAILED', `expected a whole number of ${currency}'s smallest unit, got ${minor}`)
  return { minor: minor === 0 ? 0 : minor, currency }
}

export const zero = (currency: string): Money => money(0, currency)

/**
 * The sum; an empty list is zero of the currency given.
 * @throws MAPPING_FAILED when currencies differ
 */
export const sumMoney = (currency: string, amounts: readonly (Money | undefined)[]): Money => {
  let minor = 0
  for (const amount of amounts) {
    if (amount === undefined) continue
    if (amount.currency !== currency)
      throw new HubError('MAPPING_FAILED', `expected an amount in ${currency}, got one in ${amount.currency}`)
    minor += amount.minor
  }
  return money(minor, currency)
}

/** As decimal text with the currency's own fraction digits: '19.99', '-0.50', '500'. */
export const moneyText = ({ minor, currency }: Money): string => {
  const digits = exponentOf(currency)
  const text = String(Math.abs(minor)).padStart(digits + 1, '0')
  const sign = minor < 0 ? '-' : ''
  return digits === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}
