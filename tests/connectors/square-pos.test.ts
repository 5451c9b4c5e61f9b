import { squarePos } from '../../connectors/square-pos/index.ts'
import type { MarkShipped } from '../../src/canonical/commands.ts'
import type { Books } from '../../src/connector/sandbox.ts'
import type { Json } from '../../src/kernel/json.ts'
import { proveConnector } from '../kit/prove-connector.ts'

const orders = 'https://connect.squareup.com/v2/orders'
const headers = { authorization: 'Bearer sandbox-access-token', 'square-version': '2026-05-20' }

/** An order of the API that is still to be shipped; those of the till cannot be told anything. */
const wishFrom = ({ orders: all, told }: Books): MarkShipped | undefined => {
  const found = all.find(
    ({ externalId, number, cancelled }) =>
      number.startsWith('WEB-') && !cancelled && told.every(({ order }) => order !== externalId),
  )
  if (found === undefined) return undefined
  return {
    order: found.externalId,
    shipment: 'act_1',
    carrier: 'UPS',
    trackingNumber: '1ZTEST0001',
    shippedAt: '2026-11-24T10:00:00.000Z',
    lines: found.lines.map(({ id, quantity }) => ({ line: id, quantity: Number(quantity) })),
  }
}

const at = (value: Json | undefined, ...steps: readonly string[]): Json | undefined =>
  steps.reduce<Json | undefined>(
    (held, step) => (typeof held === 'object' && held !== null ? new Map(Object.entries(held)).get(step) : undefined),
    value,
  )

proveConnector(squarePos, {
  cases: [
    'counter-sale-cash',
    'tip',
    'measured',
    'inclusive-tax',
    'mixed-taxes-us',
    'service-charge-taxed',
    'open-ticket',
    'tenders',
    'shipped',
    'pickup',
    'return-order',
    'refund-states',
    'return-unlinked',
    'exchange',
    'draft',
    'unknown-word',
  ],
  query: { calls: ({ subject }) => [{ method: 'GET', url: `${orders}/${subject}`, headers }] },
  lists: {
    orders: {
      calls: ({ window: { by, from, to }, answers }) => [
        { method: 'GET', url: 'https://connect.squareup.com/v2/locations', headers },
        ...answers.slice(1).map((_, page) => {
          const clock = by === 'placed' ? 'created_at' : 'updated_at'
          const span = { start_at: from.toISOString(), end_at: new Date(to.getTime() - 1).toISOString() }
          return {
            method: 'POST',
            url: `${orders}/search`,
            headers,
            body: {
              location_ids: ['LSANDBOXUS', 'LSANDBOXCA', 'LSANDBOXGB'],
              query: {
                filter: { date_time_filter: { [clock]: span } },
                sort: { sort_field: clock.toUpperCase(), sort_order: 'ASC' },
              },
              limit: 100,
              // what the page before answered; the first answer is that of the locations
              ...(page === 0 ? {} : { cursor: at(answers[page], 'cursor') }),
            },
          }
        }),
      ],
    },
  },
  commands: {
    'mark-shipped': {
      wish: wishFrom,
      calls: ({ wish, command, answers }) => [
        { method: 'GET', url: `${orders}/${wish.order}`, headers },
        {
          method: 'PUT',
          url: `${orders}/${wish.order}`,
          headers,
          body: {
            order: {
              version: at(answers[0], 'order', 'version'),
              fulfillments: [
                {
                  uid: at(answers[0], 'order', 'fulfillments', '0', 'uid'),
                  state: 'COMPLETED',
                  shipment_details: { carrier: 'UPS', tracking_number: '1ZTEST0001' },
                },
              ],
            },
            idempotency_key: command,
          },
        },
      ],
    },
  },
  waive: { 'a stale message is refused': 'Square signs no time: a repeated message is known by its event_id' },
})
