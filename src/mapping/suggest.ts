/** " — did you mean …?" where one of the names known is close to the one that came, else ''. */
export const didYouMean = (came: string, known: Iterable<string>): string => {
  let best: string | undefined
  let least = Math.ceil(came.length / 3) + 1
  for (const name of known) {
    const steps = distance(came.toLowerCase(), name.toLowerCase())
    if (steps < least) [best, least] = [name, steps]
  }
  return best === undefined ? '' : `; did you mean ${JSON.stringify(best)}?`
}

/** Letters to add, take away, change, or swap with the next. */
const distance = (from: string, to: string): number => {
  const rows = [Array.from({ length: to.length + 1 }, (_, at) => at)]
  const held = (i: number, j: number): number => rows[i]?.[j] ?? 0
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= to.length; j += 1) {
      const change = held(i - 1, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      const swap = swapped ? held(i - 2, j - 2) + 1 : change
      row.push(Math.min(change, swap, held(i - 1, j) + 1, held(i, j - 1) + 1))
    }
  }
  return held(from.length, to.length)
}
