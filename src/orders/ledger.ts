import type { Event } from '../canonical/events.ts'
import { digestValue } from '../kernel/digest.ts'
import type { Change } from './changes.ts'

/** Before the first event. */
export const chainStart = 'crossdock'

/** Changes become numbered events, each with a hash over the one before: nothing can be taken out or changed unseen. */
export const appendEvents = (
  last: { readonly seq: number; readonly hash: string },
  changes: readonly Change[],
  made: { readonly at: string; readonly by: string },
): readonly Event[] => {
  let { seq, hash } = last
  return changes.map((change) => {
    seq += 1
    const event = { seq, at: made.at, kind: change.kind, by: made.by, data: change.data }
    hash = hashOf(hash, event)
    return { ...event, hash }
  })
}

/**
 * Checks a run of events against their chain.
 * @returns the seq at which it breaks, undefined where it holds
 */
export const brokenAt = (events: readonly Event[], before: string): number | undefined => {
  let hash = before
  for (const { hash: claimed, ...event } of events) {
    if (hashOf(hash, event) !== claimed) return event.seq
    hash = claimed
  }
  return undefined
}

const hashOf = (before: string, event: Omit<Event, 'hash'>): string => digestValue([before, event])
