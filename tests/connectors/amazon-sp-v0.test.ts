import { amazonSp } from '../../connectors/amazon-sp/index.ts'
import { sandbox } from '../../connectors/amazon-sp/sandbox.ts'
import type { MarkShipped } from '../../src/canonical/commands.ts'
import type { Books } from '../../src/connector/sandbox.ts'
import type { Json } from '../../src/kernel/json.ts'
import { type ExpectedCall, proveConnector } from '../kit/prove-connector.ts'

const host = 'https://sellingpartnerapi-eu.amazon.com'
const orders = `${host}/orders/v0/orders`
const plain = { 'x-amz-access-token': 'Atza|sandbox-1-1' }
/** Its number is that of the call that got it: the access token came first. */
const restricted = { 'x-amz-access-token': 'Atz.sprdt|sandbox-1-2' }

const wishFrom = ({ orders: all, told }: Books): MarkShipped | undefined => {
  const found = all.find(
    ({ externalId, total, cancelled }) =>
      !externalId.startsWith('171-') &&
      total !== undefined &&
      !cancelled &&
      told.every(({ order }) => order !== externalId),
  )
  if (found === undefined) return undefined
  return {
    order: found.externalId,
    shipment: 'act_1',
    carrier: 'Blue Dart',
    trackingNumber: 'TEST0001',
    shippedAt: '2026-11-24T10:00:00.000Z',
    lines: found.lines.map(({ id, quantity }) => ({ line: id, quantity: Number(quantity) })),
  }
}

const nextIn = (answer: Json): string | undefined => {
  const payload = typeof answer === 'object' && answer !== null && 'payload' in answer ? answer['payload'] : undefined
  const token = typeof payload === 'object' && payload !== null && 'NextToken' in payload ? payload['NextToken'] : ''
  return typeof token === 'string' && token !== '' ? token : undefined
}

const itemCalls = (subject: string, answers: readonly Json[]): readonly ExpectedCall[] => [
  { method: 'GET', url: `${orders}/${subject}/orderItems`, headers: restricted },
  ...answers.flatMap((answer) => {
    const token = nextIn(answer)
    const url = `${orders}/${subject}/orderItems?NextToken=${token}`
    return token === undefined ? [] : [{ method: 'GET', url, headers: restricted }]
  }),
]

proveConnector(amazonSp, {
  settings: { ...sandbox.example.settings, ordersApi: 'v0', restrictedData: true },
  cases: ['v0-read'],
  query: {
    calls: ({ subject, answers }) => [
      { method: 'GET', url: `${orders}/${subject}`, headers: restricted },
      ...itemCalls(subject, answers),
    ],
  },
  lists: {
    orders: {
      calls: ({ window: { by, from, to } }) => {
        const name = by === 'changed' ? 'LastUpdated' : 'Created'
        const span = {
          [`${name}After`]: from.toISOString(),
          [`${name}Before`]: new Date(to.getTime() - 1).toISOString(),
        }
        const query = `MarketplaceIds=A21TJRUUN4KGV&${new URLSearchParams(span)}&MaxResultsPerPage=100`
        return [{ method: 'GET', url: `${orders}?${query}`, headers: plain }]
      },
    },
  },
  commands: {
    'mark-shipped': {
      wish: wishFrom,
      calls: ({ wish }) => [
        { method: 'GET', url: `${orders}/${wish.order}`, headers: plain },
        {
          method: 'POST',
          url: `${orders}/${wish.order}/shipmentConfirmation`,
          headers: plain,
          body: {
            marketplaceId: 'A21TJRUUN4KGV',
            packageDetail: {
              packageReferenceId: '610321441',
              carrierCode: 'BlueDart',
              trackingNumber: 'TEST0001',
              shipDate: '2026-11-24T10:00:00.000Z',
              orderItems: wish.lines.map(({ line, quantity }) => ({ orderItemId: line, quantity })),
            },
          },
        },
      ],
    },
  },
  waive: {
    'a signature over another body is refused':
      "Amazon posts to nobody: a function in the merchant's account passes messages on under a secret, and signs nothing",
    'a stale message is refused': 'no time is signed: a repeated message is known by its NotificationId',
  },
})
