import { shopify } from '../../connectors/shopify/index.ts'
import { listOrders, lookAtFulfilments, markShipped, readOrder } from '../../connectors/shopify/queries.ts'
import type { MarkShipped } from '../../src/canonical/commands.ts'
import type { Books } from '../../src/connector/sandbox.ts'
import type { Json } from '../../src/kernel/json.ts'
import type { ExpectedCall } from '../kit/prove-connector.ts'
import { proveConnector } from '../kit/prove-connector.ts'

/** Every call of the Admin API goes to one address, by POST, with the token in a header of Shopify's own. */
const call = (query: string, variables: object): ExpectedCall => ({
  method: 'POST',
  url: 'https://corner.myshopify.com/admin/api/2026-07/graphql.json',
  headers: { 'x-shopify-access-token': 'sandbox-access-token' },
  body: { query, variables },
})

/** One unit of the first line of an order of which nothing is cancelled, given back or sent. */
const wishFor = ({ orders, told }: Books): MarkShipped | undefined => {
  const order = orders.find(
    (one) =>
      !one.cancelled &&
      Number(one.refunded) === 0 &&
      told.every((row) => row.order !== one.externalId) &&
      one.lines.every((line) => line.cancelled === '0'),
  )
  const line = order?.lines[0]
  if (order === undefined || line === undefined) return undefined
  const parcel = {
    carrier: 'DHL',
    trackingNumber: '00340434292135100186',
    trackingUrl: 'https://track.example/00340434292135100186',
  }
  return {
    order: order.externalId,
    shipment: 'act_1',
    shippedAt: '2026-11-24T10:00:00.000Z',
    ...parcel,
    lines: [{ line: line.id, quantity: 1 }],
  }
}

const at = (value: Json | undefined, ...steps: readonly (string | number)[]): Json | undefined =>
  steps.reduce<Json | undefined>(
    (held, step) =>
      held === null || typeof held !== 'object' ? undefined : new Map(Object.entries(held)).get(String(step)),
    value,
  )
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [])

/** The fulfilment order, and the line of it, that stand for a line of the order in what the look showed. */
const allotmentOf = (looked: Json | undefined, line: string) => {
  for (const order of listOf(at(looked, 'data', 'order', 'fulfillmentOrders', 'nodes'))) {
    const found = listOf(at(order, 'lineItems', 'nodes')).find(
      (one) => at(one, 'lineItem', 'id') === `gid://shopify/LineItem/${line}`,
    )
    if (found !== undefined)
      return { fulfillmentOrderId: at(order, 'id'), fulfillmentOrderLineItems: [{ id: at(found, 'id'), quantity: 1 }] }
  }
  return undefined
}

proveConnector(shopify, {
  cases: [
    'edited',
    'refund-return',
    'taxes-included',
    'presentment',
    'tip',
    'gift-card',
    'fulfilled-without-fulfillments',
    'jpy',
    'unknown-word',
    'order-edited',
    'order-deleted',
    'read-order',
  ],
  query: { calls: ({ subject }) => [call(readOrder, { id: `gid://shopify/Order/${subject}` })] },
  lists: {
    orders: {
      calls: ({ window: { by, from, to }, answers }) =>
        answers.map((_, page) => {
          const field = by === 'placed' ? 'created_at' : 'updated_at'
          const [start, end] = [from, to].map((moment) => moment.toISOString().replace('.000Z', 'Z'))
          const window = { query: `${field}:>='${start}' ${field}:<'${end}'`, by: field.toUpperCase() }
          const before = at(answers[page - 1], 'data', 'orders', 'pageInfo', 'endCursor')
          return call(listOrders, page === 0 ? window : { ...window, after: before })
        }),
    },
  },
  commands: {
    'mark-shipped': {
      wish: wishFor,
      calls: ({ wish, answers }) => [
        call(lookAtFulfilments, { id: `gid://shopify/Order/${wish.order}` }),
        call(markShipped, {
          fulfillment: {
            lineItemsByFulfillmentOrder: [allotmentOf(answers[0], wish.lines[0]?.line ?? '')],
            trackingInfo: { company: wish.carrier, number: wish.trackingNumber, url: wish.trackingUrl },
            notifyCustomer: false,
          },
        }),
      ],
    },
  },
  waive: {
    'a stale message is refused':
      'Shopify signs the body alone: the time stands in a header that no signature covers, so refusing by it would stop nobody.',
  },
})
