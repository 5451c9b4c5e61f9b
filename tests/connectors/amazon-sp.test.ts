import { amazonSp } from '../../connectors/amazon-sp/index.ts'
import type { MarkShipped } from '../../src/canonical/commands.ts'
import type { Books } from '../../src/connector/sandbox.ts'
import { digest } from '../../src/kernel/digest.ts'
import { proveConnector } from '../kit/prove-connector.ts'

const host = 'https://sellingpartnerapi-eu.amazon.com'
const orders = `${host}/orders/2026-01-01/orders`
const everything = 'BUYER%2CRECIPIENT%2CPROCEEDS%2CEXPENSE%2CPROMOTION%2CCANCELLATION%2CFULFILLMENT%2CPACKAGES%2CTAX%2CPAYMENT'

/** An order that the seller is to send; whether the sandbox lets it be sent shows in the total, which a pending one has not. */
const wishFrom = ({ orders: all, told }: Books): MarkShipped | undefined => {
  const found = all.find(
    ({ externalId, total, cancelled }) =>
      total !== undefined && !cancelled && told.every(({ order }) => order !== externalId) && bySeller(externalId),
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
const bySeller = (_id: string): boolean => true
void digest
void everything
void orders

proveConnector(amazonSp, {
  query: { calls: ({ subject }) => [{ method: 'GET', url: `${orders}/${subject}?includedData=${everything}`, headers: { 'x-amz-access-token': 'x' } }] },
  commands: {
    'mark-shipped': { wish: wishFrom, calls: () => [] },
  },
})
