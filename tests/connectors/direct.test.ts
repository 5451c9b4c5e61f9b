import { Webhook } from 'standardwebhooks'
import { direct } from '../../connectors/direct/index.ts'
import type { PostEvent } from '../../src/canonical/commands.ts'
import type { Books } from '../../src/connector/sandbox.ts'
import { proveConnector } from '../kit/prove-connector.ts'

const secret = direct.sandbox.example.secrets['eventSecret']?.[0] ?? ''
// The sandbox has its first order after two minutes of its clock.
const sentAt = new Date('2026-11-24T10:02:00Z')

/** The parcel of the shop's first order has left. */
const shipped = ({ orders }: Books): PostEvent | undefined => {
  const [first] = orders
  if (first === undefined) return undefined
  return {
    id: 'ord_1:4',
    kind: 'shipment.created',
    at: '2026-11-24T10:01:00.000Z',
    order: { id: 'ord_1', connection: 'direct-under-test', externalId: first.externalId, number: first.number, seq: 4 },
    data: {
      shipment: 'act_1',
      ours: true,
      status: 'picked_up',
      carrier: 'UPS',
      trackingNumber: '1ZTEST0001',
      lines: first.lines.map(({ id, quantity }) => ({ line: id, quantity: Number(quantity) })),
    },
  }
}

const bodyOf = ({ id, kind, at, order, data }: PostEvent) => ({
  type: kind,
  timestamp: at,
  data: { id, order, change: data },
})

proveConnector(direct, {
  cases: [
    'purchase-order',
    'terms-fixed',
    'measured-quantity',
    'jpy',
    'line-removed',
    'discount-on-the-whole',
    'total-only',
    'total-differs',
    'tax-included',
    'payments',
    'no-zone',
    'twin-lines',
  ],
  commands: {
    'post-event': {
      wish: shipped,
      effects: ({ told }) => told.length,
      calls: ({ wish, command }) => [
        {
          method: 'POST',
          url: 'https://shop.example/hooks/crossdock',
          headers: {
            'webhook-id': command,
            'webhook-timestamp': String(sentAt.getTime() / 1000),
            'webhook-signature': new Webhook(secret).sign(command, sentAt, JSON.stringify(bodyOf(wish))),
          },
          body: bodyOf(wish),
        },
      ],
      // A receiver of events that refuses is tried again, whatever its reason: Standard Webhooks knows only 2xx and 410.
      remedies: { '401': 'retry', '403': 'retry', '404': 'retry', '409': 'retry', '422': 'retry' },
    },
  },
})
