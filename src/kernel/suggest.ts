/** "; did you mean …?" where one of the names known is close to the one that came, else ''. */
export const didYouMean = (came: string, known: Iterable<string>): string => {
  let best: string | undefined
  let least = Math.max(1, Math.floor(came.length / 3)) + 1
  for (const name of known) {
    const steps = distance(came.toLowerCase(), name.toLowerCase())
    if (steps < least) [best, least] = [name, steps]
  }
  return best === undefined ? '' : `; did you mean ${JSON.stringify(best)}?`
}

/** Letters to add, take away, change, or swap with their neighbour: the last is the commonest slip of the hand. */
const distance = (from: string, to: string): number => {
  let before: readonly number[] = []
  let row: readonly number[] = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : change
      next.push(Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    before = row
    row = next
  }
  return row[to.length] ?? 0
}
