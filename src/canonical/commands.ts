import { Closed, type Static, Type, Word } from '../kernel/schema.ts'
import { Id, Instant, Quantity, Text } from './basics.ts'
import { eventKinds } from './events.ts'

/** A parcel is on its way: tell the channel the order came from. Lines carry the channel's own ids. */
export const MarkShipped = Closed({
  order: Id,
  shipment: Id,
  carrier: Type.Optional(Text),
  service: Type.Optional(Text),
  trackingNumber: Type.Optional(Text),
  trackingUrl: Type.Optional(Text),
  shippedAt: Instant,
  lines: Type.Array(Closed({ line: Id, quantity: Quantity }), { minItems: 1 }),
})
export type MarkShipped = Static<typeof MarkShipped>

/** An event of ours goes to whoever subscribed. */
export const PostEvent = Closed({
  id: Id,
  kind: Word(eventKinds),
  at: Instant,
  order: Closed({ id: Id, connection: Id, externalId: Id, number: Text, seq: Type.Integer() }),
  data: Type.Record(Type.String(), Type.Unknown()),
})
export type PostEvent = Static<typeof PostEvent>

/** Every command there is, with the shape of its wish. A connector implements those it can. */
export const wishSchemas = { 'mark-shipped': MarkShipped, 'post-event': PostEvent } as const
export type CommandName = keyof typeof wishSchemas
export type WishOf<N extends CommandName> = Static<(typeof wishSchemas)[N]>

/** What came of a command: the other side's ids of what it made. */
export const Receipt = Closed({ externalIds: Type.Array(Id), note: Type.Optional(Text) })
export type Receipt = Static<typeof Receipt>
