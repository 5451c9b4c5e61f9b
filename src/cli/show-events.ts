import type { Event } from '../canonical/events.ts'
import { type Shown, section } from './show-order.ts'
import { localTime, plain, withCurrency } from './text.ts'
import type { Terminal } from './verb.ts'

/** Events that are shown: the newest. */
const shown = 15

/** What happened to the order of late, oldest first. */
export const showEvents = (
  pen: Pick<Terminal, 'paint'>,
  order: Pick<Shown, 'lines'>,
  events: readonly Event[],
): readonly string[] => {
  const rows = events
    .slice(-shown)
    .map(({ at, kind, data }) => `${localTime(at)}  ${kind.padEnd(18)} ${factsOf(order, data)}`.trimEnd())
  return section(
    pen,
    events.length > shown ? `What happened (the last ${shown} of ${events.length})` : 'What happened',
    rows,
  )
}

/** The facts of an event in few words; ids of ours are left out where they say nothing to a person. */
const factsOf = (order: Pick<Shown, 'lines'>, data: Event['data']): string => {
  const {
    amount,
    line,
    lines,
    quantity,
    reason,
    hold,
    trackingNumber,
    carrier,
    sections,
    command,
    externalIds,
    total,
  } = data
  const title = order.lines.find(({ id }) => id === line)?.title
  return [
    isMoney(amount) ? withCurrency(amount) : isMoney(total) ? withCurrency(total) : '',
    typeof quantity === 'number' ? `${quantity} ×` : '',
    title ?? '',
    typeof lines === 'number' ? `${lines} lines` : '',
    ...[hold, carrier, trackingNumber, command, reason].map((word) => (typeof word === 'string' ? word : '')),
    ...[sections, externalIds].map((list) => (Array.isArray(list) ? list.join(', ') : '')),
  ]
    .filter((text) => text !== '')
    .map(plain)
    .join(' ')
}

const isMoney = (held: unknown): held is { readonly minor: number; readonly currency: string } =>
  typeof held === 'object' &&
  held !== null &&
  'minor' in held &&
  typeof held.minor === 'number' &&
  'currency' in held &&
  typeof held.currency === 'string'
