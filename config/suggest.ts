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

/** Levenshtein's: letters to add, take away or change. */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
