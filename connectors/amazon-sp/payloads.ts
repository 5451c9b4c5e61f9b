import type { Json } from '../../src/kernel/json.ts'
import { checkerOf, type Static, Type } from '../../src/kernel/schema.ts'

/**
 * What the code reads and writes of the Selling Partner API. What only mappings read is named in mappings/amazon-sp.
 * Source of all of it: https://github.com/amzn/selling-partner-api-models (orders_2026-01-01.json, ordersV0.json, tokens_2021-03-01.json, notifications), read 24 Nov 2026.
 */

/** A package that a merchant sent: schema OrderPackage. */
export const Package = Type.Object({
  packageReferenceId: Type.String(),
  trackingNumber: Type.Optional(Type.String()),
  packageStatus: Type.Optional(Type.Object({ status: Type.String() })),
})
export type Package = Static<typeof Package>

/** Schema Order of 2026-01-01. Times are ISO 8601, with milliseconds or without; amounts are decimal text. */
export const Order = Type.Object({
  orderId: Type.String({ minLength: 1 }),
  createdTime: Type.String(),
  lastUpdatedTime: Type.String(),
  programs: Type.Optional(Type.Array(Type.String())),
  salesChannel: Type.Object({ marketplaceId: Type.Optional(Type.String()) }),
  proceeds: Type.Optional(
    Type.Object({
      grandTotal: Type.Optional(Type.Object({ amount: Type.String(), currencyCode: Type.String() })),
    }),
  ),
  fulfillment: Type.Optional(
    Type.Object({ fulfillmentStatus: Type.String(), fulfilledBy: Type.Optional(Type.String()) }),
  ),
  packages: Type.Optional(Type.Array(Package)),
})
export type Order = Static<typeof Order>

/** Schema GetOrderResponse. */
export const OrderAnswer = Type.Object({ order: Order })
export type OrderAnswer = Static<typeof OrderAnswer>

/** Schema SearchOrdersResponse. The last page has no `nextToken`. */
export const SearchAnswer = Type.Object({
  orders: Type.Array(Order),
  pagination: Type.Optional(Type.Object({ nextToken: Type.Optional(Type.String()) })),
})
export type SearchAnswer = Static<typeof SearchAnswer>

/** Schema ErrorList, of every API. */
export const Errors = Type.Object({
  errors: Type.Array(
    Type.Object({ code: Type.String(), message: Type.String(), details: Type.Optional(Type.String()) }),
    { minItems: 1 },
  ),
})
export type Errors = Static<typeof Errors>

/** Login with Amazon: https://developer-docs.amazon.com/sp-api-blog/docs/selling-partner-api-migration-for-private-developers, read 24 Nov 2026. */
export const TokenAnswer = Type.Object({
  access_token: Type.String({ minLength: 1 }),
  expires_in: Type.Integer({ minimum: 1, description: 'Seconds; an hour.' }),
})
export type TokenAnswer = Static<typeof TokenAnswer>
export const TokenError = Type.Object({ error: Type.String(), error_description: Type.Optional(Type.String()) })
export type TokenError = Static<typeof TokenError>

/** ordersV0.json, schema ConfirmShipmentRequest, of which we write this. `packageReferenceId`: "only positive numeric values". */
export const ConfirmShipment = Type.Object({
  marketplaceId: Type.String(),
  packageDetail: Type.Object({
    packageReferenceId: Type.String({ pattern: '^[1-9]\\d*$' }),
    carrierCode: Type.String({ minLength: 1 }),
    carrierName: Type.Optional(Type.String()),
    shippingMethod: Type.Optional(Type.String()),
    trackingNumber: Type.String({ minLength: 1 }),
    shipDate: Type.String(),
    orderItems: Type.Array(Type.Object({ orderItemId: Type.String(), quantity: Type.Integer({ minimum: 1 }) }), {
      minItems: 1,
    }),
  }),
})
export type ConfirmShipment = Static<typeof ConfirmShipment>

/** Who a notification is. Its keys begin with capitals in some kinds, with small letters in others (FeedProcessingFinishedNotification.json). */
export const Notification = Type.Object({
  NotificationType: Type.String({ minLength: 1 }),
  NotificationMetadata: Type.Object({
    NotificationId: Type.String({ minLength: 1 }),
    PublishTime: Type.Optional(Type.String()),
  }),
})
export const SmallNotification = Type.Object({
  notificationType: Type.String({ minLength: 1 }),
  notificationMetadata: Type.Object({
    notificationId: Type.String({ minLength: 1 }),
    publishTime: Type.Optional(Type.String()),
  }),
})

/** What EventBridge wraps it in: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html, read 24 Nov 2026. */
export const Wrapped = Type.Object({
  'detail-type': Type.String(),
  source: Type.String(),
  detail: Type.Unsafe<Json>(Type.Object({})),
})
/** What SNS wraps it in, where a topic stands before the queue: https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html, read 24 Nov 2026. */
export const Posted = Type.Object({
  Type: Type.Literal('Notification'),
  TopicArn: Type.String(),
  Message: Type.String(),
})

/** ordersV0.json, schema Order. Times are ISO 8601, mostly of whole seconds. */
export const OrderV0 = Type.Object({
  AmazonOrderId: Type.String({ minLength: 1 }),
  PurchaseDate: Type.String(),
  LastUpdateDate: Type.String(),
  OrderStatus: Type.String(),
  MarketplaceId: Type.Optional(Type.String()),
  FulfillmentChannel: Type.Optional(Type.String()),
  IsISPU: Type.Optional(Type.Boolean()),
  OrderTotal: Type.Optional(
    Type.Object({ CurrencyCode: Type.Optional(Type.String()), Amount: Type.Optional(Type.String()) }),
  ),
})
export type OrderV0 = Static<typeof OrderV0>

/** ordersV0.json, schemas GetOrderResponse, GetOrderItemsResponse, GetOrdersResponse. The last page has no `NextToken`, or an empty one. */
const OrderAnswerV0 = Type.Object({ payload: OrderV0 })
const ItemsAnswerV0 = Type.Object({
  payload: Type.Object({
    AmazonOrderId: Type.String(),
    OrderItems: Type.Array(Type.Object({ OrderItemId: Type.String({ minLength: 1 }) })),
    NextToken: Type.Optional(Type.String()),
  }),
})
const OrdersAnswerV0 = Type.Object({
  payload: Type.Object({ Orders: Type.Array(OrderV0), NextToken: Type.Optional(Type.String()) }),
})

/** tokens_2021-03-01.json, schemas CreateRestrictedDataTokenRequest and its response. */
export const RestrictedRequest = Type.Object({
  restrictedResources: Type.Array(
    Type.Object({
      method: Type.String(),
      path: Type.String(),
      dataElements: Type.Optional(Type.Array(Type.String())),
    }),
    { minItems: 1, maxItems: 50 },
  ),
})
export type RestrictedRequest = Static<typeof RestrictedRequest>
const RestrictedAnswer = Type.Object({
  restrictedDataToken: Type.String({ minLength: 1 }),
  expiresIn: Type.Integer({ minimum: 1, description: 'Seconds; an hour.' }),
})

/** An order of v0 with its items, as a merchant's own reader joins them. */
export const JoinedV0 = Type.Object({
  order: Type.Object({ AmazonOrderId: Type.String({ minLength: 1 }), LastUpdateDate: Type.String() }),
  items: Type.Array(Type.Object({})),
})

export const orderAnswer = checkerOf(OrderAnswer)
export const searchAnswer = checkerOf(SearchAnswer)
export const errors = checkerOf(Errors)
export const tokenAnswer = checkerOf(TokenAnswer)
export const tokenError = checkerOf(TokenError)
export const notification = checkerOf(Notification)
export const smallNotification = checkerOf(SmallNotification)
export const wrapped = checkerOf(Wrapped)
export const posted = checkerOf(Posted)
export const joinedV0 = checkerOf(JoinedV0)
export const orderAnswerV0 = checkerOf(OrderAnswerV0)
export const itemsAnswerV0 = checkerOf(ItemsAnswerV0)
export const ordersAnswerV0 = checkerOf(OrdersAnswerV0)
export const restrictedAnswer = checkerOf(RestrictedAnswer)
