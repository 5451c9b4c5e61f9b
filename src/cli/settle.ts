/** What is left to do now, in the way that work goes: messages, reactions, commands. */
export type Left = readonly [messages: number, reactions: number, commands: number]

export interface SettleDeps {
  readonly left: () => Promise<Left>
  readonly now: () => Date
  readonly sleep: (ms: number) => Promise<unknown>
  /** Work that does not get any less is waited for so long. */
  readonly patienceMs: number
}

const lookEveryMs = 20

/** Waits until nothing is left that could be done now, however much it is, as long as it gets less. @returns what is left */
export const settle = async ({ left, now, sleep, patienceMs }: SettleDeps): Promise<number> => {
  let least = await left()
  let until = now().getTime() + patienceMs
  let seen = least
  while (sum(seen) > 0 && now().getTime() < until) {
    await sleep(lookEveryMs)
    seen = await left()
    if (!isLess(seen, least)) continue
    least = seen
    until = now().getTime() + patienceMs
  }
  return sum(seen)
}

const sum = (left: Left): number => left.reduce((total, count) => total + count, 0)

/** A message done may leave a reaction to do, a reaction commands: fewer of what comes first is less. */
const isLess = (one: Left, other: Left): boolean => {
  const place = one.findIndex((count, at) => count !== other[at])
  return place >= 0 && (one[place] ?? 0) < (other[place] ?? 0)
}
