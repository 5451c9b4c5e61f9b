import type { Ask, List, ListAt, Listed } from '../../src/connector/contract.ts'
import { checked } from './client.ts'
import { following, isIn, nextOf } from './paging.ts'
import { filterAnswer, type Returned, returnsAnswer, type Shipment } from './payloads.ts'
import {
  changedOf,
  isSelfShip,
  momentOf,
  orderOf,
  partOfReturn,
  payloadOf,
  rankOf,
  rankOfReturn,
  returnPayloadOf,
  returns,
  type sources,
} from './queries.ts'
import type { Settings } from './settings.ts'

/** What a list of shipments asks the filter for. */
interface Kind {
  readonly description: string
  readonly type: 'preDispatch' | 'postDispatch' | 'cancelled'
  readonly states: readonly string[]
  readonly hold?: boolean
  readonly cancellationType?: string
}

const filter = '/sellers/v3/shipments/filter'
/** Flipkart does not say how soon a shipment can be found. */
const lagSeconds = 60
/** The most that was seen on one page; no greatest number is published. */
const pageSize = 20

const preDispatch = ['APPROVED', 'PACKING_IN_PROGRESS', 'PACKED', 'FORM_FAILED', 'READY_TO_DISPATCH']
const postDispatch = ['PICKUP_COMPLETE', 'SHIPPED', 'DELIVERED']
const cancelled = { type: 'cancelled', states: ['CANCELLED'] } as const

/**
 * A shipment that goes on leaves one list and comes into the next. Those on hold are shown only to who asks for them, cancelled ones only by
 * who cancelled them. https://seller.flipkart.com/api-docs/order-api-docs/v3/PostShipmentSearch.html, read 23 Nov 2026.
 */
const kinds = {
  'pre-dispatch': {
    description: 'Shipments that are to be sent.',
    type: 'preDispatch',
    states: preDispatch,
    hold: false,
  },
  held: { description: 'Shipments that Flipkart holds back.', type: 'preDispatch', states: preDispatch, hold: true },
  'post-dispatch': { description: 'Shipments on their way, or delivered.', type: 'postDispatch', states: postDispatch },
  'cancelled-by-seller': {
    description: 'What the seller cancelled.',
    ...cancelled,
    cancellationType: 'sellerCancellation',
  },
  'cancelled-by-buyer': {
    description: 'What the buyer cancelled.',
    ...cancelled,
    cancellationType: 'buyerCancellation',
  },
  'cancelled-by-marketplace': {
    description: 'What Flipkart cancelled.',
    ...cancelled,
    cancellationType: 'marketplaceCancellation',
  },
} as const satisfies Readonly<Record<string, Kind>>

const shipmentsList = (kind: Kind): List<Settings> => ({
  description: kind.description,
  topic: 'read/order',
  by: ['changed', 'placed'],
  lagSeconds,
  ask: (at, page) => (page === undefined ? first(kind, at) : nextOf(page, { '/v3/shipments/filter': filter })),
  read: (answer, { window }) => {
    const { hasMore, nextPageUrl, shipments } = checked(filterAnswer, answer, 'a list of shipments')
    const observed = answer.at === undefined ? {} : { observed: answer.at }
    return {
      items: shipments.map((shipment) => ({ ...listed(shipment), ...observed })).filter((one) => isIn(window, one)),
      ...following(hasMore, nextPageUrl),
    }
  },
})

const first = ({ type, states, hold, cancellationType }: Kind, { window, settings }: ListAt<Settings>): Ask => {
  const { by, from, to } = window
  const field = by === 'placed' ? 'orderDate' : 'modifiedDate'
  return {
    method: 'POST',
    path: filter,
    body: {
      filter: {
        type,
        states,
        [field]: { from: from.toISOString(), to: to.toISOString() },
        serviceProfiles: settings.serviceProfiles ?? ['NON_FBF'],
        ...(hold === undefined ? {} : { hold }),
        ...(cancellationType === undefined ? {} : { cancellationType }),
      },
      pagination: { pageSize },
      // oldest first: what changes meanwhile moves to the end and shifts none
      sort: { field, order: 'asc' },
    },
  }
}

/** One that the seller ships is only named while it is to be sent: it is read with its address. */
const listed = (shipment: Shipment): Listed => ({
  order: orderOf(shipment),
  part: shipment.shipmentId,
  rank: rankOf(shipment),
  placed: momentOf(shipment.orderItems[0]?.orderDate ?? ''),
  changed: momentOf(shipment.updatedAt),
  ...(isSelfShip(shipment) && shipment.orderItems.some(({ status }) => preDispatch.includes(status))
    ? {}
    : { payload: payloadOf(shipment) }),
})

/** By its change only. https://seller.flipkart.com/api-docs/order-api-docs/ReturnsRef.html, read 23 Nov 2026. */
const returnsList = (source: (typeof sources)[number], description: string): List<Settings> => ({
  description,
  topic: 'read/order',
  by: ['changed'],
  lagSeconds,
  // one user's next page begins with /v2, another's does not
  ask: ({ window: { from, to } }, page) =>
    page === undefined
      ? {
          method: 'GET',
          path: returns,
          query: { source, modifiedAfter: from.toISOString(), modifiedBefore: to.toISOString() },
        }
      : nextOf(page, { '/v2/returns': returns, '/returns': returns }),
  read: (answer, { window }) => {
    const { hasMore, nextUrl, returnItems } = checked(returnsAnswer, answer, 'a list of returns')
    const observed = answer.at === undefined ? {} : { observed: answer.at }
    return {
      items: returnItems.map((one) => ({ ...listedReturn(one), ...observed })).filter((one) => isIn(window, one)),
      ...following(hasMore, nextUrl),
    }
  },
})

const listedReturn = (returned: Returned): Listed => ({
  order: returned.orderId,
  part: partOfReturn(returned),
  rank: rankOfReturn(returned),
  placed: momentOf(returned.orderDate ?? returned.createdDate),
  changed: changedOf(returned),
  payload: returnPayloadOf(returned),
})

/** Together they are all that Flipkart lists. */
export const lists = {
  ...Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, shipmentsList(kind)])),
  'customer-returns': returnsList('customer_return', 'What buyers send back.'),
  'courier-returns': returnsList('courier_return', 'What could not be delivered and comes back.'),
}
