import { checkerOf, type Static, Type } from '../../src/kernel/schema.ts'

/**
 * What the code reads of WooCommerce's REST API v3. What only mappings read is named in mappings/woo-store.
 * Source, where nothing else is said: https://woocommerce.github.io/woocommerce-rest-api-docs/, read 24 Nov 2026.
 */
const Id = Type.Union([Type.Integer(), Type.String({ pattern: '^\\d+$' })])
const Gmt = Type.Optional(Type.Union([Type.String(), Type.Null()]))

/** A webhook's body: the resource as it stands when it is sent, or, where it is deleted, its id alone. */
export const Resource = Type.Object({ id: Id, date_modified_gmt: Gmt })
export type Resource = Static<typeof Resource>

export const Meta = Type.Object({ key: Type.String(), value: Type.Unknown() })

const LineItem = Type.Object({
  id: Id,
  quantity: Type.Union([Type.Number(), Type.String()]),
  /** Of Composite Products and Product Bundles: the line that it is a part of; '' where none. */
  composite_parent: Type.Optional(Type.Unknown()),
  bundled_by: Type.Optional(Type.Unknown()),
})
export type LineItem = Static<typeof LineItem>

export const Order = Type.Object({
  id: Id,
  status: Type.String(),
  date_created_gmt: Gmt,
  date_modified_gmt: Gmt,
  currency: Type.Optional(Type.String()),
  total: Type.Optional(Type.String()),
  line_items: Type.Optional(Type.Array(LineItem)),
  meta_data: Type.Optional(Type.Array(Meta)),
  /** Of the plug-in Gift Cards: what was paid by one is no longer in `total`. */
  gift_cards: Type.Optional(
    Type.Array(Type.Object({ amount: Type.Optional(Type.Union([Type.Number(), Type.String()])) })),
  ),
})
export type Order = Static<typeof Order>

/** What the tracking plug-ins keep in the order's meta data under `_wc_shipment_tracking_items`. */
export const Trackings = Type.Array(Type.Object({ tracking_id: Type.String(), tracking_number: Type.String() }))
export type Trackings = Static<typeof Trackings>

/** POST …/shipment-trackings. https://woocommerce.com/document/shipment-tracking/, read 24 Nov 2026. */
export const TrackingAnswer = Type.Object({ tracking_id: Type.String({ minLength: 1 }) })

/** GET /wc/v3/webhooks. */
export const Webhooks = Type.Array(
  Type.Object({
    id: Id,
    name: Type.Optional(Type.String()),
    status: Type.String(),
    topic: Type.String(),
    delivery_url: Type.String(),
  }),
)

/** What is refused: `code`; the proxy of WordPress.com writes `error` in its place. */
export const Refusal = Type.Union([
  Type.Object({ code: Type.String(), message: Type.String() }),
  Type.Object({ error: Type.String(), message: Type.String() }),
])
export type Refusal = Static<typeof Refusal>

export const resource = checkerOf(Resource)
export const order = checkerOf(Order)
export const trackings = checkerOf(Trackings)
export const trackingAnswer = checkerOf(TrackingAnswer)
export const webhooks = checkerOf(Webhooks)
export const refusal = checkerOf(Refusal)
