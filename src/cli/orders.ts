import type { Order } from '../canonical/order.ts'
import { answers } from './answers.ts'
import { addressOf, pagesOf } from './api.ts'
import type { CliDeps } from './deps.ts'
import { withApi } from './reach.ts'
import { styleOfState } from './show-order.ts'
import { type Column, openTable } from './table.ts'
import { dayAlone, localTime, withCurrency } from './text.ts'
import { exits } from './verb.ts'

export interface OrdersOptions {
  readonly connection?: string
  readonly state?: string
  readonly payment?: string
  readonly fulfilment?: string
  readonly q?: string
  readonly from?: string
  readonly to?: string
  readonly limit?: number
  readonly all?: true
  readonly json?: true
}

/** Items that a list shows unless told otherwise. */
export const listed = 50

/** Lists orders, newest first: a table, or the API's orders one a line. */
export const orders = (deps: CliDeps, { limit = listed, all, json, ...filters }: OrdersOptions): Promise<number> =>
  withApi(deps, {}, async (api) => {
    const { terminal } = deps
    const table = openTable(terminal, orderColumns)
    const path = addressOf('/v1/orders', filters)
    let shown = 0
    let more = false
    const listing = { checker: answers.orders, path, limit: all === true ? undefined : limit }
    for await (const page of pagesOf(api, listing)) {
      if (json === true) for (const order of page.items) terminal.say(JSON.stringify(order))
      else table.show(page.items)
      shown += page.items.length
      more = page.more
      if (!terminal.isOpen()) break
    }
    if (json === true) return exits.done
    if (shown === 0)
      terminal.note(Object.keys(filters).length === 0 ? 'There is no order yet.' : 'No order is like that.')
    if (more) terminal.note(`These are the newest ${shown}; --limit N shows more, --all all of them.`)
    return exits.done
  })

const buyerOf = ({ buyer, shipTo }: Order): string =>
  buyer?.company ?? buyer?.name ?? shipTo?.name ?? buyer?.email ?? ''

/** An order in a row; what identifies it stands first. */
export const orderColumns: readonly Column<Order>[] = [
  { title: 'NUMBER', of: ({ number }) => number },
  { title: 'PLACED', of: ({ placedAt }) => localTime(placedAt), least: 10, cut: dayAlone },
  { title: 'CONNECTION', of: ({ connection }) => connection, least: 8 },
  { title: 'STATE', of: ({ headline }) => headline.state, style: ({ headline }) => styleOfState(headline.state) },
  { title: 'PAYMENT', of: ({ headline }) => headline.payment, least: 8 },
  { title: 'FULFILMENT', of: ({ headline }) => headline.fulfilment },
  { title: 'LINES', of: ({ lines }) => String(lines.length), right: true, drop: 1 },
  { title: 'TOTAL', of: ({ totals }) => (totals === undefined ? '?' : withCurrency(totals.total)), right: true },
  { title: 'BUYER', of: buyerOf, least: 8, drop: 2 },
]
