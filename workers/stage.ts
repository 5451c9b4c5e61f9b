import { asHubError, type HubError } from '../src/kernel/errors.ts'
import type { Log } from '../src/kernel/log.ts'

/** A stage at work: woken by the bell and the relay, it takes batches until nothing is due. */
export interface StageWorker {
  wake(): void
  /** No new work; resolves when what was begun is finished. */
  stop(): Promise<void>
}

export interface StageSpec {
  readonly name: string
  /** Takes and works one batch; how many rows it took. */
  readonly batch: () => Promise<number>
  readonly log: Log
}

/** The one harness of every stage. A failing batch is logged; its rows were given back, or their leases run out. */
export const startStage = ({ name, batch, log }: StageSpec): StageWorker => {
  let open = true
  let rung = false
  let running: Promise<void> | undefined
  const work = async (): Promise<void> => {
    while (open && rung) {
      rung = false
      try {
        if ((await batch()) > 0) rung = true
      } catch (error) {
        log.error({ stage: name, code: asHubError(error).code, why: asHubError(error).message }, 'batch failed')
      }
    }
    running = undefined
  }
  return {
    wake: () => {
      rung = true
      if (open) running ??= work()
    },
    stop: async () => {
      open = false
      await running
    },
  }
}

/**
 * Works claimed rows; where that fails as a whole they are given back at once, and the failure goes on to the harness. A store
 * that refuses this too leaves them to their leases.
 */
export const orGiveBack = async (
  work: Promise<void>,
  giveBack: (error: HubError) => Promise<unknown>,
): Promise<void> => {
  try {
    await work
  } catch (cause) {
    await giveBack(asHubError(cause)).catch(() => undefined)
    throw cause
  }
}
