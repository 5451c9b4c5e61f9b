import { type Bell, stages } from '../src/queue/bell.ts'

/** Rings every stage at a steady beat: whatever is due and was not rung, or whose lease ran out, is taken up. */
export const startRelay = (bell: Pick<Bell, 'ring'>, everyMs: number): { stop(): void } => {
  const beat = (): void => {
    for (const stage of stages) bell.ring(stage)
  }
  beat()
  const timer = setInterval(beat, everyMs)
  return { stop: () => clearInterval(timer) }
}
