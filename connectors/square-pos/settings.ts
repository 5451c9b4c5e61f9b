import type { SecretSpec } from '../../src/connector/contract.ts'
import { Closed, type Static, Type, Word } from '../../src/kernel/schema.ts'

/** One Square account (or one application's subscription) that is listened to. */
export const Settings = Closed({
  notificationUrl: Type.String({
    pattern: '^https?://',
    description:
      'The address of the webhook subscription, letter for letter as Square shows it: the signature is over it. Behind a proxy it is not the address that the request arrives at.',
  }),
  environment: Word(['production', 'sandbox'], 'Which of the two hosts of Square holds the account.'),
  squareVersion: Type.Optional(
    Type.String({
      pattern: '^\\d{4}-\\d{2}-\\d{2}$',
      description: 'Version of the API that is asked for; 2026-05-20 where it is absent.',
    }),
  ),
  locations: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description:
        'Ids of the locations whose orders are listed; all of the account where it is absent, for which the token needs MERCHANT_PROFILE_READ.',
    }),
  ),
  merchantId: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        "Takes messages of this merchant only: an application's subscription carries those of all its merchants.",
    }),
  ),
})
export type Settings = Static<typeof Settings>

/** The version that the connector was written against: the one the official SDK 44.1.0 sends. */
export const writtenAgainst = '2026-05-20'

export const secrets = {
  signatureKey: {
    description: 'Signature key of the webhook subscription (Developer Console, Webhooks), used as text.',
    required: true,
  },
  accessToken: {
    description:
      'Access token with ORDERS_READ, ORDERS_WRITE, PAYMENTS_READ and MERCHANT_PROFILE_READ (which `locations` makes needless): webhooks only name an order, so every order is read with it.',
    required: true,
  },
} as const satisfies Readonly<Record<string, SecretSpec>>
