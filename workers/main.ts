import { type Bell, type Stage, stages } from '../src/queue/bell.ts'
import { type IngestWorkerDeps, ingestBatch } from './ingest.ts'
import { type MailboxWorkerDeps, startMailboxes } from './mailbox.ts'
import { openPulling, type PullWorkerDeps } from './pull.ts'
import { openLanes, type PushWorkerDeps } from './push.ts'
import { type ReactWorkerDeps, reactBatch } from './react.ts'
import { startRelay } from './relay.ts'
import { startStage } from './stage.ts'

export type WorkersDeps = IngestWorkerDeps &
  ReactWorkerDeps &
  PushWorkerDeps &
  PullWorkerDeps &
  MailboxWorkerDeps & {
    readonly bell: Bell
    readonly everyMs: number
  }

/** Starts the stages and the relay. `stop`: no new work, what was begun is finished. */
export const startWorkers = (deps: WorkersDeps, chosen: readonly Stage[] = stages): { stop(): Promise<void> } => {
  const lanes = openLanes(deps)
  const pulling = openPulling(deps)
  const batches: Readonly<Record<Stage, () => Promise<number>>> = {
    ingest: () => ingestBatch({ ...deps, gatherMs: 5 }),
    react: () => reactBatch(deps),
    push: lanes.batch,
    pull: pulling.batch,
  }
  const running = chosen.map((name) => {
    const worker = startStage({ name, batch: batches[name], log: deps.log })
    deps.bell.listen(name, worker.wake)
    return worker
  })
  const relay = startRelay(
    running.map(({ wake }) => wake),
    deps.everyMs,
  )
  const mailboxes = chosen.includes('pull') ? startMailboxes(deps) : undefined
  return {
    stop: async () => {
      relay.stop()
      await Promise.all([mailboxes?.stop(), ...running.map((stage) => stage.stop())])
      await Promise.all([lanes.stop(), pulling.stop()])
    },
  }
}
