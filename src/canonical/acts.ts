import { Closed, type Static, Type, Word } from '../kernel/schema.ts'
import { Id, Instant, LineUnits, Text } from './basics.ts'
import { holdKinds } from './words.ts'

const common = { id: Id, at: Instant, by: Text }

/** Goods left: a shipment of ours. Lines are ids of the order's lines. */
export const ShipAct = Closed({
  ...common,
  kind: Word(['ship']),
  request: Type.Optional(Id),
  carrier: Type.Optional(Text),
  service: Type.Optional(Text),
  trackingNumber: Type.Optional(Text),
  trackingUrl: Type.Optional(Text),
  lines: Type.Array(LineUnits),
})
export const CancelAct = Closed({
  ...common,
  kind: Word(['cancel']),
  request: Type.Optional(Id),
  reason: Type.Optional(Text),
  lines: Type.Array(LineUnits),
})
export const HoldAct = Closed({
  ...common,
  kind: Word(['hold']),
  request: Type.Optional(Id),
  hold: Word(holdKinds),
  reason: Text,
})
/** Ends a hold by its key; that of `totals-differ` stands for both figures, so that another difference holds anew. */
export const ReleaseAct = Closed({
  ...common,
  kind: Word(['release']),
  request: Type.Optional(Id),
  hold: Id,
  reason: Type.Optional(Text),
})
export const NoteAct = Closed({ ...common, kind: Word(['note']), request: Type.Optional(Id), text: Text })
export const UndoAct = Closed({
  ...common,
  kind: Word(['undo']),
  request: Type.Optional(Id),
  act: Id,
  reason: Type.Optional(Text),
})
/** A command of ours was carried out: the other side's ids of what it made. */
export const ReceiptAct = Closed({
  ...common,
  kind: Word(['receipt']),
  command: Text,
  about: Id,
  externalIds: Type.Array(Id),
  note: Type.Optional(Text),
})

/** What we did to an order. A growing set: an undo names the act it undoes. */
export const Act = Type.Union([ShipAct, CancelAct, HoldAct, ReleaseAct, NoteAct, UndoAct, ReceiptAct])
export type Act = Static<typeof Act>
export type ActOf<K extends Act['kind']> = Extract<Act, { kind: K }>
