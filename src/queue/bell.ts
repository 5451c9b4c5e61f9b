export const stages = ['ingest', 'react', 'push'] as const
export type Stage = (typeof stages)[number]

/** How the bell fares. Without it work goes on by the relay, a little later. */
export interface BellState {
  /** The server that carries rings does not answer. */
  readonly away: boolean
  /** Rings that went nowhere since the start. */
  readonly failed: number
}

/** Rings a stage: a row of it is due. Best effort: a lost ring is rung again by the relay. Never throws, never waits. */
export interface Bell {
  /** @param row id of the row that is due, for whoever reads the queue; the stage takes whatever is due */
  ring(stage: Stage, row?: string): void
  /** Calls `wake` soon after a ring, in one of the processes that listen; rings that come together wake once. */
  listen(stage: Stage, wake: () => void): void
  state(): BellState
  close(): Promise<void>
}
