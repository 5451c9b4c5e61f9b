import { defineConnector } from '../../src/connector/define.ts'
import { classify } from './client.ts'
import { postEvent } from './commands.ts'
import { placing } from './order.ts'
import { sandbox } from './sandbox.ts'
import { type Settings, secrets, Settings as settings } from './settings.ts'
import { spread } from './spread.ts'
import { identify, verify } from './verify.ts'

/** The merchant's own door: orders from a phone desk, a shop system or a purchase order, and events back to whoever asks for them. */
export const direct = defineConnector<Settings>({
  id: 'direct',
  title: 'Your own system',
  settings,
  secrets,
  faults: ({ events }, { eventSecret = [] }) =>
    events !== undefined && eventSecret.length === 0
      ? ['settings.events needs the secret eventSecret, which signs what is posted']
      : [],
  verify,
  identify,
  classify,
  placing,
  topics: {
    order: {
      maps: 'order',
      description: 'An order as it stands in one version; what it does not name any more has vanished.',
      prepare: spread,
    },
  },
  queries: {},
  commands: { 'post-event': postEvent },
  intents: {},
  sandbox,
})
