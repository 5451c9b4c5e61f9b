import { flipkartSeller } from '../../connectors/flipkart-seller/index.ts'
import type { MarkShipped } from '../../src/canonical/commands.ts'
import type { Books } from '../../src/connector/sandbox.ts'
import type { Json } from '../../src/kernel/json.ts'
import { type ExpectedCall, type ListProof, proveConnector } from '../kit/prove-connector.ts'

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

const before = ['APPROVED', 'PACKING_IN_PROGRESS', 'PACKED', 'FORM_FAILED', 'READY_TO_DISPATCH']

/** A list of shipments: the first page by the filter, each other by the address that the page before it named. */
const shipmentsList = (filter: object): ListProof => ({
  calls: ({ window: { by, from, to }, answers }) => {
    const field = by === 'placed' ? 'orderDate' : 'modifiedDate'
    const span = { from: from.toISOString(), to: to.toISOString() }
    const body = {
      filter: { ...filter, [field]: span, serviceProfiles: ['NON_FBF', 'FBF'] },
      pagination: { pageSize: 20 },
      sort: { field, order: 'asc' },
    }
    return [{ method: 'POST', url: `${api}/v3/shipments/filter`, headers, body }, ...nextPages(answers, 'nextPageUrl')]
  },
})

const cancelledList = (cancellationType: string): ListProof =>
  shipmentsList({ type: 'cancelled', states: ['CANCELLED'], cancellationType })

const nextPages = (answers: readonly Json[], field: string): readonly ExpectedCall[] =>
  answers
    .map((answer) => String(at(answer, field)))
    .filter((address) => address !== '')
    .map((address) => {
      const [path = '', token = ''] = address.split('?next_token=')
      return { method: 'GET', url: `${api}${path}?${new URLSearchParams({ next_token: token })}`, headers }
    })

const returnsList = (source: string): ListProof => ({
  calls: ({ window: { from, to }, answers }) => {
    const query = { source, modifiedAfter: from.toISOString(), modifiedBefore: to.toISOString() }
    const first = { method: 'GET', url: `${api}/v2/returns?${new URLSearchParams(query)}`, headers }
    return [first, ...nextPages(answers, 'nextUrl')]
  },
})

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
  lists: {
    'pre-dispatch': shipmentsList({ type: 'preDispatch', states: before, hold: false }),
    held: shipmentsList({ type: 'preDispatch', states: before, hold: true }),
    'post-dispatch': shipmentsList({ type: 'postDispatch', states: ['PICKUP_COMPLETE', 'SHIPPED', 'DELIVERED'] }),
    'cancelled-by-seller': cancelledList('sellerCancellation'),
    'cancelled-by-buyer': cancelledList('buyerCancellation'),
    'cancelled-by-marketplace': cancelledList('marketplaceCancellation'),
    'customer-returns': returnsList('customer_return'),
    'courier-returns': returnsList('courier_return'),
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
