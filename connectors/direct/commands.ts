import type { PostEvent } from '../../src/canonical/commands.ts'
import type { Command } from '../../src/connector/contract.ts'
import { refuse } from '../../src/kernel/errors.ts'
import { addressOf, baseOf } from './client.ts'
import type { EventBody } from './payloads.ts'
import type { Settings } from './settings.ts'
import { headersOf, keysOf } from './standard-webhooks.ts'

/** Tells a subscriber of an event. A repeated one bears the same webhook-id, by which the receiver knows it. */
export const postEvent: Command<Settings, PostEvent> = {
  description: 'Posts the event to the address in settings.events, signed as a Standard Webhook.',
  repeat: () => 'key',
  wanted: ({ events }, { kind }) => events !== undefined && (events.kinds === undefined || events.kinds.includes(kind)),
  base: baseOf,
  plan: ({ wish, settings }) => ({ send: [{ method: 'POST', ...addressOf(settings), body: bodyOf(wish) }] }),
  sign: ({ command, now }, body, secrets) => {
    const keys = keysOf(secrets['eventSecret'])
    if (keys.length === 0)
      return refuse('CONFIG_INVALID', 'expected a secret eventSecret (whsec_ and base64) to sign events with, got none')
    return headersOf(keys, { id: command, timestamp: String(Math.floor(now.getTime() / 1000)), body })
  },
  receipt: () => ({ externalIds: [] }),
}

const bodyOf = ({ id, kind, at, order, data }: PostEvent): EventBody => ({
  type: kind,
  timestamp: at,
  data: { id, order, change: data },
})
