import type { Charge, OrderLine, Totals } from '../canonical/line.ts'
import { moneyText } from '../kernel/money.ts'
import type { ToldView } from './read-told.ts'

/** The order's totals as told; several parts are added up. Absent where the channel tells no money. */
export const totalsOf = (told: ToldView): Totals | undefined => {
  const [first, ...others] = told.sectionsOf('totals')
  if (first === undefined) return undefined
  return others.reduce(addTotals, first)
}

const addTotals = (a: Totals, b: Totals): Totals => {
  const plus = (x: { minor: number; currency: string }, y: { minor: number }) => ({
    minor: x.minor + y.minor,
    currency: x.currency,
  })
  const included =
    a.taxIncluded === undefined || b.taxIncluded === undefined ? undefined : plus(a.taxIncluded, b.taxIncluded)
  return {
    items: plus(a.items, b.items),
    discount: plus(a.discount, b.discount),
    charges: plus(a.charges, b.charges),
    taxAdded: plus(a.taxAdded, b.taxAdded),
    ...(included === undefined ? {} : { taxIncluded: included }),
    total: plus(a.total, b.total),
  }
}

/**
 * Why the money does not add up, with both figures; undefined where it does, or where too little is told to say.
 * items − discount + charges + taxAdded = total, once by the channel's own sums and once by its lines and charges.
 */
export const differenceOf = (
  totals: Totals | undefined,
  lines: readonly OrderLine[],
  charges: readonly Charge[],
): string | undefined => {
  if (totals === undefined) return undefined
  const { currency } = totals.total
  const text = (minor: number): string => `${moneyText({ minor, currency })} ${currency}`
  const bySums = totals.items.minor - totals.discount.minor + totals.charges.minor + totals.taxAdded.minor
  if (bySums !== totals.total.minor)
    return `the channel's sums come to ${text(bySums)}, its total says ${text(totals.total.minor)}`
  const byLines = sumOfLines(lines, charges)
  if (byLines === undefined || byLines === totals.total.minor) return undefined
  return `lines and charges come to ${text(byLines)}, the total says ${text(totals.total.minor)}`
}

const sumOfLines = (lines: readonly OrderLine[], charges: readonly Charge[]): number | undefined => {
  let sum = 0
  for (const line of lines) {
    if (line.total === undefined) return undefined
    sum += line.total.minor
  }
  for (const charge of charges)
    sum += charge.amount.minor - (charge.discount?.minor ?? 0) + (charge.taxAdded?.minor ?? 0)
  return sum
}
