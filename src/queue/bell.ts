export const stages = ['ingest', 'react', 'push', 'pull'] as const
export type Stage = (typeof stages)[number]

/** How the bell fares. Without it work goes on by the relay, a little later. */
export interface BellState {
  /** The server that carries rings took none of late. */
  readonly away: boolean
  /** Rings that reached no other process since the start. */
  readonly failed: number
}

/** Rings a stage: a row of it is due. Best effort: what a lost ring meant is found by the relay. */
export interface Bell {
  /** Returns at once, never throws, and keeps no more of a thousand rings than of one. */
  ring(stage: Stage): void
  /** Calls `wake` soon after a ring, in one of the processes that listen, and in this one where it rang; rings that come together wake once. */
  listen(stage: Stage, wake: () => void): void
  state(): BellState
  /** Tries it, as a ring would, and gives the state as it is now. */
  look(): Promise<BellState>
  close(): Promise<void>
}
