/**
 * Wakes every stage of this process at a steady beat: whatever is due and was not rung, or whose lease ran out, is taken up. It needs no
 * bell: with Redis emptied or away, work goes on by it.
 */
export const startRelay = (wakes: readonly (() => void)[], everyMs: number): { stop(): void } => {
  const beat = (): void => {
    for (const wake of wakes) wake()
  }
  beat()
  const timer = setInterval(beat, everyMs)
  return { stop: () => clearInterval(timer) }
}
