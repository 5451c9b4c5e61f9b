import type { Order } from '../canonical/order.ts'
import type { Books } from '../connector/sandbox.ts'
import { HubError } from '../kernel/errors.ts'
import { call, get, items, orders } from './demo-api.ts'
import { quiet } from './demo-audit.ts'
import type { Stage } from './demo-stage.ts'

/** Ships every second order that is to be sent and still open; some in two parts. A refusal is the answer for one that changed meanwhile. */
export const shipHalf = async (stage: Stage): Promise<void> =>
  shipHalfOf(stage, await orders(stage, 'state=open&limit=200'))

/** The same of the newest orders, which is one question and not many. */
export const shipHalfOfNewest = async (stage: Stage): Promise<void> => {
  const { items: newest } = await get<{ readonly items: readonly Order[] }>(
    `${stage.address}/v1/orders?state=open&limit=200`,
    stage.key,
  )
  await shipHalfOf(stage, newest)
}

const shipHalfOf = async (stage: Stage, open: readonly Order[]): Promise<void> => {
  const chosen = open.filter((order) => isChosen(order) && order.shipments.every((shipment) => !shipment.ours))
  await Promise.all(
    chosen.map(async (order) => {
      const lines = order.lines
        .filter((line) => line.role !== 'bundle')
        .map((line) => ({ line: line.id, quantity: line.counts.ordered - line.counts.cancelled - line.counts.shipped }))
        .filter((line) => line.quantity > 0)
      const part = order.connection.length % 2 === 0 && lines.length > 1 ? lines.slice(0, -1) : lines
      const status = await ship(stage, order, part)
      if (status !== 201 && status !== 200 && status !== 409)
        throw new HubError('UNEXPECTED', `shipping order ${order.number} was answered ${status}`)
    }),
  )
}

/**
 * What a person does about a shipment that the channel refused, because it had cancelled the order at that moment: stop the parcel,
 * and let the command be withdrawn; of one that the channel may have heard in part, look there and say so.
 */
export const stopParcels = async (stage: Stage): Promise<number> => {
  const refused = await markings(stage, 'state=dead')
  for (const { id, order, about } of refused) {
    await call(stage, `/v1/orders/${order}/acts/${about}/undo`, {})
    await call(stage, `/v1/commands/${id}/replay`, {})
  }
  if (refused.length > 0) await sayWhatBecame(stage, new Set(refused.map(({ id }) => id)))
  return refused.length
}

/** Looks into the channels' books for each of these commands whose outcome is unknown. */
const sayWhatBecame = async (stage: Stage, stopped: ReadonlySet<string>): Promise<void> => {
  await quiet(stage)
  const books = await Promise.all(stage.sides.map(({ address }) => get<Books>(`${address}/-/books`)))
  const told = new Set(books.flatMap((book) => book.told.map(({ trackingNumber }) => trackingNumber)))
  for (const { id, order } of await markings(stage, 'state=parked&code=OUTCOME_UNKNOWN'))
    if (stopped.has(id))
      await call(stage, `/v1/commands/${id}/replay`, { outcome: told.has(trackingOf(order)) ? 'happened' : 'again' })
}

const markings = async (stage: Stage, query: string): Promise<readonly Marking[]> =>
  (await items<Marking>(stage, `/v1/commands?${query}&limit=200`)).filter(({ name }) => name === 'mark-shipped')

const trackingOf = (order: string): string => `1Z${order.slice(4, 20).toUpperCase()}`

interface Marking {
  readonly id: string
  readonly name: string
  readonly order: string
  readonly about: string
}

const isChosen = (order: Order): boolean =>
  Number.parseInt(order.id.slice(-2), 16) % 2 === 0 &&
  order.lines.some((line) => isToSend(order, line) && line.counts.ordered > line.counts.cancelled + line.counts.shipped)

/** Goods for somewhere: what a till hands over, what goes by mail and what the channel sends or fetches itself is not sent. */
const isToSend = (order: Order, line: Order['lines'][number]): boolean =>
  line.fulfilledBy !== 'channel' &&
  line.carriage !== 'channel' &&
  (line.delivery === 'ship' || (line.delivery === undefined && order.shipTo !== undefined))

const ship = async (
  stage: Stage,
  order: Order,
  lines: readonly { readonly line: string; readonly quantity: number }[],
): Promise<number> => {
  const answer = await fetch(`${stage.address}/v1/orders/${order.id}/shipments`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${stage.key}`,
      'content-type': 'application/json',
      'idempotency-key': `demo-${order.id}`,
    },
    body: JSON.stringify({ carrier: 'UPS', trackingNumber: trackingOf(order.id), lines }),
  })
  await answer.arrayBuffer()
  return answer.status
}
