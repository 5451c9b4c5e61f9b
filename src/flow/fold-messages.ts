import type { EventKind } from '../canonical/events.ts'
import { maxLines } from '../canonical/line.ts'
import type { Identity, OrderDoc } from '../canonical/order.ts'
import type { Telling } from '../canonical/telling.ts'
import { HubError } from '../kernel/errors.ts'
import { type Folded, fold } from '../orders/fold.ts'
import type { OrderChange } from '../store/orders.ts'
import type { Message } from '../store/rows.ts'
import type { Account } from './account.ts'

/** A message that tells of an order, understood. */
export interface Told {
  readonly message: Message
  readonly account: Account
  readonly telling: Telling
}

/** The messages of one order in a batch, and the order as it is held. */
export interface Batch {
  readonly id: string
  readonly heard: readonly Told[]
  readonly before: OrderDoc | undefined
}

export interface Outcome {
  readonly id: string
  readonly heard: readonly Told[]
  /** What is to be written; empty where nothing changed. */
  readonly change: readonly OrderChange[]
  readonly order: OrderDoc | undefined
  readonly isNew: boolean
  readonly tie: boolean
  /** What became of messages that could not be folded, by their ids; the others were. */
  readonly failures: ReadonlyMap<string, unknown>
}

interface Deps {
  readonly listens: (kind: EventKind) => boolean
  readonly now: () => Date
}

/** Folds the messages of one order together; one that cannot be folded is left out by itself. Pure but for the clock. */
export const foldMessages = (deps: Deps, batch: Batch): Outcome => {
  try {
    return outcomeOf(batch, foldThese(deps, batch, batch.heard), new Map())
  } catch (error) {
    const [only, ...others] = batch.heard
    if (only !== undefined && others.length === 0)
      return outcomeOf(batch, unchanged(batch), new Map([[only.message._id, error]]))
    return foldSingly(deps, batch)
  }
}

const foldSingly = (deps: Deps, batch: Batch): Outcome => {
  const good: Told[] = []
  const failures = new Map<string, unknown>()
  for (const told of batch.heard) {
    try {
      foldThese(deps, batch, [...good, told])
      good.push(told)
    } catch (error) {
      failures.set(told.message._id, error)
    }
  }
  return outcomeOf(batch, good.length === 0 ? unchanged(batch) : foldThese(deps, batch, good), failures)
}

const unchanged = ({ before }: Batch): Folded => ({ order: before, changed: false, events: [], tie: false })

const outcomeOf = (
  { id, heard, before }: Batch,
  { order, changed, tie }: Folded,
  failures: Outcome['failures'],
): Outcome => {
  const change = changed && order !== undefined ? [{ from: before?.revision, order }] : []
  return { id, heard, change, order, isNew: before === undefined && change.length > 0, tie, failures }
}

const foldThese = (deps: Deps, { id, before }: Batch, heard: readonly Told[]): Folded => {
  const [first] = heard
  if (first === undefined) return unchanged({ id, before, heard })
  const identity: Identity = {
    id,
    connection: first.account.id,
    connector: first.account.connector.id,
    externalId: first.telling.order,
  }
  const folded = fold(identity, before, {
    heard: heard.map(({ telling, message }) => ({ telling, message: message._id, posted: message.via !== 'query' })),
    acts: [],
    at: deps.now(),
    by: `channel:${identity.connection}`,
    listens: deps.listens,
  })
  if (folded.order !== undefined && folded.order.lines.length > maxLines) {
    throw new HubError('ORDER_TOO_LARGE', `expected at most ${maxLines} lines, got ${folded.order.lines.length}`)
  }
  return folded
}
