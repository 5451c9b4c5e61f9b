import { setTimeout as sleep } from 'node:timers/promises'
import { type IngestDeps, ingest } from '../src/flow/ingest.ts'
import { lostEndingOf } from '../src/flow/remedy.ts'
import type { Inbox } from '../src/store/inbox.ts'
import { orGiveBack } from './stage.ts'

export interface IngestWorkerDeps extends IngestDeps {
  readonly inbox: Inbox
  readonly leaseMs: number
  /** Names this process on what it claims. */
  readonly holder: string
  readonly batch: number
  /**
   * ms to gather messages after a batch that was not full, so that a steady stream is not written one by one: each batch costs three
   * commits. The first message after a pause does not wait. None where absent.
   */
  readonly gatherMs?: number
}

/** One batch of messages. Those of a disabled connection are kept and left alone. */
export const ingestBatch = async (deps: IngestWorkerDeps): Promise<number> => {
  const disabled = deps.accounts
    .all()
    .filter((account) => !account.enabled)
    .map((account) => account.id)
  const where = disabled.length === 0 ? {} : { connection: { $nin: disabled } }
  const claimed = await deps.inbox.claim({
    now: deps.now(),
    leaseMs: deps.leaseMs,
    limit: deps.batch,
    where,
    holder: deps.holder,
  })
  if (claimed.length === 0) return 0
  await orGiveBack(ingest(deps, claimed), (error) => {
    const at = { now: deps.now(), schedule: deps.schedule }
    return deps.inbox.finish(claimed.map((row) => ({ row, ending: lostEndingOf(error, row, at) })))
  })
  if (deps.gatherMs !== undefined && claimed.length < deps.batch) await sleep(deps.gatherMs)
  return claimed.length
}
