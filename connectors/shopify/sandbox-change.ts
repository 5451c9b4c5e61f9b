import type { Dice } from '../../src/connector/sandbox.ts'
import { currentOf, openOf, type ShopLine, type ShopOrder, type ShopParcel, sumOf } from './sandbox-order.ts'

const withLine = (order: ShopOrder, id: number, change: (line: ShopLine) => Partial<ShopLine>): readonly ShopLine[] =>
  order.lines.map((line) => (line.id === id ? { ...line, ...change(line) } : line))

/** One unit off the order before it was sent; undefined where none is open, or it is the last. */
export const editOrder = (order: ShopOrder, dice: Dice, changed: Date): ShopOrder | undefined => {
  const [line] = order.lines.filter((one) => openOf(one) > 1).slice(dice.whole(0, 1))
  return line === undefined
    ? undefined
    : { ...order, changed, lines: withLine(order, line.id, ({ removed }) => ({ removed: removed + 1 })) }
}

/** One unit's money back: it came back where it had been sent, else it is not sent. */
export const refundOrder = (order: ShopOrder, id: number, changed: Date): ShopOrder | undefined => {
  const line = order.lines.find((one) => currentOf(one) > 0)
  if (!order.paid || line === undefined) return undefined
  const back = line.sent > line.returned
  const given = { line: line.id, quantity: 1, restock: back ? 'return' : 'cancel', ...shareOf(line, 1) } as const
  const lines = withLine(order, line.id, ({ removed, returned }) =>
    back ? { returned: returned + 1 } : { removed: removed + 1 },
  )
  return { ...order, changed, lines, refunds: [...order.refunds, { id, at: changed, lines: [given], shipping: 0 }] }
}

const shareOf = (
  { price, quantity, discount, tax }: ShopLine,
  units: number,
): { readonly goods: number; readonly tax: number } => ({
  goods: Math.floor(((price * quantity - discount) * units) / quantity),
  tax: Math.floor((tax * units) / quantity),
})

/** The whole order off, its money back; undefined once something was sent. */
export const cancelOrder = (order: ShopOrder, id: number, changed: Date): ShopOrder | undefined => {
  if (order.cancelled !== undefined || order.parcels.length > 0 || order.refunds.length > 0) return undefined
  const lines = order.lines
    .filter((line) => openOf(line) > 0)
    .map((line) => ({
      line: line.id,
      quantity: openOf(line),
      restock: 'cancel' as const,
      ...shareOf(line, openOf(line)),
    }))
  const refunds = order.paid
    ? [{ id, at: changed, lines, shipping: order.shipping.price + (order.taxesIncluded ? 0 : order.shipping.tax) }]
    : []
  return {
    ...order,
    changed,
    cancelled: changed,
    refunds,
    lines: order.lines.map((line) => ({ ...line, removed: line.quantity })),
  }
}

/** Units sent in one parcel. */
export const sendParcel = (order: ShopOrder, parcel: ShopParcel): ShopOrder => ({
  ...order,
  changed: parcel.at,
  parcels: [...order.parcels, parcel],
  lines: order.lines.map((line) => ({
    ...line,
    sent:
      line.sent +
      sumOf(
        parcel.lines.filter((one) => one.line === line.id),
        (one) => one.quantity,
      ),
  })),
})
