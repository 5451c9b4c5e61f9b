import { type IngestDeps, ingest } from '../src/flow/ingest.ts'
import type { Inbox } from '../src/store/inbox.ts'

export interface IngestWorkerDeps extends IngestDeps {
  readonly inbox: Inbox
  readonly leaseMs: number
  readonly batch: number
}

/** One batch of messages. Those of a disabled connection are kept and left alone. */
export const ingestBatch = async (deps: IngestWorkerDeps): Promise<number> => {
  const disabled = deps.accounts
    .all()
    .filter((account) => !account.enabled)
    .map((account) => account.id)
  const where = disabled.length === 0 ? {} : { connection: { $nin: disabled } }
  const claimed = await deps.inbox.claim({ now: deps.now(), leaseMs: deps.leaseMs, limit: deps.batch, where })
  if (claimed.length > 0) await ingest(deps, claimed)
  return claimed.length
}
