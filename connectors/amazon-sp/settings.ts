import type { SecretSpec, Secrets } from '../../src/connector/contract.ts'
import { Closed, type Static, Type, Word } from '../../src/kernel/schema.ts'

/** The three regions: one host each, and the marketplaces that it serves. https://developer-docs.amazon.com/sp-api/docs/sp-api-endpoints, read 24 Nov 2026. */
export const regions = ['na', 'eu', 'fe'] as const

/** One seller in one region. */
export const Settings = Closed({
  region: Word(
    regions,
    'na: North America and Brazil; eu: Europe, India and the Middle East; fe: Japan, Australia, Singapore.',
  ),
  environment: Word(
    ['production', 'sandbox'],
    "Amazon's own sandbox answers fixed orders only; its orders are marked as tests.",
  ),
  marketplaces: Type.Array(Type.String({ minLength: 1 }), {
    minItems: 1,
    maxItems: 50,
    uniqueItems: true,
    description: 'Ids of the marketplaces that are listed, all in one call: A21TJRUUN4KGV is India.',
  }),
  clientId: Type.String({
    minLength: 1,
    description: 'Client identifier of the application (Solution Provider Portal, LWA credentials).',
  }),
  ordersApi: Type.Optional(
    Word(
      ['2026-01-01', 'v0'],
      'Which version of Orders is read, 2026-01-01 where absent. v0 ends on 27 March 2027: only where a region or a role wants it.',
    ),
  ),
  restrictedData: Type.Optional(
    Type.Boolean({
      description: 'With v0: buyer and address are read under a restricted token, which takes the restricted roles.',
    }),
  ),
  queue: Type.Optional(
    Closed(
      {
        url: Type.String({ pattern: '^https://', description: 'Address of the SQS queue, as AWS shows it.' }),
        region: Type.String({
          pattern: '^[a-z]{2}(-[a-z]+)+-\\d$',
          description: 'AWS region of the queue: eu-west-1.',
        }),
      },
      {
        description:
          'The queue in your AWS account that Amazon fills with ORDER_CHANGE; without it they come by the door, or not at all.',
      },
    ),
  ),
})
export type Settings = Static<typeof Settings>

export const secrets = {
  clientSecret: {
    description: 'Client secret of the application; Amazon wants a new one every 180 days. The newest is used.',
    required: true,
  },
  refreshToken: {
    description:
      'Refresh token that the seller granted the application (Atzr|…). It outlives a change of the client secret.',
    required: true,
  },
  doorToken: {
    description: 'What the function in your AWS account sends as x-auth-token; without it nobody may post.',
    required: false,
  },
  awsAccessKeyId: { description: 'Access key that may receive from and delete in the queue.', required: false },
  awsSecretAccessKey: { description: 'The secret of that access key.', required: false },
} as const satisfies Readonly<Record<string, SecretSpec>>

/** Marketplaces by region: their names by their ids. https://developer-docs.amazon.com/sp-api/docs/marketplace-ids, read 24 Nov 2026. */
export const marketplaces: Readonly<Record<Settings['region'], Readonly<Record<string, string>>>> = {
  na: { ATVPDKIKX0DER: 'United States', A2EUQ1WTGCTBG2: 'Canada', A1AM78C64UM0Y8: 'Mexico', A2Q3Y263D00KWC: 'Brazil' },
  eu: {
    A21TJRUUN4KGV: 'India',
    A1F83G8C2ARO7P: 'United Kingdom',
    A1PA6795UKMFR9: 'Germany',
    A13V1IB3VIYZZH: 'France',
    APJ6JRA9NG5V4: 'Italy',
    A1RKKUPIHCS9HS: 'Spain',
    A28R8C7NBKEWEA: 'Ireland',
    AMEN7PMS3EDWL: 'Belgium',
    A1805IZSGTT6HS: 'Netherlands',
    A2NODRKZP88ZB9: 'Sweden',
    A1C3SOZRARQ6R3: 'Poland',
    A33AVAJ2PDY3EV: 'Turkey',
    AE08WJ6YKNBMC: 'South Africa',
    ARBP9OOSHTCHU: 'Egypt',
    A17E79C6D8DWNP: 'Saudi Arabia',
    A2VIGQ35RCS4UG: 'United Arab Emirates',
  },
  fe: { A1VC38T7YXB528: 'Japan', A39IBJ37TRP1C6: 'Australia', A19VAU5U5O7RUS: 'Singapore' },
}

/** What is wrong with settings and secrets taken together. */
export const faults = (
  { region, marketplaces: wanted, ordersApi, restrictedData, queue }: Settings,
  held: Secrets,
): readonly string[] => [
  ...wanted
    .filter((id) => marketplaces[region][id] === undefined)
    .map((id) => `settings.marketplaces: ${elsewhere(id, region)}`),
  ...(restrictedData === true && ordersApi !== 'v0'
    ? ['settings.restrictedData is of ordersApi v0: 2026-01-01 shows by itself what the roles cover']
    : []),
  ...(queue === undefined
    ? []
    : (['awsAccessKeyId', 'awsSecretAccessKey'] as const)
        .filter((name) => (held[name] ?? []).length === 0)
        .map((name) => `settings.queue needs the secret ${name}, which may receive from the queue`)),
]

const elsewhere = (id: string, region: Settings['region']): string => {
  const home = regions.find((one) => marketplaces[one][id] !== undefined)
  return home === undefined
    ? `${id} is no marketplace of Amazon`
    : `${id} (${marketplaces[home][id]}) is of the region ${home}, not ${region}: it needs a connection of its own`
}
