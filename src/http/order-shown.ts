import type { Order, OrderDoc } from '../canonical/order.ts'

/** The order as everyone sees it: without what the hub keeps for itself. */
export const orderShown = ({
  _id,
  told: _told,
  acts: _acts,
  words: _words,
  events: _events,
  reactedSeq: _reactedSeq,
  react: _react,
  v: _v,
  ...order
}: OrderDoc): Order => order
