import { Closed, type Static, Type, Word } from '../kernel/schema.ts'
import { Id, Instant, Text } from './basics.ts'

/** Everything that can happen to an order, in past tense. */
export const eventKinds = [
  'order.placed',
  'order.changed',
  'order.cancelled',
  'order.completed',
  'order.reopened',
  'line.added',
  'line.changed',
  'line.cancelled',
  'line.restored',
  'payment.pending',
  'payment.authorised',
  'payment.captured',
  'payment.voided',
  'payment.failed',
  'payment.expired',
  'payment.disputed',
  'payment.corrected',
  'refund.requested',
  'refund.granted',
  'refund.paid',
  'refund.rejected',
  'refund.failed',
  'return.requested',
  'return.approved',
  'return.travelling',
  'return.received',
  'return.closed',
  'return.declined',
  'return.cancelled',
  'shipment.created',
  'shipment.changed',
  'shipment.moved',
  'shipment.delivered',
  'shipment.cancelled',
  'shipment.corrected',
  'hold.placed',
  'hold.released',
  'invoice.issued',
  'note.added',
  'command.done',
  'act.undone',
] as const
export type EventKind = (typeof eventKinds)[number]

/** One fact of ours about one order. `hash` is over the one before: a chain. */
export const Event = Closed({
  seq: Type.Integer({ minimum: 1 }),
  at: Instant,
  kind: Word(eventKinds),
  by: Text,
  data: Type.Record(Type.String(), Type.Unknown()),
  hash: Id,
})
export type Event = Static<typeof Event>
