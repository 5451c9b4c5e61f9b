import type { Books } from '../../../src/connector/sandbox.ts'
import { proveConnector } from '../../kit/prove-connector.ts'
import { acmePost } from './acme-post/index.ts'

const headers = { authorization: 'Bearer acme-access-token', 'acme-shop': 'corner' }

const wish = ({ orders }: Books) => {
  const order = orders.find(({ cancelled }) => !cancelled)
  if (order === undefined) return undefined
  const lines = order.lines.map(({ id, quantity }) => ({ line: id, quantity: Number(quantity) }))
  return {
    order: order.externalId,
    shipment: 's-1',
    carrier: 'DHL',
    trackingNumber: 'T-1',
    shippedAt: '2026-11-24T12:00:00.000Z',
    lines,
  }
}

proveConnector(acmePost, {
  root: import.meta.dirname,
  query: {
    calls: ({ subject }) => [{ method: 'GET', url: `https://api.acme.example/v1/orders/${subject}`, headers }],
  },
  commands: {
    'mark-shipped': {
      wish,
      calls: ({ wish, command }) => [
        {
          method: 'POST',
          url: `https://api.acme.example/v1/orders/${wish.order}/parcels`,
          headers: { ...headers, 'idempotency-key': command },
          body: {
            carrier: 'DHL',
            tracking: 'T-1',
            items: wish.lines.map(({ line, quantity }) => ({ id: line, quantity })),
          },
        },
      ],
    },
  },
})
