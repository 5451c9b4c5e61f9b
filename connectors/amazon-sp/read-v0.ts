import type { Answer, Ask, ListAt, Listed, ToldPart } from '../../src/connector/contract.ts'
import { digestValue } from '../../src/kernel/digest.ts'
import { HubError } from '../../src/kernel/errors.ts'
import { millisecondsOf, readInstant } from '../../src/kernel/time.ts'
import { bodyOf, type LaneName } from './client.ts'
import { itemsAnswerV0, type OrderV0, orderAnswerV0, ordersAnswerV0 } from './payloads.ts'
import type { Settings } from './settings.ts'

/**
 * Orders v0, for whoever cannot use 2026-01-01 yet: it ends on 27 March 2027. ordersV0.json in
 * https://github.com/amzn/selling-partner-api-models, read 24 Nov 2026.
 */
const orders = '/orders/v0/orders'

const pathOf = (id: string): string => `${orders}/${encodeURIComponent(id)}`

/** Buyer and address are shown under a restricted token; that takes roles of the application. */
const grantOf = ({ restrictedData }: Settings): Pick<Ask, 'grant'> =>
  restrictedData === true ? { grant: 'restricted' } : {}

/** getOrder without the buyer: what a command looks at. */
export const lookAtOrderV0 = (id: string): Ask => ({
  method: 'GET',
  path: pathOf(id),
  lane: 'get-order-v0' satisfies LaneName,
})

/** getOrder. */
export const readOrderV0 = (id: string, settings: Settings): Ask => ({ ...lookAtOrderV0(id), ...grantOf(settings) })

/** getOrderItems, from its first page. */
export const readItemsV0 = (id: string, settings: Settings): Ask => ({
  method: 'GET',
  path: `${pathOf(id)}/orderItems`,
  lane: 'get-items-v0' satisfies LaneName,
  ...grantOf(settings),
})

/** The next page of items, where an answer says that there is one. */
export const nextItemsV0 = (answer: Answer, id: string, settings: Settings): Ask | undefined => {
  const token = itemsAnswerV0.is(answer.body) ? (answer.body.payload.NextToken ?? '') : ''
  return token === '' ? undefined : { ...readItemsV0(id, settings), query: { NextToken: token } }
}

export const orderInV0 = (answer: Answer | undefined): OrderV0 =>
  bodyOf(orderAnswerV0, answer, 'an order of Amazon (v0)').payload

const timeOf = (text: string): number => millisecondsOf(readInstant(text))

/** The order and its items, as the mapping takes them. Its time of change has whole seconds: what it says tells two readings of one second apart. */
export const toldV0 = (answer: Answer, pages: readonly Answer[]): { readonly parts: readonly ToldPart[] } => {
  const order = orderInV0(answer)
  const read = pages.map((page) => bodyOf(itemsAnswerV0, page, 'the items of an order of Amazon (v0)').payload)
  const other = read.find(({ AmazonOrderId }) => AmazonOrderId !== order.AmazonOrderId)
  if (other !== undefined)
    throw new HubError(
      'CHANNEL_UNREADABLE',
      `order ${order.AmazonOrderId} was asked for its items, and those of ${other.AmazonOrderId} came`,
    )
  const payload = { order, items: read.flatMap(({ OrderItems }) => OrderItems) }
  return {
    parts: [
      {
        rank: timeOf(order.LastUpdateDate),
        mark: digestValue(payload),
        ...(answer.at === undefined ? {} : { observed: answer.at }),
        payload,
      },
    ],
  }
}

const windowNames = { changed: 'LastUpdated', placed: 'Created' } as const

/** getOrders: one call a minute. */
export const listV0 = ({ window, settings }: ListAt<Settings>, page: string | undefined): Ask => ({
  method: 'GET',
  path: orders,
  query: {
    MarketplaceIds: settings.marketplaces.join(','),
    [`${windowNames[window.by]}After`]: window.from.toISOString(),
    // "before (or at)": the end of our window is not in it
    [`${windowNames[window.by]}Before`]: new Date(window.to.getTime() - 1).toISOString(),
    MaxResultsPerPage: '100',
    ...(page === undefined ? {} : { NextToken: page }),
  },
  lane: 'search-v0' satisfies LaneName,
})

/** It names orders only, for items are in none of them: each is read by the query. */
export const listedV0 = (answer: Answer): { readonly items: readonly Listed[]; readonly next?: string } => {
  const { Orders, NextToken = '' } = bodyOf(ordersAnswerV0, answer, 'a page of orders of Amazon (v0)').payload
  return { items: Orders.map(namedBy), ...(NextToken === '' ? {} : { next: NextToken }) }
}

const namedBy = ({ AmazonOrderId, LastUpdateDate, PurchaseDate, OrderTotal }: OrderV0): Listed => ({
  order: AmazonOrderId,
  rank: timeOf(LastUpdateDate),
  placed: timeOf(PurchaseDate),
  changed: timeOf(LastUpdateDate),
  ...(OrderTotal?.Amount === undefined || OrderTotal.CurrencyCode === undefined
    ? {}
    : { total: { amount: OrderTotal.Amount, currency: OrderTotal.CurrencyCode } }),
})
