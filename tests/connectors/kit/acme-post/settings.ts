import type { SecretSpec } from '../../../../src/connector/contract.ts'
import { Closed, type Static, Type } from '../../../../src/kernel/schema.ts'

/** One shop at Acme Post. */
export const Settings = Closed({
  shop: Type.String({
    pattern: '^[a-z0-9-]+$',
    description: 'The name of the shop, as it stands in its address: acme.example/SHOP.',
  }),
})
export type Settings = Static<typeof Settings>

export const secrets = {
  signingKey: { description: 'Signs the messages (Acme, Settings, Messages), used as text.', required: true },
  token: { description: 'Access token with the right to read orders and to add parcels.', required: true },
} as const satisfies Readonly<Record<string, SecretSpec>>
