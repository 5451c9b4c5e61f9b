import type { Status } from '../canonical/telling.ts'
import type { ToldView } from './read-told.ts'
import { given } from './shipments.ts'

/** What the channel says of the order's state; of an order told in parts, what all of them say, and their words side by side. */
export const statusOf = (told: ToldView): Status | undefined => {
  const parts = told.sectionsOf('status')
  const [first, ...others] = parts
  if (first === undefined || others.length === 0) return first
  const all = (says: (part: Status) => boolean | undefined): true | undefined =>
    parts.every((part) => says(part) === true) || undefined
  const cancelled = all((part) => part.cancelled)
  return {
    words: given({
      state: wordsOf(parts.map(({ words }) => words.state)),
      payment: wordsOf(parts.map(({ words }) => words.payment)),
      fulfilment: wordsOf(parts.map(({ words }) => words.fulfilment)),
    }),
    ...given({
      pending: all((part) => part.pending),
      cancelled,
      shipped: all((part) => part.shipped),
      delivered: all((part) => part.delivered),
    }),
    ...(cancelled === undefined ? {} : lastCancelled(parts)),
  }
}

const wordsOf = (words: readonly (string | undefined)[]): string | undefined => {
  const told = [...new Set(words.filter((word) => word !== undefined))]
  return told.length === 0 ? undefined : told.join(', ')
}

const lastCancelled = (parts: readonly Status[]): Pick<Status, 'cancelledAt' | 'cancelReason'> => {
  const [last] = parts.toSorted((a, b) => ((a.cancelledAt ?? '') > (b.cancelledAt ?? '') ? -1 : 1))
  return given({ cancelledAt: last?.cancelledAt, cancelReason: last?.cancelReason })
}
