import type { Coverage } from '../mapping/compile.ts'

/** What a mapping never reads, in few lines: a branch of which nothing is read is named once, with the count of its leaves. */
export const unreadBranches = ({ read, unread }: Coverage): readonly string[] => {
  const touched = new Set(read.flatMap(stems))
  const branches = Map.groupBy(unread, (path) => stems(path).find((stem) => !touched.has(stem)) ?? path)
  return [...branches].map(([branch, leaves]) =>
    leaves.length === 1 ? (leaves[0] ?? branch) : `${branch}  (${leaves.length})`,
  )
}

/** A path and all that lead to it, the shortest first: a, a.b, a.b.c. */
const stems = (path: string): readonly string[] =>
  path.split('.').map((_, at, steps) => steps.slice(0, at + 1).join('.'))
