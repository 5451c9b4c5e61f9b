import type { OrderDoc } from '../canonical/order.ts'
import type { Listed } from '../connector/contract.ts'
import { moneyText, readMoney } from '../kernel/money.ts'
import { rankOfPart } from '../orders/registers.ts'
import type { Difference } from '../store/rows.ts'
import type { Account } from './account.ts'

/** How one listed order stands against what is held of it. */
export interface Compared {
  /** The order as a line: what its channel says, and what is held; the same where nothing differs. `held` is absent where it is not held. */
  readonly listed: string
  readonly held?: string
  readonly difference?: Difference
  /** It changed so lately that its message may be on the way. */
  readonly underWay: boolean
}

interface At {
  readonly now: Date
  readonly account: Account
}

/** Compares by id, version and total; what is held at a newer version than was listed is no difference. */
export const compareListed = (item: Listed, order: OrderDoc | undefined, { now, account }: At): Compared => {
  const { rank, total } = item
  const listed = lineOf(item, rank, total === undefined ? '' : `${total.amount} ${total.currency}`)
  const sinceSeconds = Math.max(0, Math.round((now.getTime() - item.changed) / 1000))
  const underWay = sinceSeconds < account.pull.overlapSeconds
  const heldRank = order === undefined ? undefined : rankOfPart(order.told, item.part)
  const found = (kind: Difference['kind'], figures: Pick<Difference, 'listed' | 'held'> = {}): Difference => ({
    kind,
    order: item.order,
    ...(item.part === undefined ? {} : { part: item.part }),
    rank,
    ...figures,
    sinceSeconds,
  })
  if (order === undefined || heldRank === undefined)
    return underWay ? { listed, underWay } : { listed, difference: found('missing'), underWay }
  if (heldRank < rank) {
    const held = lineOf(item, heldRank, '')
    return underWay ? { listed, held, underWay } : { listed, held, difference: found('stale'), underWay }
  }
  const figures = heldRank > rank ? undefined : differingTotals(item, order)
  if (figures === undefined) return { listed, held: listed, underWay: false }
  return {
    listed,
    held: lineOf(item, heldRank, figures.held),
    difference: found('differing', figures),
    underWay: false,
  }
}

const lineOf = ({ order, part = '' }: Listed, rank: number, total: string): string =>
  `${order}/${part}@${rank} ${total}`

const differingTotals = (
  { total }: Listed,
  { totals }: OrderDoc,
): { readonly listed: string; readonly held: string } | undefined => {
  if (total === undefined) return undefined
  const listed = readMoney(total.amount, total.currency)
  const held = totals?.total
  if (held !== undefined && held.minor === listed.minor && held.currency === listed.currency) return undefined
  const text = (money: typeof listed): string => `${moneyText(money)} ${money.currency}`
  return { listed: text(listed), held: held === undefined ? 'no total' : text(held) }
}

/** Whether what was missing, or stale, is there by now. */
export const isHeld = (order: OrderDoc | undefined, { kind, part, rank }: Difference): boolean =>
  (kind === 'missing' || kind === 'stale') &&
  order !== undefined &&
  rank !== undefined &&
  (rankOfPart(order.told, part) ?? Number.NEGATIVE_INFINITY) >= rank
