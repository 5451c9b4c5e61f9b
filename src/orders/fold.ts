import type { Act } from '../canonical/acts.ts'
import type { Event, EventKind } from '../canonical/events.ts'
import type { Identity, OrderDoc, Told, View } from '../canonical/order.ts'
import type { Telling } from '../canonical/telling.ts'
import { changesBetween } from './changes.ts'
import { appendEvents, chainStart } from './ledger.ts'
import { merge, type Source } from './registers.ts'
import { searchWordsOf } from './search-words.ts'
import { viewOf } from './view.ts'

/** A telling with the message it came from. */
export interface Heard extends Source {
  readonly telling: Telling
}

/** What is to be taken into an order. `rebuilt`: its registers are made anew from all messages kept of it. */
export interface Intake {
  readonly heard: readonly Heard[]
  readonly acts: readonly Act[]
  readonly at: Date
  readonly by: string
  readonly rebuilt?: true
  /** Whether a rule listens to an event of this kind. */
  readonly listens: (kind: EventKind) => boolean
}

export interface Folded {
  /** Undefined: nobody has told yet what the order is, so the facts wait. */
  readonly order: OrderDoc | undefined
  readonly changed: boolean
  readonly events: readonly Event[]
  readonly tie: boolean
}

/** Takes tellings and acts into an order: registers and acts grow, the view is computed, its changes become events. */
export const fold = (
  { id, connection, connector, externalId }: Identity,
  before: OrderDoc | undefined,
  intake: Intake,
): Folded => {
  const merged = intake.rebuilt === true ? anew(before?.told, intake.heard) : mergeAll(before?.told ?? {}, intake.heard)
  const known = new Set((before?.acts ?? []).map((act) => act.id))
  const fresh = intake.acts.filter((act) => !known.has(act.id))
  const changed = merged.changed || fresh.length > 0
  if (!changed && before !== undefined) return { order: before, changed: false, events: [], tie: merged.tie }
  const acts = [...(before?.acts ?? []), ...fresh]
  const view = viewOf(merged.told, acts)
  if (view === undefined) return { order: undefined, changed: false, events: [], tie: merged.tie }
  const last = before?.events.at(-1) ?? { seq: 0, hash: chainStart }
  const events = appendEvents(last, changesBetween(before, view, fresh), { at: intake.at.toISOString(), by: intake.by })
  const identity = { id, connection, connector, externalId }
  return {
    order: grown({ identity, before, intake, told: merged.told, acts, view, events }),
    changed: true,
    events,
    tie: merged.tie,
  }
}

const mergeAll = (
  start: Told,
  heard: readonly Heard[],
): { readonly told: Told; readonly changed: boolean; readonly tie: boolean } => {
  let told = start
  let changed = false
  let tie = false
  for (const { telling, ...source } of heard) {
    const merged = merge(told, telling, source)
    told = merged.told
    changed ||= merged.changed
    tie ||= merged.tie
  }
  return { told, changed, tie }
}

const anew = (held: Told | undefined, heard: readonly Heard[]): ReturnType<typeof mergeAll> => {
  const { told } = mergeAll({}, heard)
  return { told, changed: JSON.stringify(sorted(told)) !== JSON.stringify(sorted(held ?? {})), tie: false }
}

const sorted = (told: Told): readonly unknown[] => Object.entries(told).sort(([a], [b]) => (a < b ? -1 : 1))

interface Growth {
  readonly identity: Identity
  readonly before: OrderDoc | undefined
  readonly intake: Intake
  readonly told: Told
  readonly acts: readonly Act[]
  readonly view: View
  readonly events: readonly Event[]
}

const grown = ({ identity, before, intake, told, acts, view, events }: Growth): OrderDoc => {
  const due = events.some((event) => intake.listens(event.kind))
  const react = due ? { dueAt: intake.at, attempt: 0, gen: (before?.react?.gen ?? 0) + 1 } : before?.react
  return {
    _id: identity.id,
    ...identity,
    ...view,
    receivedAt: before?.receivedAt ?? intake.at.toISOString(),
    told,
    acts,
    words: searchWordsOf(identity.externalId, view),
    events: [...(before?.events ?? []), ...events],
    seq: (before?.seq ?? 0) + events.length,
    reactedSeq: before?.reactedSeq ?? 0,
    revision: (before?.revision ?? 0) + 1,
    ...(react === undefined ? {} : { react }),
    v: 1,
  }
}
