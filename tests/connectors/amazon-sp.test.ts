import { amazonSp } from '../../connectors/amazon-sp/index.ts'
import type { MarkShipped } from '../../src/canonical/commands.ts'
import type { Books } from '../../src/connector/sandbox.ts'
import { proveConnector } from '../kit/prove-connector.ts'

const host = 'https://sellingpartnerapi-eu.amazon.com'
const orders = `${host}/orders/2026-01-01/orders`
const everything =
  'BUYER%2CRECIPIENT%2CPROCEEDS%2CEXPENSE%2CPROMOTION%2CCANCELLATION%2CFULFILLMENT%2CPACKAGES%2CTAX%2CPAYMENT'
const headers = { 'x-amz-access-token': 'Atza|sandbox-1-1' }

/** An order that is released (it has a total) and that the seller is to send: the sandbox numbers those of Amazon 171-. */
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
    service: 'Surface',
    trackingNumber: 'TEST0001',
    shippedAt: '2026-11-24T10:00:00.000Z',
    lines: found.lines.map(({ id, quantity }) => ({ line: id, quantity: Number(quantity) })),
  }
}

proveConnector(amazonSp, {
  cases: [
    'pending',
    'pending-cancelled',
    'preorder',
    'amazon-shipped',
    'amazon-part-shipped',
    'easy-ship-cash',
    'business',
    'gift-and-points',
    'replacement',
    'promised',
    'buyer-cancel',
    'packages',
    'pickup',
    'tip',
    'tax-included',
    'street-gone',
    'unknown-word',
    'unknown-charge',
    'order-change-by-eventbridge',
    'v0-tax-included',
    'v0-tax-added',
  ],
  query: {
    calls: ({ subject }) => [{ method: 'GET', url: `${orders}/${subject}?includedData=${everything}`, headers }],
  },
  lists: {
    orders: {
      calls: ({ window: { by, from, to } }) => {
        const name = by === 'changed' ? 'lastUpdated' : 'created'
        const span = {
          [`${name}After`]: from.toISOString(),
          [`${name}Before`]: new Date(to.getTime() - 1).toISOString(),
        }
        const query = `${new URLSearchParams(span)}&marketplaceIds=A21TJRUUN4KGV&maxResultsPerPage=100&includedData=${everything}`
        return [{ method: 'GET', url: `${orders}?${query}`, headers }]
      },
    },
  },
  commands: {
    'mark-shipped': {
      wish: wishFrom,
      calls: ({ wish }) => [
        { method: 'GET', url: `${orders}/${wish.order}?includedData=FULFILLMENT%2CPACKAGES`, headers },
        {
          method: 'POST',
          url: `${host}/orders/v0/orders/${wish.order}/shipmentConfirmation`,
          headers,
          body: {
            marketplaceId: 'A21TJRUUN4KGV',
            packageDetail: {
              packageReferenceId: '610321441',
              carrierCode: 'BlueDart',
              shippingMethod: 'Surface',
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
