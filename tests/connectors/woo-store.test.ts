import { wooStore } from '../../connectors/woo-store/index.ts'
import type { MarkShipped } from '../../src/canonical/commands.ts'
import type { Books } from '../../src/connector/sandbox.ts'
import { proveConnector } from '../kit/prove-connector.ts'
import type { ListProof } from '../kit/prove-connector-options.ts'

const api = 'https://shop.example/wp-json'
const headers = { authorization: `Basic ${Buffer.from('ck_sandbox:cs_sandbox').toString('base64')}` }

/** An order of one line that nobody has shipped yet: telling of it completes it. */
const wishFrom = ({ orders, told }: Books): MarkShipped | undefined => {
  const found = orders.find(
    ({ externalId, cancelled, lines }) =>
      !cancelled && lines.length === 1 && told.every(({ order }) => order !== externalId),
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

const lineOf = ({ lines: [line] }: MarkShipped): string => `${line?.line}:${line?.quantity}`

/** One page: what the sandbox has played fits into it. */
const listing =
  (status: string): ListProof['calls'] =>
  ({ window: { by, from, to } }) => {
    const names = by === 'changed' ? ['modified_after', 'modified_before', 'modified'] : ['after', 'before', 'date']
    const [after = '', before = '', orderby = ''] = names
    const gmt = (ms: number): string => new Date(ms).toISOString().slice(0, 19)
    const query = new URLSearchParams({
      status,
      [after]: gmt(from.getTime() - 1000),
      [before]: gmt(to.getTime() + 1000),
      dates_are_gmt: 'true',
      orderby,
      order: 'asc',
      per_page: '100',
      page: '1',
    })
    return [{ method: 'GET', url: `${api}/wc/v3/orders?${query.toString()}`, headers }]
  }

proveConnector(wooStore, {
  cases: [
    'negative-fee',
    'tax-per-line',
    'prices-with-tax',
    'rounding',
    'taxes-rounded-at-subtotal',
    'more-than-rounding',
    'currency-without-decimals',
    'gift-card',
    'refund-part',
    'refunded',
    'refunded-after-completed',
    'composite',
    'bundle',
    'attributes',
    'renewal',
    'attribution',
    'entities',
    'trackings',
    'pending',
    'on-hold',
    'completed',
    'trash',
    'deleted',
    'draft',
    'unknown-status',
    'our-own-status',
    'cash-on-delivery',
  ],
  query: { calls: ({ subject }) => [{ method: 'GET', url: `${api}/wc/v3/orders/${subject}`, headers }] },
  lists: { orders: { calls: listing('any') }, trashed: { calls: listing('trash') } },
  commands: {
    'mark-shipped': {
      wish: wishFrom,
      calls: ({ wish }) => [
        { method: 'GET', url: `${api}/wc/v3/orders/${wish.order}`, headers },
        {
          method: 'POST',
          url: `${api}/wc-shipment-tracking/v3/orders/${wish.order}/shipment-trackings`,
          headers,
          body: { tracking_provider: 'UPS', tracking_number: '1ZTEST0001', date_shipped: '2026-11-24' },
        },
        {
          method: 'PUT',
          url: `${api}/wc/v3/orders/${wish.order}`,
          headers,
          body: { meta_data: [{ key: '_crossdock_act_1', value: lineOf(wish) }], status: 'completed' },
        },
      ],
    },
  },
  waive: { 'a stale message is refused': 'WooCommerce signs no time: a repeated message is known by what it says' },
})
