import type { List, ListWindow } from '../connector/contract.ts'
import type { Pull, Reading } from '../store/rows.ts'
import type { Account } from './account.ts'

type ListOfAny = List<Account['settings']>

/** A stretch that a list does not bound itself is cut so long: what was begun and is lost is read again, and no more. */
const usualSeconds = 7 * 86_400

/** The lists that can be asked by it, and that the connection has what it takes for, in the order of their names. */
export const listsOf = (
  { connector, settings, secrets }: Account,
  by: ListWindow['by'],
): readonly (readonly [name: string, list: ListOfAny])[] =>
  Object.entries(connector.lists ?? {})
    .filter(([, list]) => list.by.includes(by) && (list.can?.(settings, secrets) ?? true))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))

/**
 * The stretch to be read after what a pull has read; undefined: there is none for now. A longer one than the channel takes comes in
 * several.
 */
export const nextReading = (account: Account, row: Pull, now: Date): Reading | undefined =>
  row.kind === 'news' ? nextNews(account, row, now) : nextOfAll(account, row)

const nextNews = (account: Account, { list: name, upTo, reading }: Pull, now: Date): Reading | undefined => {
  const list = name === undefined ? undefined : account.connector.lists?.[name]
  if (list === undefined || name === undefined || upTo === undefined) return undefined
  const { overlapSeconds, everySeconds } = account.pull
  const end = latestOf(account, list, now)
  // Straight on after a stretch that was cut: where less is left than between two times, that waits for the next time.
  if (reading !== undefined && end.getTime() - upTo.getTime() < everySeconds * 1000) return undefined
  const from = reading === undefined ? earlier(upTo, overlapSeconds) : upTo
  return end > from ? { list: name, from, to: cut(list, from, end), restarts: 0 } : undefined
}

/** Every list, one after the other, each from the beginning of the whole stretch to its end. */
const nextOfAll = (account: Account, { from, to, upTo, reading }: Pull): Reading | undefined => {
  if (from === undefined || to === undefined) return undefined
  const lists = listsOf(account, 'placed')
  const at = reading === undefined ? 0 : lists.findIndex(([name]) => name === reading.list)
  for (const [index, [name, list]] of lists.entries()) {
    if (index < at) continue
    const start = index === at && reading !== undefined ? (upTo ?? from) : from
    if (to > start) return { list: name, from: start, to: cut(list, start, to), restarts: 0 }
  }
  return undefined
}

/** The next stretch of time of a reconciliation, over all lists. */
export const nextStretch = (
  account: Account,
  { from, to, upTo = from }: Pull,
): { readonly from: Date; readonly to: Date } | undefined => {
  if (upTo === undefined || to === undefined || upTo >= to) return undefined
  const end = listsOf(account, 'placed').reduce((soonest, [, list]) => cut(list, upTo, soonest), to)
  return { from: upTo, to: end }
}

/** The end of a stretch of orders placed, put back to where all lists show everything. */
export const listable = (account: Account, to: Date, now: Date): Date =>
  listsOf(account, 'placed').reduce((end, [, list]) => earliest(end, latestOf(account, list, now)), to)

const latestOf = ({ pull }: Account, { lagSeconds }: ListOfAny, now: Date): Date =>
  earlier(now, pull.lagSeconds ?? lagSeconds)

const cut = ({ longestSeconds = usualSeconds }: ListOfAny, from: Date, to: Date): Date =>
  earliest(to, new Date(from.getTime() + longestSeconds * 1000))

const earlier = (than: Date, seconds: number): Date => new Date(than.getTime() - seconds * 1000)
const earliest = (a: Date, b: Date): Date => (a < b ? a : b)
