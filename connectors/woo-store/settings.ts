import type { SecretSpec } from '../../src/connector/contract.ts'
import { Closed, type Static, Type, Word } from '../../src/kernel/schema.ts'

/** One WooCommerce shop. */
export const Settings = Closed({
  site: Type.String({
    pattern: '^https://[A-Za-z0-9.-]+(:\\d+)?(/[A-Za-z0-9._~-]+)*/?$',
    description:
      'The WordPress address of the shop (Settings, General), https, with the folder where it lies in one: https://example.com/shop.',
  }),
  queryAuth: Type.Optional(
    Type.Boolean({
      description:
        'The keys go into the query of each call: for hosts that drop the Authorization header, which shows as 401 with keys that are right.',
    }),
  ),
  tracking: Type.Optional(
    Word(
      ['shipment-tracking', 'ast', 'note'],
      'Where a parcel is written down: the plug-in Shipment Tracking of WooCommerce, Advanced Shipment Tracking of Zorem, or a note on the order, which needs neither and is what is done where this is absent.',
    ),
  ),
  statusWhenShipped: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9-]+$',
      description:
        'The status that an order gets once all of it is shipped: completed where it is absent; keep leaves the status as it is.',
    }),
  ),
  noteToCustomer: Type.Optional(
    Type.Boolean({ description: 'The shop mails the note of a parcel to the buyer; else only its staff see it.' }),
  ),
})
export type Settings = Static<typeof Settings>

export const secrets = {
  webhookSecret: {
    description: 'Secret of the webhooks (WooCommerce, Settings, Advanced, Webhooks); the same for all of them.',
    required: true,
  },
  consumerKey: {
    description: 'Consumer key, ck_…, of a REST API key with read and write (Settings, Advanced, REST API).',
    required: true,
  },
  consumerSecret: { description: 'Consumer secret, cs_…, of the same key.', required: true },
} as const satisfies Readonly<Record<string, SecretSpec>>
