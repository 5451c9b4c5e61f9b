import type { Answer, Ask, Query, ToldPart } from '../../src/connector/contract.ts'
import type { Json } from '../../src/kernel/json.ts'
import { millisecondsOf, readInstant } from '../../src/kernel/time.ts'
import { checked } from './client.ts'
import { detailsAnswer, type Returned, returnsAnswer, type Shipment, shipmentsAnswer } from './payloads.ts'
import type { Settings } from './settings.ts'

const shipments = '/sellers/v3/shipments'
export const returns = '/sellers/v2/returns'

/** The order's shipments, as GET /sellers/v3/shipments gives them: https://flipkart.github.io/fk-api-platform-docs/docs/mp-api_versioned/get-shipment-details-by-internal-id, read 23 Nov 2026. */
export const shipmentsOf = (orderId: string): Ask => ({ method: 'GET', path: shipments, query: { orderIds: orderId } })

/** How far a word is on the way: two changes within one second are told apart by it. */
const steps = [
  'APPROVED',
  'PACKING_IN_PROGRESS',
  'FORM_FAILED',
  'PACKED',
  'READY_TO_DISPATCH',
  'PICKUP_COMPLETE',
  'SHIPPED',
  'DELIVERED',
  'COMPLETED',
  'RETURN_REQUESTED',
  'RETURNED',
  'CANCELLED',
]
const returnSteps = ['requested', 'created', 'approved', 'picked', 'completed', 'rejected', 'cancelled']

/** `updatedAt` in ms. It has whole seconds: in what they leave free stands how far the items are. */
export const rankOf = ({ updatedAt, orderItems }: Shipment): number =>
  finer(
    momentOf(updatedAt),
    orderItems.reduce((sum, { status }) => sum + 1 + steps.indexOf(status), 0),
  )

/** The same of a return. */
export const rankOfReturn = (returned: Returned): number =>
  finer(changedOf(returned), 1 + returnSteps.findIndex((step) => returned.status.toLowerCase().includes(step)))

const finer = (moment: number, step: number): number => (moment % 1000 === 0 ? moment + Math.min(step, 999) : moment)

export const momentOf = (time: string): number => millisecondsOf(readInstant(time))
export const changedOf = ({ updatedDate, createdDate }: Returned): number => momentOf(updatedDate ?? createdDate)

/** What is kept of a shipment: its rank beside it, and whom it is for where that was asked. */
export const payloadOf = (shipment: Shipment, details?: Json): Json => ({
  rank: rankOf(shipment),
  shipment,
  ...(details === undefined ? {} : { details }),
})
export const returnPayloadOf = (returned: Returned): Json => ({ rank: rankOfReturn(returned), returned })

/** A return is no part of the order; so is its message called. */
export const partOfReturn = ({ returnId }: Returned): string => `return-${returnId}`

export const isSelfShip = ({ shipmentType }: Pick<Shipment, 'shipmentType'>): boolean => shipmentType === 'SELF'

/**
 * Subjects: an order's id; `shipment:ID`, for most notifications name nothing but a shipment; `return:ID:ITEM`, whose item leads to the
 * shipment that it came with. What cannot be shipped without an address is asked for it.
 */
export const order: Query<Settings> = {
  topic: 'read/order',
  ask: (subject) => {
    const [kind, id = '', item] = subject.split(':')
    if (kind === 'shipment') return { method: 'GET', path: shipments, query: { shipmentIds: id } }
    if (kind === 'return') return { method: 'GET', path: shipments, query: { orderItemIds: item ?? '' } }
    return shipmentsOf(subject)
  },
  more: (answer, subject) => {
    const [kind, id = ''] = subject.split(':')
    // `source` is mandatory, and only the notification of a new return says it
    if (kind === 'return')
      return sources.map((source) => ({ method: 'GET', path: returns, query: { source, returnIds: id } }))
    const self = shipmentsIn(answer).filter(isSelfShip)
    return self.length === 0 ? [] : [detailsOf(self.slice(0, mostDetails))]
  },
  read: (answer, more = []) => {
    const observed = answer.at === undefined ? {} : { observed: answer.at }
    const details = more.flatMap(detailsIn)
    const parts = [
      ...shipmentsIn(answer).map(
        (shipment): ToldPart => ({
          order: orderOf(shipment),
          part: shipment.shipmentId,
          rank: rankOf(shipment),
          ...observed,
          payload: payloadOf(
            shipment,
            details.find(({ shipmentId }) => shipmentId === shipment.shipmentId),
          ),
        }),
      ),
      ...more.flatMap(returnsIn).map(
        (returned): ToldPart => ({
          order: returned.orderId,
          part: partOfReturn(returned),
          rank: rankOfReturn(returned),
          ...observed,
          payload: returnPayloadOf(returned),
        }),
      ),
    ]
    return parts.length === 0 ? 'gone' : { parts }
  },
}

export const sources = ['customer_return', 'courier_return'] as const
/** Recommended for one call, of 100 that it takes. */
const mostDetails = 25

/** The address and courier view of shipments: https://flipkart.github.io/fk-api-platform-docs/docs/mp-api_versioned/get-shipment-details, read 23 Nov 2026. */
const detailsOf = (some: readonly Shipment[]): Ask => ({
  method: 'GET',
  path: `${shipments}/${some.map(({ shipmentId }) => encodeURIComponent(shipmentId)).join(',')}`,
})

export const orderOf = ({ orderItems: [first] }: Shipment): string => first?.orderId ?? ''

/** The shipments of an answer; none where Flipkart knows none. @throws CHANNEL_UNREADABLE */
export const shipmentsIn = (answer: Answer): readonly Shipment[] =>
  answer.status === 404 ? [] : checked(shipmentsAnswer, answer, 'shipments').shipments

const detailsIn = (answer: Answer) => (detailsAnswer.is(answer.body) ? answer.body.shipments : [])

const returnsIn = (answer: Answer): readonly Returned[] =>
  answer.status === 404 || detailsAnswer.is(answer.body) ? [] : checked(returnsAnswer, answer, 'returns').returnItems
