import type { Answer, List, Listed } from '../../src/connector/contract.ts'
import { millisecondsOf, readInstant } from '../../src/kernel/time.ts'
import { graphql, readAnswer } from './client.ts'
import { type ListedOrder, listAnswer } from './payloads.ts'
import { listOrders, listSizes } from './queries.ts'
import type { Settings } from './settings.ts'

/** What an order is found and sorted by: https://shopify.dev/docs/api/admin-graphql/latest/queries/orders, read 2026-11-24. */
const clocks = {
  changed: { field: 'updated_at', sortKey: 'UPDATED_AT' },
  placed: { field: 'created_at', sortKey: 'CREATED_AT' },
} as const

/** Orders of any state: open, closed and cancelled. An order that changes meanwhile moves to the end, and out of the window. */
export const orders: List<Settings> = {
  description: 'All orders of the shop, by when they were made or changed.',
  topic: 'read/order',
  by: ['changed', 'placed'],
  // Orders are found by an index. Shopify does not say how far it is behind; a few minutes is what those who poll leave to it.
  lagSeconds: 180,
  // Paging ends at 25,000 orders: https://shopify.dev/docs/api/usage/limits, read 2026-11-24. A day of most shops has fewer.
  longestSeconds: 86_400,
  can: (_, secrets) => (secrets['accessToken'] ?? []).length > 0,
  ask: ({ window: { by, from, to }, settings }, page) => {
    const { field, sortKey } = clocks[by]
    const query = `${field}:>='${secondOf(from)}' ${field}:<'${secondOf(to)}'`
    return graphql(settings, listOrders, { query, by: sortKey, ...(page === undefined ? {} : { after: page }) })
  },
  read: (answer) => {
    const { nodes, pageInfo } = readAnswer(listAnswer, answer).data.orders
    return {
      items: nodes.map((order) => itemOf(order, answer)),
      ...(pageInfo.hasNextPage ? { next: pageInfo.endCursor } : {}),
    }
  },
}

/** Shopify's clock shows whole seconds: none of them lies between a moment and the second that ends it. */
const secondOf = (moment: Date): string =>
  new Date(Math.ceil(moment.getTime() / 1000) * 1000).toISOString().replace('.000Z', 'Z')

const itemOf = (order: ListedOrder, { at }: Answer): Listed => {
  const changed = momentOf(order.updatedAt)
  return {
    order: order.legacyResourceId,
    rank: changed,
    placed: momentOf(order.createdAt),
    changed,
    ...(at === undefined ? {} : { observed: at }),
    total: { amount: order.totalPriceSet.shopMoney.amount, currency: order.currencyCode },
    ...(isCut(order) ? {} : { payload: { data: { order } } }),
  }
}

/** Whether the order may have more of something than a page of it shows. */
const isCut = ({ lineItems, shippingLines, discountApplications, fulfillments, refunds }: ListedOrder): boolean =>
  fulfillments.length >= listSizes.parcels ||
  refunds.length >= listSizes.refunds ||
  fulfillments.some(({ trackingInfo }) => trackingInfo.length >= listSizes.trackings) ||
  [
    lineItems,
    shippingLines,
    discountApplications,
    ...fulfillments.map((one) => one.fulfillmentLineItems),
    ...refunds.flatMap((one) => [one.refundLineItems, one.refundShippingLines, one.transactions]),
  ].some(({ pageInfo }) => pageInfo.hasNextPage)

const momentOf = (time: string): number => millisecondsOf(readInstant(time))
