import type { Bell } from '../src/queue/bell.ts'
import { type IngestWorkerDeps, ingestBatch } from './ingest.ts'
import { openLanes, type PushWorkerDeps } from './push.ts'
import { type ReactWorkerDeps, reactBatch } from './react.ts'
import { startRelay } from './relay.ts'
import { startStage } from './stage.ts'

export type WorkersDeps = IngestWorkerDeps &
  ReactWorkerDeps &
  PushWorkerDeps & {
    readonly bell: Bell
    readonly everyMs: number
  }

/** Starts every stage and the relay. `stop`: no new work, what was begun is finished. */
export const startWorkers = (deps: WorkersDeps): { stop(): Promise<void> } => {
  const lanes = openLanes(deps)
  const stages = {
    ingest: startStage({ name: 'ingest', batch: () => ingestBatch({ ...deps, gatherMs: 5 }), log: deps.log }),
    react: startStage({ name: 'react', batch: () => reactBatch(deps), log: deps.log }),
    push: startStage({ name: 'push', batch: lanes.batch, log: deps.log }),
  }
  deps.bell.listen('ingest', stages.ingest.wake)
  deps.bell.listen('react', stages.react.wake)
  deps.bell.listen('push', stages.push.wake)
  const relay = startRelay(deps.bell, deps.everyMs)
  return {
    stop: async () => {
      relay.stop()
      await Promise.all(Object.values(stages).map((stage) => stage.stop()))
      await lanes.stop()
    },
  }
}
