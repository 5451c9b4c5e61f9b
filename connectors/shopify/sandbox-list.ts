import { Closed, checkerOf, Type } from '../../src/kernel/schema.ts'
import { graphqlOrder } from './sandbox-graphql.ts'
import type { ShopOrder } from './sandbox-order.ts'
import { secondsOf } from './sandbox-rest-parts.ts'

/** What may stand in the variables of a query for a list. */
export const asksList = checkerOf(
  Type.Object({
    query: Type.String(),
    variables: Closed({
      query: Type.String(),
      by: Type.Union([Type.Literal('UPDATED_AT'), Type.Literal('CREATED_AT')]),
      after: Type.Optional(Type.String()),
    }),
  }),
)

interface Asked {
  readonly query: string
  readonly variables: { readonly query: string; readonly by: 'UPDATED_AT' | 'CREATED_AT'; readonly after?: string }
}

/** `orders(first:, after:, query:, sortKey:)`: the cursor is the place of an order, so one that moves on shifts no other. */
export const listed = (
  orders: readonly ShopOrder[],
  { query, variables: { by, query: filter, after } }: Asked,
): object => {
  const first = Number(/orders\(first: (\d+)/.exec(query)?.[1] ?? 0)
  const wanted = [...filter.matchAll(/(updated_at|created_at):(>=|<)'([^']+)'/g)]
  const last = after === undefined ? '' : Buffer.from(after, 'base64url').toString()
  const placeOf = (order: ShopOrder): string => `${timeOf(order, by)} ${order.id}`
  const rest = orders
    .filter((order) =>
      wanted.every(([, field, sign, bound]) => lies(timeOf(order, field), sign, Date.parse(bound ?? ''))),
    )
    .filter((order) => placeOf(order) > last)
    .toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1))
  const page = rest.slice(0, first)
  const end = page.at(-1)
  return {
    nodes: page.map(graphqlOrder),
    pageInfo: {
      hasNextPage: page.length < rest.length,
      endCursor: end === undefined ? null : Buffer.from(placeOf(end)).toString('base64url'),
    },
  }
}

/** As the order itself shows it, in whole seconds. */
const timeOf = ({ at, changed }: ShopOrder, field: string | undefined): number =>
  Date.parse(secondsOf(/^created_at$/i.test(field ?? '') ? at : changed))

const lies = (time: number, sign: string | undefined, bound: number): boolean =>
  sign === '<' ? time < bound : time >= bound
