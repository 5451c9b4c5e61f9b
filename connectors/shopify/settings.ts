import type { SecretSpec } from '../../src/connector/contract.ts'
import { Closed, type Static, Type } from '../../src/kernel/schema.ts'

/** What one shop needs to be connected; everything secret is in `secrets`. */
export const Settings = Closed({
  shop: Type.String({
    pattern: '^[a-z0-9][a-z0-9-]*$',
    description: 'The shop\'s own name at Shopify, without ".myshopify.com": "corner" for corner.myshopify.com.',
  }),
  apiVersion: Type.String({
    pattern: '^20\\d\\d-(01|04|07|10)$',
    description:
      'Version of the Admin API that is called, such as "2026-07". Webhooks have theirs set where they are subscribed.',
  }),
  notifyCustomer: Type.Optional(
    Type.Boolean({ description: 'Whether Shopify mails the buyer when we mark goods as shipped; false where absent.' }),
  ),
})
export type Settings = Static<typeof Settings>

export const secrets = {
  webhookSecret: {
    description: "The app's client secret, which signs its webhooks; list two while it is rotated.",
    required: true,
  },
  accessToken: {
    description: 'An Admin API access token of that shop; needed to read orders and to mark them as shipped.',
    required: false,
  },
} as const satisfies Readonly<Record<string, SecretSpec>>
