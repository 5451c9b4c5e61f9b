import { checkerOf, type Static, Type } from '../../src/kernel/schema.ts'

/**
 * What the code reads and writes of Square's API. What only mappings read is named in mappings/square-pos.
 * Source of all of it: https://github.com/square/connect-api-specification, api.json, read 24 Nov 2026.
 */

/** Envelope of every webhook. https://developer.squareup.com/docs/webhooks/overview, read 24 Nov 2026. */
export const Envelope = Type.Object({
  merchant_id: Type.Optional(Type.String()),
  type: Type.String({ minLength: 1 }),
  event_id: Type.String({ minLength: 1 }),
  created_at: Type.Optional(Type.String()),
})
export type Envelope = Static<typeof Envelope>

/** A fulfilment: schemas Fulfillment and FulfillmentFulfillmentEntry. Quantities are decimal text. */
export const Fulfilment = Type.Object({
  uid: Type.String(),
  type: Type.String(),
  state: Type.String(),
  line_item_application: Type.Optional(
    Type.String({ description: 'ALL: the whole order, without entries; or ENTRY_LIST.' }),
  ),
  entries: Type.Optional(Type.Array(Type.Object({ line_item_uid: Type.String(), quantity: Type.String() }))),
  shipment_details: Type.Optional(Type.Object({ tracking_number: Type.Optional(Type.String()) })),
})
export type Fulfilment = Static<typeof Fulfilment>

/** An order as GET and PUT /v2/orders/{id} give it: schema Order. No `version`: it was not made through the API. */
export const Order = Type.Object({
  id: Type.String({ minLength: 1 }),
  version: Type.Optional(Type.Integer()),
  state: Type.Optional(Type.String()),
  created_at: Type.Optional(Type.String()),
  updated_at: Type.Optional(Type.String()),
  line_items: Type.Optional(Type.Array(Type.Object({ uid: Type.Optional(Type.String()), quantity: Type.String() }))),
  fulfillments: Type.Optional(Type.Array(Fulfilment)),
})
export type Order = Static<typeof Order>

/** Schema RetrieveOrderResponse, UpdateOrderResponse. */
export const OrderAnswer = Type.Object({ order: Order })
export type OrderAnswer = Static<typeof OrderAnswer>

/** Schema Error. `category` and `code` are always there; the HTTP status follows the first error. */
export const Errors = Type.Object({
  errors: Type.Array(
    Type.Object({
      category: Type.String(),
      code: Type.String(),
      detail: Type.Optional(Type.String()),
      field: Type.Optional(Type.String()),
    }),
    { minItems: 1 },
  ),
})
export type Errors = Static<typeof Errors>

/** Schema UpdateOrderRequest, of which we write this. `idempotency_key` may have 192 characters, `carrier` 50. */
export const UpdateOrder = Type.Object({
  order: Type.Object({
    version: Type.Integer(),
    fulfillments: Type.Array(
      Type.Object({
        uid: Type.String(),
        state: Type.Literal('COMPLETED'),
        shipment_details: Type.Optional(
          Type.Object({
            carrier: Type.Optional(Type.String({ maxLength: 50 })),
            tracking_number: Type.Optional(Type.String({ maxLength: 100 })),
            tracking_url: Type.Optional(Type.String({ maxLength: 2000 })),
          }),
        ),
      }),
    ),
  }),
  idempotency_key: Type.String({ maxLength: 192 }),
})
export type UpdateOrder = Static<typeof UpdateOrder>

/** An order in a list: the whole of it, schema SearchOrdersResponse. `source_order_id`: the sale that a return gives back. */
export const ListedOrder = Type.Intersect([
  Order,
  Type.Object({
    created_at: Type.String(),
    total_money: Type.Optional(Type.Object({ amount: Type.Integer(), currency: Type.String() })),
    returns: Type.Optional(Type.Array(Type.Object({ source_order_id: Type.Optional(Type.String()) }))),
  }),
])
export type ListedOrder = Static<typeof ListedOrder>

/** Schemas SearchOrdersResponse and ListLocationsResponse. A merchant has a location; a search that finds nothing says nothing. */
const SearchAnswer = Type.Object({
  orders: Type.Optional(Type.Array(ListedOrder)),
  cursor: Type.Optional(Type.String({ minLength: 1 })),
})
const LocationsAnswer = Type.Object({ locations: Type.Array(Type.Object({ id: Type.String() }), { minItems: 1 }) })

const Span = Type.Object({ start_at: Type.String(), end_at: Type.String() })
/** Schema SearchOrdersRequest, of which we write this. */
export const SearchOrders = Type.Object({
  location_ids: Type.Array(Type.String(), { minItems: 1, maxItems: 10 }),
  query: Type.Object({
    filter: Type.Object({
      date_time_filter: Type.Union([Type.Object({ created_at: Span }), Type.Object({ updated_at: Span })]),
    }),
    sort: Type.Object({
      sort_field: Type.Union([Type.Literal('CREATED_AT'), Type.Literal('UPDATED_AT')]),
      sort_order: Type.Literal('ASC'),
    }),
  }),
  limit: Type.Integer({ maximum: 1000 }),
  cursor: Type.Optional(Type.String()),
})
export type SearchOrders = Static<typeof SearchOrders>

/** Where a list goes on: the locations that are still to be searched, and Square's cursor into the first ten of them. */
const Page = Type.Object({
  locations: Type.Array(Type.String(), { minItems: 1 }),
  cursor: Type.Optional(Type.String()),
})
export type Page = Static<typeof Page>

export const searchAnswer = checkerOf(SearchAnswer)
export const locationsAnswer = checkerOf(LocationsAnswer)
export const pageText = checkerOf(Page)
export const envelope = checkerOf(Envelope)
export const orderAnswer = checkerOf(OrderAnswer)
export const errors = checkerOf(Errors)
