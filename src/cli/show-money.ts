import type { View } from '../canonical/order.ts'
import { type Money, moneyText } from '../kernel/money.ts'
import { section } from './show-order.ts'
import { localTime, padStart, plain, withCurrency } from './text.ts'
import type { Terminal } from './verb.ts'

type Pen = Pick<Terminal, 'paint'>

/** The money of an order: how the total adds up, what was paid, what was given back. */
export const showMoney = (pen: Pen, order: View): readonly string[] => [
  ...section(pen, 'Money', sums(pen, order)),
  ...section(
    pen,
    'Payments',
    order.payments.map(({ state, amount, method, methodName, at, claimed, collector }) =>
      [
        `${withCurrency(amount)}  ${state}`,
        `${method}${methodName === undefined || methodName === method ? '' : ` (${plain(methodName)})`}`,
        at === undefined ? '' : localTime(at),
        collector === undefined || collector === 'us' ? '' : `collected by the ${collector}`,
        claimed === true ? 'as the channel says; no payment was told' : '',
      ]
        .filter((text) => text !== '')
        .join('  '),
    ),
  ),
  ...section(
    pen,
    'Refunds',
    order.refunds.map(({ state, amount, reason, at }) =>
      [`${withCurrency(amount)}  ${state}`, at === undefined ? '' : localTime(at), plain(reason ?? '')]
        .filter((text) => text !== '')
        .join('  '),
    ),
  ),
]

const sums = (pen: Pen, { totals, charges, terms }: View): readonly string[] => {
  if (totals === undefined) return ['The channel does not say.']
  const { items, discount, taxAdded, taxIncluded, total } = totals
  const negative = (amount: Money): Money => ({ ...amount, minor: -amount.minor })
  const net = (amount: Money, less: Money | undefined): Money => ({
    ...amount,
    minor: amount.minor - (less?.minor ?? 0),
  })
  const rows: readonly (readonly [string, Money])[] = [
    ['Items', items],
    ...(discount.minor === 0 ? [] : [['Discount', negative(discount)] as const]),
    ...charges.map((charge) => [titleOf(charge), net(charge.amount, charge.discount)] as const),
    ...(taxAdded.minor === 0 ? [] : [['Tax', taxAdded] as const]),
  ]
  const titles = Math.max(...rows.map(([title]) => title.length), 'Total'.length)
  const width = Math.max(...rows.map(([, amount]) => moneyText(amount).length), moneyText(total).length)
  const contained = taxIncluded === undefined || taxIncluded.minor === 0 ? '' : `  of it tax ${moneyText(taxIncluded)}`
  return [
    ...rows.map(([title, amount]) => `${title.padEnd(titles)}  ${padStart(moneyText(amount), width)}`),
    `${pen.paint('bold', 'Total'.padEnd(titles))}  ${pen.paint('bold', padStart(moneyText(total), width))} ${total.currency}${contained}`,
    ...(terms === undefined
      ? []
      : [
          `on terms: ${terms.kind}${terms.days === undefined ? '' : ` ${terms.days} days`}${terms.dueAt === undefined ? '' : `, due ${localTime(terms.dueAt)}`}`,
        ]),
  ]
}

const titleOf = ({ kind, title }: View['charges'][number]): string => {
  const word = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`
  return title === undefined || title.toLowerCase() === kind ? word : `${word} (${plain(title)})`
}
