import type { Page } from '../connector/carry.ts'
import type { Listed } from '../connector/contract.ts'
import { digest } from '../kernel/digest.ts'
import { orderIdOf } from '../kernel/ids.ts'
import type { Difference, Findings, Pull } from '../store/rows.ts'
import type { Ending } from '../store/work.ts'
import type { Account } from './account.ts'
import { type Compared, compareListed, isHeld } from './compare-listed.ts'
import { keepAll, type ListDeps, readPage, skewOf } from './list-orders.ts'
import { listsOf, nextStretch } from './pull-reading.ts'
import { surplusOf } from './surplus.ts'

/** Differences that are kept by name; all are counted. */
const named = 1_000
/** What was fetched is looked for so often, a second apart, until it is held. */
const mostLooks = 60

/**
 * Holds what the channel says exists against what is held: a stretch of time a claim, all lists of it from first page to last, for what is
 * held besides is known at its end alone. A stretch that is lost with its process is read again. Its last ending is the certificate.
 */
export const reconcile = async (deps: ListDeps, account: Account, row: Pull): Promise<Ending> => {
  const stretch = nextStretch(account, row)
  if (stretch === undefined) return lookAgain(deps, account, row)
  const found = await readStretch(deps, account, { row, ...stretch })
  const set = { ...found, upTo: stretch.to }
  if (nextStretch(account, { ...row, ...set }) === undefined) return lookAgain(deps, account, { ...row, ...set })
  return { to: 'due', at: deps.now(), freeAttempt: true, set, unset: ['error'] }
}

interface Stretch {
  readonly row: Pull
  readonly from: Date
  readonly to: Date
}

type Found = Pick<Pull, 'pages' | 'listed' | 'kept' | 'skewSeconds'> & { readonly findings: Findings }

const readStretch = async (deps: ListDeps, account: Account, { row, from, to }: Stretch): Promise<Found> => {
  const seen = new Set<string>()
  const { pages, listed, kept, findings = nothingFound } = row
  let found: Found = { pages, listed, kept, findings }
  for (const [list] of listsOf(account, 'placed')) {
    const reading = { list, from, to, restarts: 0 }
    for (let page: string | undefined; ; ) {
      const read = await readPage(deps, account, {
        reading: page === undefined ? reading : { ...reading, page },
        by: 'placed',
      })
      found = await takeIn(deps, account, { row, list, read, found, seen })
      page = read.next
      if (page === undefined) break
      await deps.pulls.extend(row, new Date(deps.now().getTime() + deps.leaseMs))
    }
  }
  const { surplus, unasked } = await surplusOf(deps, account, { from, to, seen })
  const { findings: all } = found
  return { ...found, findings: withDifferences({ ...all, unasked: all.unasked + unasked }, surplus) }
}

interface PageOf {
  readonly row: Pull
  readonly list: string
  readonly read: Page
  readonly found: Found
  readonly seen: Set<string>
}

const takeIn = async (deps: ListDeps, account: Account, { row, list, read, found, seen }: PageOf): Promise<Found> => {
  const facts = read.items.filter(({ fact }) => fact === true)
  if (row.cure === true && facts.length > 0) await keepAll(deps, account, { list, items: facts })
  // A page that shifted while it was read shows an order twice: it counts once.
  const items = read.items.filter((item) => item.fact !== true && !seen.has(keyOf(item)))
  for (const item of items) seen.add(keyOf(item)).add(item.order)
  const now = deps.now()
  const held = await heldOf(deps, account, items)
  const compared = items.map((item) => compareListed(item, held.get(item.order), { now, account }))
  const wrong = items.filter((_, index) => compared[index]?.difference !== undefined)
  const kept = row.cure === true && wrong.length > 0 ? await keepAll(deps, account, { list, items: wrong }) : 0
  return {
    pages: found.pages + 1,
    listed: found.listed + items.length,
    kept: found.kept + kept,
    ...skewOf(read, now),
    findings: withCompared(found.findings, compared),
  }
}

const keyOf = ({ order, part }: Listed): string => `${order}/${part ?? ''}`

const heldOf = async (deps: ListDeps, account: Account, items: readonly Pick<Listed, 'order'>[]) => {
  const ids = new Set(items.map(({ order }) => orderIdOf(account.id, order)))
  const orders = await deps.orders.readMany([...ids])
  return new Map(orders.map((order) => [order.externalId, order]))
}

const withCompared = (before: Findings, compared: readonly Compared[]): Findings => {
  const settled = compared.filter(({ underWay }) => !underWay)
  return {
    ...withDifferences(
      before,
      compared.flatMap(({ difference }) => difference ?? []),
    ),
    held: before.held + compared.filter(({ held }) => held !== undefined).length,
    underWay: before.underWay + compared.length - settled.length,
    digests: {
      listed: digest(before.digests.listed, ...settled.map(({ listed }) => listed)),
      held: digest(before.digests.held, ...settled.map(({ held }) => held ?? '')),
    },
  }
}

const withDifferences = (before: Findings, differences: readonly Difference[]): Findings => {
  const count = (kind: Difference['kind']): number => differences.filter((one) => one.kind === kind).length
  const missing = differences.filter(({ kind }) => kind === 'missing').map(({ sinceSeconds }) => sinceSeconds)
  return {
    ...before,
    missing: before.missing + count('missing'),
    stale: before.stale + count('stale'),
    differing: before.differing + count('differing'),
    surplus: before.surplus + count('surplus'),
    longestMissingSeconds: Math.max(before.longestMissingSeconds, ...missing),
    differences: [...before.differences, ...differences].slice(0, named),
  }
}

const nothingFound: Findings = {
  held: 0,
  missing: 0,
  stale: 0,
  differing: 0,
  surplus: 0,
  underWay: 0,
  unasked: 0,
  cured: 0,
  longestMissingSeconds: 0,
  digests: { listed: '', held: '' },
  differences: [],
}

/** What was fetched is folded by itself: once it is held, or has had its time, the certificate is made out. */
const lookAgain = async (deps: ListDeps, account: Account, row: Pull): Promise<Ending> => {
  const { pages, listed, kept, skewSeconds, upTo, findings = nothingFound, looks = 0 } = row
  const held = await heldOf(deps, account, findings.differences)
  const cured = findings.differences.filter((one) => isHeld(held.get(one.order), one)).length
  const curable = findings.differences.filter(({ kind }) => kind === 'missing' || kind === 'stale').length
  const set = {
    ...{ pages, listed, kept, upTo, findings: { ...findings, cured } },
    ...(skewSeconds === undefined ? {} : { skewSeconds }),
  }
  const now = deps.now()
  if (row.cure === true && cured < curable && looks < mostLooks)
    return { to: 'due', at: new Date(now.getTime() + 1000), freeAttempt: true, set: { ...set, looks: looks + 1 } }
  return { to: 'done', set: { ...set, doneAt: now } }
}
