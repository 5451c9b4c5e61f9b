import type { Act } from '../canonical/acts.ts'
import type { Hold } from '../canonical/order.ts'
import { digest } from '../kernel/digest.ts'
import type { ToldView } from './read-told.ts'
import { given } from './shipments.ts'

/** What stops the order: holds of the channel, of people, and the one the money itself places where it does not add up. */
export const holdsOf = (told: ToldView, acts: readonly Act[], difference: string | undefined): readonly Hold[] => {
  const released = new Set(acts.flatMap((act) => (act.kind === 'release' ? [act.hold] : [])))
  const channel = told
    .members('holds')
    .filter((member) => member.value.released !== true)
    .map(
      ({ key, value }): Hold => ({
        key,
        kind: value.kind,
        by: 'channel',
        ...given({ reason: value.reason, lines: value.lines, since: value.at }),
      }),
    )
  const people = acts
    .filter((act) => act.kind === 'hold')
    .map(({ id, hold, reason, at, by }): Hold => ({ key: id, kind: hold, reason, since: at, by }))
  const money: readonly Hold[] =
    difference === undefined
      ? []
      : [
          {
            key: `totals-differ-${digest(difference).slice(0, 8)}`,
            kind: 'totals-differ',
            reason: difference,
            by: 'crossdock',
          },
        ]
  return [...channel, ...people, ...money].filter((hold) => !released.has(hold.key))
}
