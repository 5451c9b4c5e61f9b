import { type IngestDeps, ingest } from '../src/flow/ingest.ts'
import type { Inbox } from '../src/store/inbox.ts'
import type { Message } from '../src/store/rows.ts'

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
  const fresh = claimed.filter((message) => !isLost(message))
  if (fresh.length > 0) await ingest(deps, fresh)
  await ingestLost(deps, claimed.filter(isLost))
  return claimed.length
}

/** Its last attempt never came to a recorded end. */
const isLost = ({ attempt, settled }: Message): boolean => attempt - 1 > settled

/** What was with a process that died is taken one at a time, the others given back as they were: the one that kills ends alone. */
const ingestLost = async (deps: IngestWorkerDeps, [first, ...others]: readonly Message[]): Promise<void> => {
  if (first === undefined) return
  const at = deps.now()
  await deps.inbox.finish(
    others.map((row) => ({ row, ending: { to: 'due', at, freeAttempt: true, set: { settled: row.settled } } })),
  )
  await ingest(deps, [first])
}
