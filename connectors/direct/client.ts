import { classify as byStatus } from '../../src/connector/classify.ts'
import type { Answer, Trouble } from '../../src/connector/contract.ts'
import type { Settings } from './settings.ts'

/** Scheme and host of the subscriber; '' where there is none, which no call may be made to. */
export const baseOf = ({ events }: Settings): string => (events === undefined ? '' : new URL(events.url).origin)

/** Path and query of the subscriber's address. */
export const addressOf = ({
  events,
}: Settings): { readonly path: string; readonly query: Readonly<Record<string, string>> } => {
  const { pathname, searchParams } = new URL(events?.url ?? 'https://nowhere.invalid/')
  return { path: pathname, query: Object.fromEntries(searchParams) }
}

/**
 * Standard Webhooks, "Best practices for webhook delivery": only 2xx is a success, 410 means never again, 429 and 503 ask for patience,
 * and everything else is tried again, for a receiver that refuses today is often one that is being set up.
 */
export const classify = (answer: Answer, now: Date): Trouble | undefined => {
  const usual = byStatus(answer, now)
  if (usual === undefined || usual.code === 'CHANNEL_SLOW_DOWN') return usual
  if (answer.status === 410)
    return { code: 'CHANNEL_REFUSED', sentence: 'the receiver is gone for good (410): take settings.events out' }
  return { ...usual, code: 'CHANNEL_AWAY' }
}
