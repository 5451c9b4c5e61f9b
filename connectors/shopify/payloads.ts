import { checkerOf, type Static, type TSchema, Type } from '../../src/kernel/schema.ts'

/**
 * The fields of the Admin API that our code reads or writes itself; what mappings read is checked by them.
 * https://shopify.dev/docs/api/admin-graphql/2026-07 (objects/FulfillmentOrder, objects/Fulfillment, input-objects/FulfillmentInput,
 * objects/UserError, queries/orders) and https://shopify.dev/docs/apps/build/apis/graphql-admin/rate-limits, all read 2026-11-24.
 * Foreign objects stay open: Shopify adds fields without notice.
 */
const orNothing = <S extends TSchema>(schema: S) => Type.Optional(Type.Union([schema, Type.Null()]))
const Page = <S extends TSchema>(node: S) =>
  Type.Object({ nodes: Type.Array(node), pageInfo: Type.Object({ hasNextPage: Type.Boolean() }) })
const Ref = Type.Object({ id: Type.String() })

export const FulfilmentOrder = Type.Object({
  id: Type.String(),
  status: Type.String({
    description: 'OPEN and IN_PROGRESS can be fulfilled; SCHEDULED, ON_HOLD, CLOSED, CANCELLED, INCOMPLETE cannot.',
  }),
  fulfillAt: orNothing(Type.String()),
  fulfillmentHolds: Type.Array(Type.Object({ reason: Type.String(), reasonNotes: orNothing(Type.String()) })),
  assignedLocation: Type.Object({ name: Type.String(), location: orNothing(Ref) }),
  lineItems: Page(Type.Object({ id: Type.String(), remainingQuantity: Type.Integer(), lineItem: Ref })),
})
export type FulfilmentOrder = Static<typeof FulfilmentOrder>

export const Fulfilment = Type.Object({
  id: Type.String(),
  status: Type.String({ description: 'CANCELLED, ERROR and FAILURE carry nothing.' }),
  trackingInfo: Type.Array(Type.Object({ number: orNothing(Type.String()) })),
  fulfillmentLineItems: Page(Type.Object({ quantity: orNothing(Type.Integer()), lineItem: Ref })),
})
export type Fulfilment = Static<typeof Fulfilment>

const Looked = Type.Object({
  data: Type.Object({
    order: Type.Union([
      Type.Null(),
      Type.Object({ fulfillmentOrders: Page(FulfilmentOrder), fulfillments: Type.Array(Fulfilment) }),
    ]),
  }),
})
const Created = Type.Object({ data: Type.Object({ fulfillmentCreate: Type.Object({ fulfillment: Ref }) }) })
const ReadOrder = Type.Object({
  data: Type.Object({
    order: Type.Union([
      Type.Null(),
      Type.Object({
        updatedAt: Type.String(),
        lineItems: Type.Object({ pageInfo: Type.Object({ hasNextPage: Type.Boolean() }) }),
      }),
    ]),
  }),
})

const Cut = Type.Object({ pageInfo: Type.Object({ hasNextPage: Type.Boolean() }) })
/** An order in a list: who and when it is, what it comes to, and whether any page of it is but a part. */
export const ListedOrder = Type.Object({
  legacyResourceId: Type.String({ minLength: 1 }),
  createdAt: Type.String(),
  updatedAt: Type.String(),
  currencyCode: Type.String(),
  totalPriceSet: Type.Object({ shopMoney: Type.Object({ amount: Type.String() }) }),
  lineItems: Cut,
  shippingLines: Cut,
  discountApplications: Cut,
  fulfillments: Type.Array(
    Type.Object({
      trackingInfo: Type.Array(Type.Object({ number: orNothing(Type.String()) })),
      fulfillmentLineItems: Cut,
    }),
  ),
  refunds: Type.Array(Type.Object({ refundLineItems: Cut, refundShippingLines: Cut, transactions: Cut })),
})
export type ListedOrder = Static<typeof ListedOrder>
const Listed = Type.Object({
  data: Type.Object({
    orders: Type.Object({
      nodes: Type.Array(ListedOrder),
      pageInfo: Type.Union([
        Type.Object({ hasNextPage: Type.Literal(false) }),
        Type.Object({ hasNextPage: Type.Literal(true), endCursor: Type.String({ minLength: 1 }) }),
      ]),
    }),
  }),
})

/** An error beside the data. `code` and `cost` are there where Shopify says why. */
export const Failed = Type.Object({
  errors: Type.Array(
    Type.Object({
      message: Type.String(),
      extensions: Type.Optional(Type.Object({ code: Type.Optional(Type.String()) })),
    }),
    { minItems: 1 },
  ),
})
/** Points asked for and left. Numbers with a fraction come as their own text. */
const Points = Type.Union([Type.Number(), Type.String()])
export const Cost = Type.Object({
  extensions: Type.Object({
    cost: Type.Object({
      requestedQueryCost: Points,
      throttleStatus: Type.Object({ maximumAvailable: Points, currentlyAvailable: Points, restoreRate: Points }),
    }),
  }),
})
/** A change that Shopify did not make, said inside a 200. */
export const UserErrors = Type.Object({
  data: Type.Record(
    Type.String(),
    Type.Object({
      userErrors: Type.Array(Type.Object({ field: orNothing(Type.Array(Type.String())), message: Type.String() }), {
        minItems: 1,
      }),
    }),
  ),
})

/** What is sent: lines are ids of fulfilment order lines, not of order lines; all of one location. */
export interface FulfilmentInput {
  readonly lineItemsByFulfillmentOrder: readonly {
    readonly fulfillmentOrderId: string
    readonly fulfillmentOrderLineItems: readonly { readonly id: string; readonly quantity: number }[]
  }[]
  readonly trackingInfo?: { readonly company?: string; readonly number?: string; readonly url?: string }
  readonly notifyCustomer: boolean
}

export const isFailed = checkerOf(Failed).is
export const tellsCost = checkerOf(Cost).is
export const hasUserErrors = checkerOf(UserErrors).is
export const looked = checkerOf(Looked)
export const created = checkerOf(Created)
export const readOrderAnswer = checkerOf(ReadOrder)
export const listAnswer = checkerOf(Listed)
