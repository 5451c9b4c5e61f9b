import { flipkartSeller } from '../../connectors/flipkart-seller/index.ts'
import type { MarkShipped } from '../../src/canonical/commands.ts'
import type { Books } from '../../src/connector/sandbox.ts'
import type { Json } from '../../src/kernel/json.ts'
import { proveConnector } from '../kit/prove-connector.ts'

const api = 'https://api.flipkart.net/sellers'
const headers = { authorization: 'Bearer token-1-1' }

const at = (value: Json | undefined, ...steps: readonly string[]): Json | undefined =>
  steps.reduce<Json | undefined>(
    (held, step) => (typeof held === 'object' && held !== null ? new Map(Object.entries(held)).get(step) : undefined),
    value,
  )

/** An order that the seller ships; its id says so in the sandbox. */
const wishFrom = ({ orders, told }: Books): MarkShipped | undefined => {
  const found = orders.find(
    ({ externalId, lines }) =>
      externalId.startsWith('OD7') &&
      lines.every(({ cancelled }) => cancelled === '0') &&
      told.every(({ order }) => order !== externalId),
  )
  if (found === undefined) return undefined
  return {
    order: found.externalId,
    shipment: 'act_1',
    carrier: 'ups',
    trackingNumber: '1ZTEST0001',
    shippedAt: '2026-11-24T10:00:00.000Z',
    lines: found.lines.map(({ id, quantity }) => ({ line: id, quantity: Number(quantity) })),
  }
}

proveConnector(flipkartSeller, {
  cases: [
    'partly-cancelled',
    'cash-on-delivery',
    'delivered',
    'courier-brings-it-back',
    'held',
    'form-failed',
    'self-ship',
    'address-withheld',
    'flipkart-warehouse',
    'several-packages',
    'replacement',
    'customer-return',
    'courier-return',
    'event-created',
    'event-of-a-shipment',
    'unknown-word',
  ],
  query: {
    calls: ({ subject, answers }) => [
      { method: 'GET', url: `${api}/v3/shipments?orderIds=${subject}`, headers },
      ...(at(answers[0], 'shipments', '0', 'shipmentType') === 'SELF'
        ? [{ method: 'GET', url: `${api}/v3/shipments/${at(answers[0], 'shipments', '0', 'shipmentId')}`, headers }]
        : []),
    ],
  },
  commands: {
    'mark-shipped': {
      wish: wishFrom,
      calls: ({ wish, answers }) => [
        { method: 'GET', url: `${api}/v3/shipments?orderIds=${wish.order}`, headers },
        {
          method: 'POST',
          url: `${api}/v3/shipments/selfShip/dispatch`,
          headers,
          body: {
            shipments: [
              {
                shipmentId: at(answers[0], 'shipments', '0', 'shipmentId'),
                locationId: at(answers[0], 'shipments', '0', 'locationId'),
                dispatchDate: '2026-11-24T15:30:00+05:30',
                tentativeDeliveryDate: '2026-11-29T15:30:00+05:30',
                deliveryPartner: 'United Parcel Service',
                deliveryPartnerCode: 'UPSIN',
                trackingId: '1ZTEST0001',
                invoice: {
                  invoiceDate: '2026-11-24',
                  items: wish.lines.map(({ line, quantity }) => ({ orderItemId: line, quantity })),
                },
              },
            ],
          },
        },
      ],
    },
  },
  waive: {
    'a signature over another body is refused':
      'Flipkart signs date, address and secret, and not the body: so it is read',
  },
})
