import type { Order } from '../canonical/order.ts'
import type { BookOrder, Books, BookTold } from '../connector/sandbox.ts'
import { moneyText } from '../kernel/money.ts'
import { addQuantity } from '../kernel/quantity.ts'
import type { Sent } from './sandbox-send.ts'

/** What one sandbox has in its books and what the hub holds of it, at the end. */
export interface Account {
  readonly connection: string
  readonly books: Books
  readonly sent: readonly Sent[]
  readonly orders: readonly Order[]
  /** Ids of the messages that the hub holds. */
  readonly messages: ReadonlySet<string>
}

/** Every difference between the other side's books and the hub, a sentence each. None: they agree to the cent and the unit. */
export const differencesOf = (account: Account): readonly string[] =>
  [...sentDifferences(account), ...orderDifferences(account), ...toldDifferences(account), ...aboveLimits(account)].map(
    (sentence) => `${account.connection}: ${sentence}`,
  )

/** What was compared, in figures. */
export const figuresOf = ({ books, sent, orders }: Account): Readonly<Record<string, number>> => ({
  messages: sent.filter((one) => !one.forged && !one.ping && one.dropped !== true).length,
  dropped: sent.filter((one) => one.dropped === true).length,
  forged: sent.filter((one) => one.forged && one.dropped !== true).length,
  orders: orders.length,
  lines: orders.reduce((sum, order) => sum + order.lines.length, 0),
  told: books.told.length,
})

const aboveLimits = ({ books: { aboveLimits: calls = 0 } }: Account): readonly string[] =>
  calls === 0 ? [] : [`${calls} calls were above its limits, by its own clock`]

const sentDifferences = ({ sent: all, messages }: Account): readonly string[] => {
  const sent = all.filter((one) => one.dropped !== true)
  return [
    ...sent
      .filter((one) => !one.ping && one.status === 200 && one.queued !== true && !messages.has(one.message ?? ''))
      .map((one) => `a message (${one.note}) was answered 200 as ${one.message ?? 'none'}, and is not held`),
    ...sent
      .filter((one) => one.forged && one.status !== 401)
      .map((one) => `a forged message (${one.note}) was answered ${one.status}, not 401`),
    ...sent
      .filter((one) => !one.forged && !one.once && one.status !== 200)
      .map((one) => `a message (${one.note}) was answered ${one.status}, not 200`),
    ...[...Map.groupBy(sent, (one) => one.digest).values()].flatMap(keptTwice),
  ]
}

/** The same message, sent again, must have been seen. */
const keptTwice = (same: readonly Sent[]): readonly string[] => {
  const kept = new Set(same.flatMap(({ message }) => message ?? []))
  return kept.size > 1
    ? [`a message (${same[0]?.note ?? ''}) was kept ${kept.size} times: ${[...kept].join(', ')}`]
    : []
}

const orderDifferences = ({ books, orders }: Account): readonly string[] => {
  const held = new Map(orders.map((order) => [order.externalId, order]))
  const booked = new Set(books.orders.map((order) => order.externalId))
  return [
    ...books.orders.flatMap((book) => {
      const order = held.get(book.externalId)
      return order === undefined
        ? [`order ${book.number} (${book.externalId}) is missing`]
        : orderDifference(book, order)
    }),
    ...orders
      .filter((order) => held.get(order.externalId) !== order)
      .map((order) => `order ${order.number} (${order.externalId}) is held more than once`),
    ...orders
      .filter((order) => !booked.has(order.externalId))
      .map((order) => `order ${order.number} (${order.externalId}) was never sent`),
  ]
}

const orderDifference = (book: BookOrder, order: Order): readonly string[] => {
  const differs = (what: string, theirs: string, ours: string): readonly string[] =>
    theirs === ours ? [] : [`order ${book.number}: ${what} is ${theirs} in their books, ${ours} here`]
  const paidBack = order.refunds
    .filter((refund) => refund.state === 'paid')
    .reduce((sum, refund) => sum + refund.amount.minor, 0)
  return [
    ...differs('number', book.number, order.number),
    // an order of which no money is told has no currency yet
    ...(book.total === undefined && order.currency === undefined
      ? []
      : differs('currency', book.currency, order.currency ?? 'unknown')),
    ...differs(
      'total',
      book.total ?? 'unknown',
      order.totals === undefined ? 'unknown' : moneyText(order.totals.total),
    ),
    ...differs('refunded', book.refunded, moneyText({ minor: paidBack, currency: book.currency })),
    ...differs('cancelled', String(isCancelled(book)), String(order.headline.state === 'cancelled')),
    ...differs(
      'lines',
      linesText(book.lines),
      linesText(
        order.lines.map((line) => ({
          id: line.externalId,
          sku: line.sku ?? '',
          quantity: String(line.quantity),
          cancelled: String(line.counts.cancelled),
        })),
      ),
    ),
    // what the channel itself holds back is no difference
    ...order.holds
      .filter(({ by }) => by !== 'channel')
      .map((hold) => `order ${book.number}: held, ${hold.kind}: ${hold.reason ?? ''}`),
  ]
}

/** Cancelled as a whole, or unit by unit until none was left. */
const isCancelled = ({ cancelled, lines }: BookOrder): boolean =>
  cancelled || (lines.length > 0 && lines.every((line) => Number(line.quantity) === Number(line.cancelled)))

const linesText = (lines: BookOrder['lines']): string =>
  lines
    .map(({ id, sku, quantity, cancelled }) => `${id} ${sku} ${unitsText(Number(quantity), Number(cancelled))}`)
    .sort()
    .join(', ')

/** Of a line that was cancelled before it was seen, some channels do not say any more how many units it had. */
const unitsText = (quantity: number, cancelled: number): string =>
  quantity === cancelled ? 'none left' : `${quantity}-${cancelled}`

const toldDifferences = ({ books, orders }: Account): readonly string[] => {
  const shipped = orders.flatMap((order) => order.shipments.map((shipment) => shippedOf(order, shipment)))
  const told = textsOf(books.told)
  // What the channel shows of a parcel that was stopped here is shown here too.
  const shown = new Set([...textsOf(shipped), ...shipped.map(({ text }) => text)])
  return [
    ...shipped
      .filter(({ ours, text }) => ours && !told.includes(text))
      .map(({ text, number }) => `order ${number}: shipped here, not told so: ${text}`),
    ...told.filter((text) => !shown.has(text)).map((text) => `told, and not shipped here: ${text}`),
  ]
}

const shippedOf = ({ externalId, number, lines }: Order, shipment: Order['shipments'][number]) => {
  const parcel = {
    order: externalId,
    trackingNumber: shipment.trackingNumber ?? '',
    lines: shipment.lines.map(({ line, quantity }) => ({
      id: lines.find((one) => one.id === line)?.externalId ?? line,
      quantity: String(quantity),
    })),
  }
  return { ...parcel, number, ours: shipment.ours, text: textsOf([parcel]).join() }
}

/** One shipment of ours may be told in several calls (one a location): their lines are added up. */
const textsOf = (rows: readonly Omit<BookTold, 'kind'>[]): readonly string[] =>
  [...Map.groupBy(rows, ({ order, trackingNumber }) => `${order} ${trackingNumber}`)].map(([parcel, same]) => {
    const units = new Map<string, number>()
    for (const { id, quantity } of same.flatMap((row) => row.lines))
      units.set(id, addQuantity(units.get(id) ?? 0, Number(quantity)))
    const lines = [...units].map(([id, quantity]) => `${id}×${quantity}`).sort()
    return `${parcel} ${lines.join(' ')}`
  })
