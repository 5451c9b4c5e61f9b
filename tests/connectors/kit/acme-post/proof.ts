import { join } from 'node:path'
import type { MarkShipped } from '../../../../src/canonical/commands.ts'
import type { Books } from '../../../../src/connector/sandbox.ts'
import type { Json } from '../../../../src/kernel/json.ts'
import type { ProveOptions } from '../../../kit/prove-connector.ts'

const headers = { authorization: 'Bearer acme-access-token', 'acme-shop': 'corner' }

/** An order of the sandbox that may be shipped. */
const wish = ({ orders }: Books): MarkShipped | undefined => {
  const order = orders.find(({ cancelled }) => !cancelled)
  if (order === undefined) return undefined
  const lines = order.lines.map(({ id, quantity }) => ({ line: id, quantity: Number(quantity) }))
  return {
    order: order.externalId,
    shipment: 's-1',
    carrier: 'UPS',
    trackingNumber: '1ZTEST0001',
    shippedAt: '2026-11-24T12:00:00.000Z',
    lines,
  }
}

/** Where a page says that the next one begins. */
const nextIn = (answer: Json | undefined): string =>
  typeof answer === 'object' && answer !== null && 'next' in answer ? String(answer.next) : ''

/** What Acme documents of each request, to the letter. */
export const acmeProof: ProveOptions = {
  root: join(import.meta.dirname, '..'),
  query: {
    calls: ({ subject }) => [{ method: 'GET', url: `https://api.acme.example/v1/orders/${subject}`, headers }],
  },
  lists: {
    orders: {
      calls: ({ window: { by, from, to }, answers }) =>
        answers.map((_, page) => {
          const window = {
            by: by === 'placed' ? 'placed' : 'updated',
            from: from.toISOString(),
            before: to.toISOString(),
          }
          const query = new URLSearchParams({ ...window, ...(page === 0 ? {} : { after: nextIn(answers[page - 1]) }) })
          return { method: 'GET', url: `https://api.acme.example/v1/orders?${query}`, headers }
        }),
    },
  },
  commands: {
    'mark-shipped': {
      wish,
      calls: ({ wish: { order, lines }, command }) => [
        {
          method: 'POST',
          url: `https://api.acme.example/v1/orders/${order}/parcels`,
          headers: { ...headers, 'idempotency-key': command },
          body: {
            carrier: 'UPS',
            tracking: '1ZTEST0001',
            items: lines.map(({ line, quantity }) => ({ id: line, quantity })),
          },
        },
      ],
    },
  },
}
