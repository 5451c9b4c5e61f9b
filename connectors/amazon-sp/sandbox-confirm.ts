import type { SandboxCall } from '../../src/connector/sandbox.ts'
import { checkerOf } from '../../src/kernel/schema.ts'
import { ConfirmShipment } from './payloads.ts'
import { changed } from './sandbox-play.ts'
import { record, type State } from './sandbox-posts.ts'
import { type Answered, no, say } from './sandbox-reply.ts'
import type { Item, Pack, Sale } from './sandbox-shop.ts'

const confirmation = checkerOf(ConfirmShipment)

interface Asked {
  readonly call: SandboxCall
  readonly id: string
  readonly now: Date
}

/** confirmShipment: a package is confirmed, or, under a reference that is known, edited. */
export const confirm = (state: State, { call, id, now }: Asked): Answered => {
  const wrong = (message: string, code = 'InvalidInput'): Answered => no(state, 400, { code, message })
  const sale = Object.hasOwn(state.sales, id) ? state.sales[id] : undefined
  if (sale === undefined) return no(state, 404, { code: 'NotFound', message: 'Order not found.' })
  const body = bodyOf(call)
  if (!confirmation.is(body)) return wrong(faultOf(body))
  const { packageDetail: detail, marketplaceId } = body
  if (marketplaceId !== sale.market.id) return wrong('marketplaceId is not that of the order.')
  if (Number.isNaN(Date.parse(detail.shipDate))) return wrong('Invalid Input', 'Invalid Input')
  if (detail.carrierCode === 'Other' && detail.carrierName === undefined) return wrong('carrierName is required.')
  const others = sale.packs.filter(({ reference }) => reference !== detail.packageReferenceId)
  const known = others.length < sale.packs.length
  if (
    sale.byAmazon ||
    sale.status === 'PENDING' ||
    sale.status === 'CANCELLED' ||
    (sale.status === 'SHIPPED' && !known)
  )
    return wrong(notFound(id))
  const pack: Pack = {
    reference: detail.packageReferenceId,
    carrier: detail.carrierName ?? detail.carrierCode,
    ...(detail.shippingMethod === undefined ? {} : { service: detail.shippingMethod }),
    tracking: detail.trackingNumber,
    shippedAt: new Date(detail.shipDate).toISOString(),
    status: 'SHIPPED',
    items: detail.orderItems.map(({ orderItemId, quantity }) => ({ id: orderItemId, quantity })),
  }
  const shipped = withPacks(sale, [...others, pack], now)
  if (shipped === undefined) return wrong(notFound(id))
  const row = {
    order: id,
    reference: pack.reference,
    kind: 'shipped' as const,
    trackingNumber: pack.tracking,
    lines: pack.items.map((item) => ({ id: item.id, quantity: String(item.quantity) })),
  }
  const told = state.told.filter(({ order, reference }) => order !== id || reference !== pack.reference)
  const step = record({ ...state, told: [...told, row] }, shipped)
  return { ...say(step.state, 204), posts: step.posts }
}

/** In Amazon's words: https://github.com/amzn/selling-partner-api-models/issues/5037, read 24 Nov 2026. */
const notFound = (id: string): string =>
  `Failed to create package due to not finding a matching package or order already fulfilled. ErrorMessage(errorCode=GeneralError, errorDescription=Unable to find package to update for order (${id}), errorMetric=PackageToUpdateNotFound, packageIndex=null)`

/** The order with these packages; undefined where they hold more than there is, or something else. */
const withPacks = (sale: Sale, packs: readonly Pack[], now: Date): Sale | undefined => {
  const packed = packs.flatMap((pack) => pack.items)
  const items = sale.items.map((item): Item => {
    const shipped = packed.filter(({ id }) => id === item.id).reduce((sum, { quantity }) => sum + quantity, 0)
    return { ...item, shipped }
  })
  const known = packed.every(({ id }) => sale.items.some((item) => item.id === id))
  if (!known || items.some(({ shipped, quantity }) => shipped > quantity)) return undefined
  const whole = items.every(({ shipped, quantity }) => shipped === quantity)
  return changed(sale, now, { items, packs, status: whole ? 'SHIPPED' : 'PARTIALLY_SHIPPED' })
}

const faultOf = (body: unknown): string => {
  const [fault] = confirmation.faults(body)
  return fault?.path.endsWith('packageReferenceId') === true
    ? 'PackageReferenceId: is invalid, must be a positive numeric value.'
    : `Invalid request: ${fault?.path ?? ''} ${fault?.expected ?? ''}`
}

const bodyOf = ({ body }: SandboxCall): unknown => {
  try {
    return JSON.parse(Buffer.from(body).toString())
  } catch {
    return undefined
  }
}
