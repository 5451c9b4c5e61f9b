import type { RefusalReason } from '../connector/contract.ts'

/** What came to the webhooks of one connection since the start. */
export interface PostCounts {
  kept: number
  seen: number
  readonly refused: Map<RefusalReason, number>
}

/** Plain numbers, so that counting costs the webhooks nothing; the metrics read them when they are asked. */
export interface Counts {
  of(connection: string): PostCounts
  all(): ReadonlyMap<string, PostCounts>
}

export const openCounts = (): Counts => {
  const counts = new Map<string, PostCounts>()
  return {
    of: (connection) => {
      const held = counts.get(connection)
      if (held !== undefined) return held
      const fresh: PostCounts = { kept: 0, seen: 0, refused: new Map() }
      counts.set(connection, fresh)
      return fresh
    },
    all: () => counts,
  }
}
