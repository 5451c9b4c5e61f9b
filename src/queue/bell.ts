export const stages = ['ingest', 'react', 'push'] as const
export type Stage = (typeof stages)[number]

/** Rings a stage: a row of it is due. Best effort: a lost ring is rung again by the relay. Never throws. */
export interface Bell {
  ring(stage: Stage): void
  /** Calls `wake` soon after a ring; rings that come together wake once. */
  listen(stage: Stage, wake: () => void): void
  close(): Promise<void>
}
