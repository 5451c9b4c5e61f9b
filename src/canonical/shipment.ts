import { Closed, type Static, Type, Word } from '../kernel/schema.ts'
import { Id, Instant, LineUnits, Money, Text } from './basics.ts'
import { shipmentDirections, trackingWords } from './words.ts'

const shipment = {
  direction: Word(shipmentDirections),
  leg: Type.Optional(Type.Integer()),
  carrier: Type.Optional(Text),
  service: Type.Optional(Text),
  trackingNumber: Type.Optional(Text),
  trackingUrl: Type.Optional(Text),
  lines: Type.Array(LineUnits),
  collect: Type.Optional(Money),
  at: Type.Optional(Instant),
}

/** What a carrier moves, as a channel or carrier tells it. */
export const ShipmentTold = Closed({ ...shipment, status: Word(trackingWords) })
export type ShipmentTold = Static<typeof ShipmentTold>

/** One report of a shipment's way. Facts; they never vanish. */
export const TrackingTold = Closed({
  shipment: Id,
  status: Word(trackingWords),
  at: Instant,
  place: Type.Optional(Text),
  reason: Type.Optional(Text),
  actionRequired: Type.Optional(Type.Boolean()),
})
export type TrackingTold = Static<typeof TrackingTold>

/** A shipment as the order shows it; ours carry the id of their act as key. */
export const Shipment = Closed({
  key: Id,
  implied: Type.Optional(Type.Boolean({ description: 'The channel says "shipped" and shows no shipment.' })),
  ours: Type.Boolean(),
  externalIds: Type.Optional(Type.Array(Id, { description: "The channel's ids of it, once told or seen." })),
  ...shipment,
  status: Word(trackingWords),
  events: Type.Array(TrackingTold),
})
export type Shipment = Static<typeof Shipment>
