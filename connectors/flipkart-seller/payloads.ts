import { checkerOf, type Static, Type } from '../../src/kernel/schema.ts'

/**
 * What the code reads and writes of the Marketplace Seller API v3. What only mappings read is named in mappings/flipkart-seller.
 * Source where nothing else is named: https://flipkart.github.io/fk-api-platform-docs/docs/category/mp-api, read 23 Nov 2026.
 */

const maybe = <S extends Parameters<typeof Type.Optional>[0]>(schema: S) =>
  Type.Optional(Type.Union([schema, Type.Null()]))

/** Envelope of every notification: https://seller.flipkart.com/api-docs/order-api-docs/NotifRef.html, read 23 Nov 2026. */
export const Notification = Type.Object({
  eventType: Type.String({ minLength: 1 }),
  timestamp: Type.Optional(Type.String()),
  shipmentId: Type.Optional(Type.String()),
  returnId: Type.Optional(Type.String()),
})
export type Notification = Static<typeof Notification>

/** An item of an order in a shipment. Its status is the item's own. */
export const Item = Type.Object({
  orderItemId: Type.String({ minLength: 1 }),
  orderId: Type.String({ minLength: 1 }),
  orderDate: Type.String(),
  status: Type.String(),
  quantity: Type.Integer({ minimum: 0 }),
  serviceProfile: maybe(Type.String()),
})
export type Item = Static<typeof Item>

/** A shipment as the filter and GET /sellers/v3/shipments tell it: items of one order, never of two. */
export const Shipment = Type.Object({
  shipmentId: Type.String({ minLength: 1 }),
  updatedAt: Type.String(),
  dispatchAfterDate: maybe(Type.String()),
  locationId: maybe(Type.String()),
  hold: maybe(Type.Boolean()),
  shipmentType: maybe(Type.String({ description: 'NORMAL, EXPRESS, SELF' })),
  orderItems: Type.Array(Item, { minItems: 1 }),
})
export type Shipment = Static<typeof Shipment>

export const ShipmentsAnswer = Type.Object({ shipments: Type.Array(Shipment) })
export const FilterAnswer = Type.Object({
  hasMore: Type.Boolean(),
  nextPageUrl: maybe(Type.String({ description: 'Relative, without /sellers.' })),
  shipments: Type.Array(Shipment),
})

/** Whom a shipment is for: GET /sellers/v3/shipments/{ids}. Read by the mapping; the code joins it to its shipment. */
export const DetailsAnswer = Type.Object({
  shipments: Type.Array(Type.Object({ shipmentId: Type.String({ minLength: 1 }) })),
})

/** GET /sellers/v2/returns: https://seller.flipkart.com/api-docs/order-api-docs/ReturnsRef.html, read 23 Nov 2026. */
export const Returned = Type.Object({
  returnId: Type.String({ minLength: 1 }),
  orderId: Type.String({ minLength: 1 }),
  orderDate: maybe(Type.String()),
  createdDate: Type.String(),
  updatedDate: maybe(Type.String()),
  status: Type.String(),
})
export type Returned = Static<typeof Returned>
export const ReturnsAnswer = Type.Object({
  hasMore: maybe(Type.Boolean()),
  nextUrl: maybe(Type.String()),
  returnItems: Type.Array(Returned),
})

/** What became of each shipment of a command, all of it inside a 200. The key is `status` in some calls, `processingStatus` in others. */
export const Results = Type.Object({
  shipments: Type.Array(
    Type.Object({
      shipmentId: Type.Optional(Type.String()),
      status: Type.Optional(Type.String()),
      processingStatus: Type.Optional(Type.String()),
      errorCode: maybe(Type.String()),
      errorMessage: maybe(Type.String()),
    }),
    { minItems: 1 },
  ),
})
export type Results = Static<typeof Results>

export const TokenAnswer = Type.Object({
  access_token: Type.String({ minLength: 1 }),
  expires_in: Type.Integer({ minimum: 0, description: 'Seconds: about 60 days, at times less.' }),
})

/** POST /sellers/v3/shipments/dispatch: the parcel is packed and may be fetched. */
export const Dispatch = Type.Object({
  shipmentIds: Type.Array(Type.String(), { minItems: 1, maxItems: 25 }),
  locationId: Type.Optional(Type.String()),
})
export type Dispatch = Static<typeof Dispatch>

/** POST /sellers/v3/shipments/selfShip/dispatch: https://seller.flipkart.com/api-docs/order-api-docs/SelfShipDispatch.html, read 24 Nov 2026. */
export const SelfShipDispatch = Type.Object({
  shipments: Type.Array(
    Type.Object({
      shipmentId: Type.String(),
      locationId: Type.Optional(Type.String()),
      dispatchDate: Type.String(),
      tentativeDeliveryDate: Type.String(),
      deliveryPartner: Type.String(),
      deliveryPartnerCode: Type.Optional(Type.String()),
      trackingId: Type.Optional(Type.String()),
      invoice: Type.Object({
        invoiceDate: Type.String({ description: 'A day.' }),
        items: Type.Array(Type.Object({ orderItemId: Type.String(), quantity: Type.Integer({ minimum: 1 }) })),
      }),
    }),
    { minItems: 1, maxItems: 100 },
  ),
})
export type SelfShipDispatch = Static<typeof SelfShipDispatch>

export const notification = checkerOf(Notification)
export const shipmentsAnswer = checkerOf(ShipmentsAnswer)
export const filterAnswer = checkerOf(FilterAnswer)
export const detailsAnswer = checkerOf(DetailsAnswer)
export const returnsAnswer = checkerOf(ReturnsAnswer)
export const results = checkerOf(Results)
export const tokenAnswer = checkerOf(TokenAnswer)
export const dispatch = checkerOf(Dispatch)
export const selfShipDispatch = checkerOf(SelfShipDispatch)
