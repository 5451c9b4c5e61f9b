import type { SecretSpec } from '../../src/connector/contract.ts'
import { Closed, type Static, Type, Word } from '../../src/kernel/schema.ts'

/** A carrier that a self-ship seller hands parcels to, as Flipkart knows it. */
const Partner = Closed({
  carrier: Type.String({ minLength: 1, description: 'Its name as shipments are entered here: "Delhivery".' }),
  name: Type.String({ minLength: 1, description: "`name` in Flipkart's list of allowed vendors." }),
  code: Type.Optional(
    Type.String({
      minLength: 1,
      description: "`vendorcode` in Flipkart's list of allowed vendors; newer accounts need it.",
    }),
  ),
})

/** One seller account on Flipkart. */
export const Settings = Closed({
  appId: Type.String({
    minLength: 1,
    description: 'Application id of the API access (Flipkart Seller Hub, Manage Profile, Developer Access).',
  }),
  environment: Word(['production', 'sandbox'], 'Which of the two hosts of Flipkart holds the account.'),
  notificationUrl: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description:
        'The address registered with Flipkart for notifications, letter for letter, query included: the signature is over it. Absent: notifications are refused.',
    }),
  ),
  acceptSeconds: Type.Optional(
    Type.Integer({
      minimum: 60,
      maximum: 86_400,
      description: 'Seconds that a notification may be old; 300 where it is absent. An older one is refused as stale.',
    }),
  ),
  serviceProfiles: Type.Optional(
    Type.Array(Word(['NON_FBF', 'FBF', 'FBF_LITE']), {
      minItems: 1,
      uniqueItems: true,
      description:
        "Whose shipments are listed: the seller's own (NON_FBF, where it is absent), Flipkart's warehouse (FBF).",
    }),
  ),
  selfShip: Type.Optional(
    Closed({
      deliveryDays: Type.Integer({
        minimum: 0,
        maximum: 60,
        description: 'Days from dispatch to the delivery that the buyer is told to expect: Flipkart asks for the date.',
      }),
      partners: Type.Array(Partner, { description: 'The carriers that parcels are handed to.' }),
    }),
  ),
})
export type Settings = Static<typeof Settings>

export const secrets = {
  appSecret: {
    description: 'Application secret of the API access: gets tokens, and is what notifications are signed with.',
    required: true,
  },
  refreshToken: {
    description: "Refresh token of a partner's application, from the seller's consent; absent for the seller's own.",
    required: false,
  },
} as const satisfies Readonly<Record<string, SecretSpec>>
