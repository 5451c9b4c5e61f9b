import type { Answer, Ask, Query } from '../../src/connector/contract.ts'
import { millisecondsOf, readInstant } from '../../src/kernel/time.ts'
import { bodyOf, type LaneName } from './client.ts'
import { type Order, orderAnswer } from './payloads.ts'
import { nextItemsV0, readItemsV0, readOrderV0, toldV0 } from './read-v0.ts'
import type { Settings } from './settings.ts'

/** Everything that is shown to the application; what its roles do not cover is left out without an error. */
export const everything = [
  'BUYER',
  'RECIPIENT',
  'PROCEEDS',
  'EXPENSE',
  'PROMOTION',
  'CANCELLATION',
  'FULFILLMENT',
  'PACKAGES',
  'TAX',
  'PAYMENT',
].join(',')

/** getOrder: the request that reads one order. @param included names of data sets, with commas between */
export const readOrder = (id: string, included: string = everything): Ask => ({
  method: 'GET',
  path: `/orders/2026-01-01/orders/${encodeURIComponent(id)}`,
  query: { includedData: included },
  lane: 'get-order' satisfies LaneName,
})

export const orderIn = (answer: Answer | undefined): Order => bodyOf(orderAnswer, answer, 'an order of Amazon').order

/** Orders have no version: the time of the last change, in ms. */
export const rankOf = ({ lastUpdatedTime }: Order): number => millisecondsOf(readInstant(lastUpdatedTime))

/** By the one API or the other: the settings say which. */
export const order: Query<Settings> = {
  topic: 'read/order',
  ask: (id, settings) => (settings.ordersApi === 'v0' ? readOrderV0(id, settings) : readOrder(id)),
  more: ({ status }, id, settings) =>
    settings.ordersApi === 'v0' && status === 200 ? [readItemsV0(id, settings)] : [],
  next: nextItemsV0,
  read: (answer, pages = []) => {
    if (answer.status === 404) return 'gone'
    if (pages.length > 0) return toldV0(answer, pages)
    return { rank: rankOf(orderIn(answer)), ...(answer.at === undefined ? {} : { observed: answer.at }) }
  },
}
