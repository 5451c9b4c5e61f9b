import type { List, Listed, ListWindow } from '../../src/connector/contract.ts'
import { type Bench, firstMoment, type Played, present } from './prove-connector-bench.ts'
import type { Outside } from './prove-connector-outside.ts'

/** A list of the connector under its name, and what it is asked by. */
export interface Reading {
  readonly name: string
  readonly list: List<Readonly<Record<string, unknown>>>
  readonly by: ListWindow['by']
}

/** Every list, asked by one thing; a list that cannot be is asked by what it can. */
export const readingsBy = ({ connector }: Bench, by: ListWindow['by']): readonly Reading[] =>
  Object.entries(connector.lists ?? {}).map(([name, list]) => ({
    name,
    list,
    by: list.by.includes(by) ? by : present(list.by[0], `something that the list ${name} can be asked by`),
  }))

/** What the lists can be asked by, the one first that makes them part of the certificate. */
export const waysOf = ({ connector }: Bench): readonly ListWindow['by'][] => {
  const can = Object.values(connector.lists ?? {}).flatMap(({ by }) => by)
  return (['placed', 'changed'] as const).filter((by) => can.includes(by))
}

const minute = 60_000
const day = 24 * 60 * minute

/** When a list is read that shows all that was played: later than the last of it by the list's lag. */
export const readAt = ({ now }: Pick<Played, 'now'>, { list }: Reading): Date =>
  new Date(now.getTime() + minute + list.lagSeconds * 1000)

/** From before the first to after the last of what was played, in windows as long as the list takes them. */
export const allOf = ({ now }: Pick<Played, 'now'>, reading: Reading): readonly ListWindow[] =>
  windowsOf(reading, new Date(firstMoment.getTime() - day), new Date(now.getTime() + minute))

/** A day of long before. */
export const noneOf = (reading: Reading): readonly ListWindow[] =>
  windowsOf(reading, new Date(firstMoment.getTime() - 41 * day), new Date(firstMoment.getTime() - 40 * day))

export const windowsOf = ({ list, by }: Reading, from: Date, to: Date): readonly ListWindow[] => {
  const longest = (list.longestSeconds ?? Number.POSITIVE_INFINITY) * 1000
  const windows: ListWindow[] = []
  for (let start = from.getTime(); start < to.getTime(); start += longest) {
    windows.push({ by, from: new Date(start), to: new Date(Math.min(start + longest, to.getTime())) })
  }
  return windows
}

export interface ReadingOf {
  readonly reading: Reading
  readonly window: ListWindow
  readonly now: Date
  /** What happens once the first page was read. */
  readonly meanwhile?: () => void
}

/** Reads a window from its first page to its last. @throws where it has no end, or a page is given twice */
export const readWindow = async (
  { connector, account }: Bench,
  { send }: Outside,
  { reading: { name, list }, window, now, meanwhile }: ReadingOf,
): Promise<readonly Listed[]> => {
  const at = { window, settings: account.settings, now }
  const items: Listed[] = []
  const pages = new Set<string>()
  let page: string | undefined
  for (;;) {
    const read = list.read(await send(connector, account, list.ask(at, page)), at, page)
    items.push(...read.items)
    if (pages.size === 0) meanwhile?.()
    if (read.next === undefined) return items
    if (pages.has(read.next)) throw new Error(`list ${name} has no end: page ${read.next} leads to itself`)
    pages.add(read.next)
    page = read.next
  }
}
