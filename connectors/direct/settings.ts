import { eventKinds } from '../../src/canonical/events.ts'
import type { SecretSpec } from '../../src/connector/contract.ts'
import { Closed, type Static, Type, Word } from '../../src/kernel/schema.ts'

/** One system of the merchant's own: it hands orders in, and may be told what becomes of all of them. */
export const Settings = Closed({
  events: Type.Optional(
    Closed(
      {
        url: Type.String({
          pattern: '^https://[^#]+$',
          maxLength: 2000,
          description: 'Where events are posted as Standard Webhooks. Needs the secret eventSecret.',
        }),
        kinds: Type.Optional(
          Type.Array(Word(eventKinds), { minItems: 1, description: 'Only these kinds of events; all where absent.' }),
        ),
      },
      { description: 'Whom to tell of the events of every order. Absent: nobody.' },
    ),
  ),
})
export type Settings = Static<typeof Settings>

export const secrets = {
  inboundSecret: {
    description:
      'Signs the orders posted to /webhooks/<connection>: whsec_ and base64 of 24 to 64 random bytes. Without it only POST /v1/orders, with an API key, takes orders.',
    required: false,
  },
  eventSecret: {
    description:
      'Signs the events posted to settings.events.url: whsec_ and base64 of 24 to 64 random bytes. While it is rotated each one signs.',
    required: false,
  },
} as const satisfies Readonly<Record<string, SecretSpec>>
