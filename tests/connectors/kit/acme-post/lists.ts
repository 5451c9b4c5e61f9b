import type { List } from '../../../../src/connector/contract.ts'
import { HubError } from '../../../../src/kernel/errors.ts'
import { millisecondsOf, readInstant } from '../../../../src/kernel/time.ts'
import { listAnswer } from './payloads.ts'
import type { Settings } from './settings.ts'

/** GET /v1/orders, oldest first; `after` is what the page before gave. https://acme.example/docs/list-orders, read 24 Nov 2026. */
export const orders: List<Settings> = {
  description: 'The orders of the shop, by when they were placed or changed.',
  topic: 'read/order',
  by: ['changed', 'placed'],
  // "an order is in the list within ten seconds", the page says
  lagSeconds: 10,
  ask: ({ window: { by, from, to } }, page) => ({
    method: 'GET',
    path: '/v1/orders',
    query: {
      by: by === 'placed' ? 'placed' : 'updated',
      from: from.toISOString(),
      before: to.toISOString(),
      ...(page === undefined ? {} : { after: page }),
    },
  }),
  read({ body, at }) {
    if (!listAnswer.is(body))
      throw new HubError(
        'CHANNEL_UNREADABLE',
        `expected a list of orders of Acme: ${listAnswer.faults(body)[0]?.expected ?? ''}`,
      )
    const items = body.orders.map((order) => ({
      order: order.id,
      rank: order.version,
      placed: millisecondsOf(readInstant(order.placed)),
      changed: order.updated,
      ...(at === undefined ? {} : { observed: at }),
      total: { amount: order.total, currency: order.currency },
      payload: { order },
    }))
    return { items, ...(body.next === undefined ? {} : { next: body.next }) }
  },
}
