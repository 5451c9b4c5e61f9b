import type { MarkShipped, Receipt } from '../../src/canonical/commands.ts'
import type { Answer, Command, CommandAt } from '../../src/connector/contract.ts'
import { HubError } from '../../src/kernel/errors.ts'
import { gidOf, graphql, numberOf, readAnswer, userErrorsOf } from './client.ts'
import { created, type Fulfilment, type FulfilmentInput, type FulfilmentOrder, looked } from './payloads.ts'
import { lookAtFulfilments, markShipped as mutation } from './queries.ts'
import type { Settings } from './settings.ts'

type At = CommandAt<Settings, MarkShipped>
type Units = ReadonlyMap<string, number>

/**
 * Marks units as shipped. Shopify takes no idempotency key here, so units that a fulfilment with our tracking number carries already are
 * not sent again; without a tracking number there is nothing to know our own by, and a lost answer waits for a person.
 */
export const markShipped: Command<Settings, MarkShipped> = {
  description: 'Creates fulfilments, one for each location that the units are assigned to.',
  repeat: ({ trackingNumber }) => (plain(trackingNumber) === '' ? 'single' : 'look-first'),
  look: ({ wish, settings }) => graphql(settings, lookAtFulfilments, { id: gidOf('Order', wish.order) }),
  plan: (at, answer) => {
    const { orders, ours } = stateOf(at, answer)
    const missing = missingOf(at.wish, ours)
    if (missing.size === 0) return { done: receiptOf(ours.map((one) => one.id)) }
    return {
      send: allot(missing, orders).map((group) => graphql(at.settings, mutation, { fulfillment: inputOf(at, group) })),
    }
  },
  receipt: (at, answers, answer) =>
    receiptOf([...stateOf(at, answer).ours.map((one) => one.id), ...answers.map(createdId)]),
}

const createdId = (answer: Answer): string => {
  const trouble = userErrorsOf(answer.body)
  if (trouble !== undefined) throw new HubError(trouble.code, trouble.sentence)
  return readAnswer(created, answer).data.fulfillmentCreate.fulfillment.id
}

const receiptOf = (gids: readonly string[]): Receipt => ({ externalIds: [...new Set(gids.map(numberOf))] })

interface State {
  readonly orders: readonly FulfilmentOrder[]
  /** Fulfilments that stand and bear the tracking number of the wish. */
  readonly ours: readonly Fulfilment[]
}

const stateOf = ({ wish }: At, answer: Answer | undefined): State => {
  if (answer === undefined)
    throw new HubError('CHANNEL_UNREADABLE', 'expected what Shopify holds of the order before it is marked as shipped')
  const { order } = readAnswer(looked, answer).data
  if (order === null) throw new HubError('CHANNEL_REFUSED', `Shopify has no order ${wish.order} any more`)
  const pages = [
    order.fulfillmentOrders,
    ...order.fulfillmentOrders.nodes.map((one) => one.lineItems),
    ...order.fulfillments.map((one) => one.fulfillmentLineItems),
  ]
  if (pages.some((page) => page.pageInfo.hasNextPage)) {
    throw new HubError(
      'CHANNEL_REFUSED',
      `order ${wish.order} has more lines than one look shows; mark it as shipped at Shopify`,
    )
  }
  const number = plain(wish.trackingNumber)
  return {
    orders: order.fulfillmentOrders.nodes,
    ours: number === '' ? [] : order.fulfillments.filter((one) => stands(one) && bears(one, number)),
  }
}

const plain = (number: string | undefined): string => (number ?? '').replace(/\s/g, '').toUpperCase()
const stands = ({ status }: Fulfilment): boolean => !['CANCELLED', 'ERROR', 'FAILURE'].includes(status)
const bears = ({ trackingInfo }: Fulfilment, number: string): boolean =>
  trackingInfo.some((info) => plain(info.number ?? '') === number)

/** Units of the wish that no fulfilment of ours carries yet, by line. */
const missingOf = ({ lines }: MarkShipped, ours: readonly Fulfilment[]): Units => {
  const missing = new Map<string, number>()
  for (const { line, quantity } of lines) missing.set(line, (missing.get(line) ?? 0) + quantity)
  for (const { lineItem, quantity } of ours.flatMap((one) => one.fulfillmentLineItems.nodes)) {
    const line = numberOf(lineItem.id)
    missing.set(line, (missing.get(line) ?? 0) - (quantity ?? 0))
  }
  return new Map([...missing].filter(([, quantity]) => quantity > 0))
}

interface Group {
  readonly location: string
  readonly parts: { readonly order: string; readonly lines: { readonly id: string; readonly quantity: number }[] }[]
}

/** Shopify refuses one fulfilment over two locations: one group for each. */
const allot = (missing: Units, orders: readonly FulfilmentOrder[]): readonly Group[] => {
  const left = new Map(missing)
  const groups = new Map<string, Group>()
  for (const order of orders.filter(isOpen)) {
    const lines = order.lineItems.nodes.flatMap(({ id, remainingQuantity, lineItem }) => {
      const line = numberOf(lineItem.id)
      const quantity = Math.min(left.get(line) ?? 0, remainingQuantity)
      if (quantity <= 0) return []
      left.set(line, (left.get(line) ?? 0) - quantity)
      return [{ id, quantity }]
    })
    if (lines.length === 0) continue
    const location = order.assignedLocation.location?.id ?? order.assignedLocation.name
    const group = groups.get(location) ?? { location, parts: [] }
    group.parts.push({ order: order.id, lines })
    groups.set(location, group)
  }
  for (const [line, quantity] of left)
    if (quantity > 0 || !Number.isInteger(missing.get(line))) throw tooMany(line, missing.get(line) ?? 0, orders)
  return [...groups.values()]
}

const isOpen = ({ status }: FulfilmentOrder): boolean => status === 'OPEN' || status === 'IN_PROGRESS'

const tooMany = (line: string, wanted: number, orders: readonly FulfilmentOrder[]): HubError => {
  const held = orders
    .map((order) => ({ order, remaining: remainingOf(order, line) }))
    .filter(({ remaining }) => remaining > 0)
  const open = held.filter(({ order }) => isOpen(order)).reduce((sum, { remaining }) => sum + remaining, 0)
  const waiting = held
    .filter(({ order }) => !isOpen(order))
    .map(({ order, remaining }) => `; ${remaining} ${whyNot(order)}`)
  return new HubError(
    'CHANNEL_REFUSED',
    `${wanted} of line ${line} were to be marked as shipped, but ${open} are open at Shopify${waiting.join('')}`,
    { line },
  )
}

const remainingOf = ({ lineItems }: FulfilmentOrder, line: string): number =>
  lineItems.nodes
    .filter((one) => numberOf(one.lineItem.id) === line)
    .reduce((sum, one) => sum + one.remainingQuantity, 0)

const whyNot = ({ status, fulfillAt, fulfillmentHolds }: FulfilmentOrder): string => {
  if (status === 'ON_HOLD')
    return `on hold (${fulfillmentHolds.map(({ reason, reasonNotes }) => reasonNotes || reason).join(', ')})`
  return status === 'SCHEDULED' ? `scheduled for ${fulfillAt ?? 'later'}` : `in a fulfilment order that is ${status}`
}

const inputOf = ({ wish, settings }: At, { parts }: Group): FulfilmentInput => {
  const trackingInfo = {
    ...(wish.carrier === undefined ? {} : { company: wish.carrier }),
    ...(wish.trackingNumber === undefined ? {} : { number: wish.trackingNumber }),
    ...(wish.trackingUrl === undefined ? {} : { url: wish.trackingUrl }),
  }
  return {
    lineItemsByFulfillmentOrder: parts.map(({ order, lines }) => ({
      fulfillmentOrderId: order,
      fulfillmentOrderLineItems: lines,
    })),
    ...(Object.keys(trackingInfo).length === 0 ? {} : { trackingInfo }),
    notifyCustomer: settings.notifyCustomer ?? false,
  }
}
