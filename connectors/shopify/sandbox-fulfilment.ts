import { openOf, type ShopOrder } from './sandbox-order.ts'

/** Shopify's id of a thing in GraphQL. */
export const gid = (kind: string, id: number): string => `gid://shopify/${kind}/${id}`
/** A connection of which one page is all. */
export const nodes = (list: readonly unknown[]) => ({ nodes: list, pageInfo: { hasNextPage: false } })

/** Units of one location that are to be sent together. */
export interface FulfilmentOrderNode {
  readonly id: string
  readonly location: number
  readonly lines: readonly { readonly id: string; readonly line: number; readonly remaining: number }[]
}
/** One fulfilment order for each location; its ids are made of the order's and the lines' own. */
export const allotted = (order: ShopOrder): readonly FulfilmentOrderNode[] =>
  [1, 2]
    .map((location) => ({
      id: gid('FulfillmentOrder', order.id + 60 + location),
      location,
      lines: order.lines
        .filter((line) => line.location === location)
        .map((line) => ({
          id: gid('FulfillmentOrderLineItem', line.id + 30_000),
          line: line.id,
          remaining: order.cancelled === undefined ? openOf(line) : 0,
        })),
    }))
    .filter(({ lines }) => lines.length > 0)

/** They as GraphQL shows them: closed once nothing is left. */
export const fulfilmentOrdersOf = (order: ShopOrder) =>
  allotted(order).map(({ id, location, lines }) => ({
    id,
    status: lines.some((line) => line.remaining > 0) ? 'OPEN' : 'CLOSED',
    fulfillAt: null,
    fulfillmentHolds: [],
    assignedLocation: { name: `Store ${location}`, location: { id: gid('Location', location) } },
    lineItems: nodes(
      lines.map((line) => ({
        id: line.id,
        remainingQuantity: line.remaining,
        lineItem: { id: gid('LineItem', line.line) },
      })),
    ),
  }))
