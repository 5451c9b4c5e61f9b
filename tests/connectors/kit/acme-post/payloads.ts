import { checkerOf, Type } from '../../../../src/kernel/schema.ts'

/** The envelope of every message. https://acme.example/docs/messages, read 24 Nov 2026. */
export const message = checkerOf(
  Type.Object({
    id: Type.String({ minLength: 1 }),
    type: Type.String({ minLength: 1 }),
    order: Type.Object({ updated: Type.Integer() }),
  }),
)

/** GET /v1/orders/{id}: what the code reads of it. https://acme.example/docs/orders, read 24 Nov 2026. */
export const orderAnswer = checkerOf(Type.Object({ order: Type.Object({ version: Type.Integer() }) }))

/** GET /v1/orders: what the code reads of it. https://acme.example/docs/list-orders, read 24 Nov 2026. */
export const listAnswer = checkerOf(
  Type.Object({
    orders: Type.Array(
      Type.Object({
        id: Type.String({ minLength: 1 }),
        version: Type.Integer(),
        updated: Type.Integer(),
        placed: Type.String(),
        currency: Type.String(),
        total: Type.String(),
      }),
    ),
    next: Type.Optional(Type.String({ minLength: 1 })),
  }),
)

/** POST /v1/orders/{id}/parcels. https://acme.example/docs/parcels, read 24 Nov 2026. */
export const parcelAnswer = checkerOf(Type.Object({ parcel: Type.String({ minLength: 1 }) }))
