import type { MarkShipped, PostEvent } from '../canonical/commands.ts'
import type { OrderDoc } from '../canonical/order.ts'
import type { Shipment } from '../canonical/shipment.ts'
import { given, hasLeft } from '../orders/shipments.ts'
import type { Wish } from '../store/outbox.ts'
import type { Account } from './account.ts'

/** Shipments of ours that the channel has not been told of: one command each, keyed by the act that entered it. */
export const shipmentsToMark = (order: OrderDoc, account: Account): readonly Wish[] =>
  order.shipments
    .filter((shipment) => isUntold(order, shipment))
    .map((shipment) => ({
      connection: account.id,
      name: 'mark-shipped',
      order: order._id,
      about: shipment.key,
      wish: markShipped(order, shipment),
    }))

/** Whether that shipment still stands; the command of one that was undone is withdrawn. */
export const mayStillMarkShipped = (order: OrderDoc, about: string): boolean =>
  order.shipments.some((shipment) => shipment.key === about && isUntold(order, shipment))

const isUntold = (order: OrderDoc, shipment: Shipment): boolean =>
  shipment.ours &&
  hasLeft(shipment) &&
  !order.acts.some((act) => act.kind === 'receipt' && act.command === 'mark-shipped' && act.about === shipment.key)

const markShipped = (order: OrderDoc, shipment: Shipment): MarkShipped => {
  const { carrier, service, trackingNumber, trackingUrl } = shipment
  return {
    order: order.externalId,
    shipment: shipment.key,
    ...given({ carrier, service, trackingNumber, trackingUrl }),
    shippedAt: shipment.at ?? order.placedAt,
    lines: shipment.lines.map(({ line, quantity }) => ({
      line: order.lines.find((one) => one.id === line)?.externalId ?? line,
      quantity,
    })),
  }
}

/** Every event that was not reacted to yet, to a connection that wants its kind. */
export const eventsToPost = (order: OrderDoc, account: Account): readonly Wish[] =>
  order.events
    .filter((event) => event.seq > order.reactedSeq)
    .flatMap((event): readonly Wish[] => {
      const { _id: id, connection, externalId, number } = order
      const wish: PostEvent = {
        id: `${id}:${event.seq}`,
        kind: event.kind,
        at: event.at,
        order: { id, connection, externalId, number, seq: event.seq },
        data: event.data,
      }
      const wanted = account.connector.commands['post-event']?.wanted?.(account.settings, wish) ?? true
      return wanted ? [{ connection: account.id, name: 'post-event', order: id, about: wish.id, wish }] : []
    })
