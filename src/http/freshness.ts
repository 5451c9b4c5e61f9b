import type { HttpDeps } from './deps.ts'

/** When the last message of each connection was kept. */
export interface Freshness {
  look(): Promise<ReadonlyMap<string, Date>>
}

/** There is no index by connection, for it would cost every message: the newest are looked through, and what was seen is remembered. */
const [firstLook, laterLooks] = [2_000, 500] as const

/** Of a connection that is not among the newest messages at the first look, nothing is known until its next one. */
export const openFreshness = ({ repositories: { inbox } }: HttpDeps): Freshness => {
  const last = new Map<string, Date>()
  let limit: number = firstLook
  return {
    look: async () => {
      const newest = await inbox.find({}, { sort: { keptAt: -1, _id: -1 }, limit })
      limit = laterLooks
      for (const { connection, keptAt } of newest)
        if (keptAt > (last.get(connection) ?? 0)) last.set(connection, keptAt)
      return last
    },
  }
}
