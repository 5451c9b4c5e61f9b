import type { Pulls } from '../store/pulls.ts'
import type { Account, Accounts } from './account.ts'
import { listable, listsOf } from './pull-reading.ts'

export interface PlanDeps {
  readonly accounts: Accounts
  readonly pulls: Pick<Pulls, 'ensureNews' | 'find' | 'reconcile'>
  readonly now: () => Date
}

/** ms between two looks at whether a certificate is wanted. */
const lookMs = 60_000
const hourMs = 3_600_000

/**
 * Sees to it that each enabled connection has the pulls it ought to have: news of every list, and a certificate when its time has come,
 * counted from the last one, or from the first time its news were asked for. Called often; several processes may.
 */
export const planPulls = (deps: PlanDeps): (() => Promise<void>) => {
  const planned = new Set<string>()
  const looked = new Map<string, number>()
  return async () => {
    for (const account of deps.accounts.all()) {
      if (!account.enabled || account.connector.lists === undefined) continue
      for (const [list] of listsOf(account, 'changed')) {
        const key = `${account.id} ${list}`
        if (planned.has(key)) continue
        const now = deps.now()
        await deps.pulls.ensureNews(account.id, list, { from: now, now })
        planned.add(key)
      }
      const now = deps.now().getTime()
      if (now - (looked.get(account.id) ?? Number.NEGATIVE_INFINITY) < lookMs) continue
      looked.set(account.id, now)
      await planCertificate(deps, account)
    }
  }
}

const planCertificate = async ({ pulls, now: clock }: PlanDeps, account: Account): Promise<void> => {
  const { reconcileHours, reconcileDays } = account.pull
  if (reconcileHours === 0 || listsOf(account, 'placed').length === 0) return
  const newest = { sort: { madeAt: -1, _id: -1 }, limit: 1 } as const
  const [last] = await pulls.find({ connection: account.id, kind: 'reconcile' }, newest)
  const [news] = last === undefined ? await pulls.find({ connection: account.id, kind: 'news' }, newest) : [last]
  const now = clock()
  if (news === undefined || now.getTime() - news.madeAt.getTime() < reconcileHours * hourMs) return
  const from = new Date(now.getTime() - reconcileDays * 24 * hourMs)
  const stretch = { connection: account.id, from, to: listable(account, now, now), cure: true }
  // Named by the one before it: two processes that find it due make one.
  await pulls.reconcile(stretch, `after ${news._id}`, now)
}
