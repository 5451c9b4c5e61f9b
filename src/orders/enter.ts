import type { Act } from '../canonical/acts.ts'
import type { LineUnits } from '../canonical/basics.ts'
import type { OrderDoc } from '../canonical/order.ts'
import type { HoldKind } from '../canonical/words.ts'
import { HubError } from '../kernel/errors.ts'
import { isCounted, isWhole, openOf } from './lines.ts'
import { given, sumLines } from './shipments.ts'

/** What a person asks for. Without lines: everything that is open. */
export type ActRequest =
  | {
      readonly kind: 'ship'
      readonly carrier?: string
      readonly service?: string
      readonly trackingNumber?: string
      readonly trackingUrl?: string
      readonly lines?: readonly LineUnits[]
    }
  | { readonly kind: 'cancel'; readonly reason?: string; readonly lines?: readonly LineUnits[] }
  | { readonly kind: 'hold'; readonly hold: HoldKind; readonly reason: string }
  | { readonly kind: 'release'; readonly hold: string; readonly reason?: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'undo'; readonly act: string; readonly reason?: string }

interface Entered {
  readonly id: string
  readonly at: string
  readonly by: string
  /** Digest of the request: the same key with another request is refused. */
  readonly request: string
}

/**
 * Turns a request into an act on the order as it is.
 * @throws REQUEST_INVALID unknown line, hold or act · QUANTITY_NOT_OPEN with what is open · ORDER_CANCELLED
 */
export const actOf = (order: OrderDoc, request: ActRequest, entered: Entered): Act => {
  if (request.kind === 'ship' || request.kind === 'cancel') {
    const { lines, ...rest } = request
    return { ...entered, ...rest, lines: openLines(order, lines, request.kind) }
  }
  if (request.kind === 'release' && !order.holds.some((hold) => hold.key === request.hold)) {
    throw new HubError(
      'REQUEST_INVALID',
      `order ${order.number} has no hold "${request.hold}"; it has ${list(order.holds.map((hold) => hold.key))}`,
    )
  }
  if (
    request.kind === 'undo' &&
    !order.acts.some((act) => act.id === request.act && act.kind !== 'receipt' && act.kind !== 'undo')
  ) {
    throw new HubError('REQUEST_INVALID', `order ${order.number} has no act "${request.act}" that could be undone`)
  }
  return { ...entered, ...request }
}

const openLines = (order: OrderDoc, asked: readonly LineUnits[] | undefined, verb: 'ship' | 'cancel'): LineUnits[] => {
  if (order.headline.state === 'cancelled')
    throw new HubError('ORDER_CANCELLED', `order ${order.number} is cancelled; there is nothing to ${verb}`)
  const open = order.lines
    .filter((line) => isCounted(line) && openOf(line) > 0)
    .map((line) => ({ line: line.id, quantity: openOf(line) }))
  if (asked === undefined) {
    if (open.length === 0) throw new HubError('QUANTITY_NOT_OPEN', `nothing of order ${order.number} is open`, { open })
    return open
  }
  const lines = sumLines(asked)
  for (const { line, quantity } of lines) {
    const known = order.lines.find((one) => one.id === line)
    if (known === undefined)
      throw new HubError(
        'REQUEST_INVALID',
        `order ${order.number} has no line "${line}"; it has ${list(order.lines.map((one) => one.id))}`,
      )
    const left = open.find((one) => one.line === line)?.quantity ?? 0
    if (quantity <= 0)
      throw new HubError('REQUEST_INVALID', `expected a quantity above 0 for line "${line}", got ${quantity}`)
    if (isWhole(known) && Number.isInteger(left) && !Number.isInteger(quantity))
      throw new HubError('REQUEST_INVALID', `line "${line}" is counted in whole units: expected one, got ${quantity}`)
    if (quantity > left)
      throw new HubError(
        'QUANTITY_NOT_OPEN',
        `of line "${line}" ${left} are open, ${quantity} were asked for`,
        given({ open }),
      )
  }
  if (lines.length === 0) throw new HubError('REQUEST_INVALID', 'expected at least one line')
  return lines
}

const list = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.slice(0, 10).join(', '))
