import type { OrderDoc } from '../canonical/order.ts'
import type { Difference } from '../store/rows.ts'
import type { Account } from './account.ts'
import type { ListDeps } from './list-orders.ts'

interface Over {
  readonly from: Date
  readonly to: Date
  /** What was listed, by external id among others. */
  readonly seen: ReadonlySet<string>
}

/** Orders that are looked at together, and those of a stretch that the channel is asked for one by one. */
const atOnce = 500
const mostAsked = 20

/**
 * Orders held that the channel does not list. As it may place one a little before or after the stretch, it is asked for it: only what it
 * has no more is surplus. Those that it was not asked for are counted apart.
 */
export const surplusOf = async (
  deps: ListDeps,
  account: Account,
  over: Over,
): Promise<{ readonly surplus: readonly Difference[]; readonly unasked: number }> => {
  const found: Difference[] = []
  let asked = 0
  let unasked = 0
  for await (const order of unlisted(deps, account, over)) {
    if (account.connector.queries.order === undefined || asked === mostAsked) {
      unasked += 1
      continue
    }
    asked += 1
    if ((await deps.carrier.ask(account, order.externalId)) !== 'gone') continue
    const since = deps.now().getTime() - Date.parse(order.placedAt)
    found.push({ kind: 'surplus', order: order.externalId, sinceSeconds: Math.max(0, Math.round(since / 1000)) })
  }
  return { surplus: found, unasked }
}

async function* unlisted(
  deps: ListDeps,
  { id: connection }: Account,
  { from, to, seen }: Over,
): AsyncGenerator<OrderDoc> {
  let since: Pick<OrderDoc, '_id' | 'placedAt'> | undefined
  const end = to.toISOString()
  for (;;) {
    const begin = since === undefined ? { $gte: from.toISOString() } : { $gte: since.placedAt }
    const behind =
      since === undefined
        ? {}
        : { $or: [{ placedAt: { $gt: since.placedAt } }, { placedAt: since.placedAt, _id: { $gt: since._id } }] }
    const page = await deps.orders.list(
      { connection, placedAt: { ...begin, $lt: end }, ...behind },
      { sort: { placedAt: 1, _id: 1 }, limit: atOnce, projection: { externalId: 1, placedAt: 1 } },
    )
    for (const order of page) if (!seen.has(order.externalId)) yield order
    since = page.at(-1)
    if (page.length < atOnce) return
  }
}
