import { setTimeout as sleep } from 'node:timers/promises'
import type { LineUnits } from '../canonical/basics.ts'
import type { Order } from '../canonical/order.ts'
import { asHubError, HubError } from '../kernel/errors.ts'
import { readQuantity } from '../kernel/quantity.ts'
import { isCounted, openOf } from '../orders/lines.ts'
import { answers, type CommandRow } from './answers.ts'
import { type Api, askFor } from './api.ts'
import type { CliDeps } from './deps.ts'
import { findOrder, readOrder } from './find-order.ts'
import { withApi } from './reach.ts'
import { units } from './show-order.ts'
import { toldText } from './show-shipments.ts'
import { plain } from './text.ts'
import { exits } from './verb.ts'

export interface ShipOptions {
  readonly order: string
  readonly carrier?: string
  readonly tracking?: string
  readonly service?: string
  readonly url?: string
  readonly line?: readonly string[]
  readonly key?: string
  readonly sandbox?: true
  readonly json?: true
}

/**
 * Enters a shipment and says what the channel was told of it.
 * @throws NOT_FOUND · REQUEST_INVALID · QUANTITY_NOT_OPEN with the lines that are open · ORDER_CANCELLED · IDEMPOTENCY_CONFLICT
 */
export const ship = (deps: CliDeps, options: ShipOptions): Promise<number> =>
  withApi(deps, { sends: { sandbox: options.sandbox === true } }, async (api) => {
    const order = await findOrder(api, options)
    const { act } = await enter(api, order, options)
    await api.settle()
    const command = await commandOf(api, order, act.id)
    const now = await readOrder(api, order.id)
    const { terminal } = deps
    if (options.json === true)
      terminal.say(JSON.stringify({ act, order: now, ...(command === undefined ? {} : { command }) }))
    else {
      const by = [options.carrier, options.service, options.tracking].filter((text) => text !== undefined).join(' ')
      terminal.say(
        `Shipped of order ${plain(order.number)}: ${'lines' in act ? units(now, act.lines) : ''}${by === '' ? '' : `, by ${plain(by)}`}`,
      )
      const told =
        command === undefined ? [`${order.connection} cannot be told of parcels`] : toldText(order.connection, command)
      for (const line of told) terminal.say(`  ${line}`)
      terminal.say(`  The order is ${now.headline.state}, ${now.headline.payment}, ${now.headline.fulfilment}`)
    }
    return command?.state === 'dead' || command?.state === 'parked' ? exits.failed : exits.done
  })

const enter = async (api: Api, order: Order, options: ShipOptions) => {
  const { carrier, service, tracking: trackingNumber, url: trackingUrl, line, key } = options
  const lines = line?.map((text) => unitsIn(order, text))
  try {
    return await askFor(api, answers.entered, {
      method: 'POST',
      path: `/v1/orders/${order.id}/shipments`,
      body: { carrier, service, trackingNumber, trackingUrl, lines },
      headers: key === undefined ? {} : { 'idempotency-key': key },
    })
  } catch (cause) {
    throw withOpenLines(cause, await readOrder(api, order.id))
  }
}

/** A line by its id, the channel's id or its SKU, and how much of it. */
const unitsIn = (order: Order, text: string): LineUnits => {
  const [, name = '', quantity = ''] = /^(.*)=([\d.]+)$/s.exec(text) ?? []
  if (name === '') throw new HubError('USAGE', `expected --line as ID=QUANTITY, got "${text}"`)
  const named = order.lines.filter(({ id, externalId, sku }) => [id, externalId, sku].includes(name))
  const [line, another] = named
  if (line === undefined || another !== undefined) {
    const is = line === undefined ? 'no line' : `${named.length} lines`
    throw new HubError('REQUEST_INVALID', `order ${order.number} has ${is} "${name}"${openLines(order)}`, {
      cure: 'Name a line by its id.',
    })
  }
  return { line: line.id, quantity: readQuantity(quantity) }
}

const openLines = (order: Order): string => {
  const open = order.lines.filter((line) => isCounted(line) && openOf(line) > 0)
  if (open.length === 0) return ''
  return `; open are:${open.map((line) => `\n  ${openOf(line)} × ${plain(line.title)}  --line ${line.id}=${openOf(line)}`).join('')}`
}

const withOpenLines = (cause: unknown, order: Order): unknown => {
  const { code, message, detail } = asHubError(cause)
  return code === 'QUANTITY_NOT_OPEN' ? new HubError(code, `${message}${openLines(order)}`, detail, cause) : cause
}

const looks = 50
const lookEveryMs = 100

/** The command that tells the channel; waited for, some seconds, where a hub that runs elsewhere sends it. */
const commandOf = async (api: Api, order: Order, act: string): Promise<CommandRow | undefined> => {
  const { items: connectors } = await askFor(api, answers.connectors, { method: 'GET', path: '/v1/connectors' })
  const known = connectors.find(({ id }) => id === order.connector)?.commands ?? []
  if (!known.some(({ name }) => name === 'mark-shipped')) return undefined
  for (let look = 1; ; look += 1) {
    const { items } = await askFor(api, answers.ordersCommands, {
      method: 'GET',
      path: `/v1/orders/${order.id}/commands`,
    })
    const found = items.find(({ name, about }) => name === 'mark-shipped' && about === act)
    const under =
      found === undefined || ((found.state === 'due' || found.state === 'leased') && found.error === undefined)
    if (!under || api.works === 'here' || look === looks) return found
    await sleep(lookEveryMs)
  }
}
