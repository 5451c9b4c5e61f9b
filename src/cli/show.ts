import { answers } from './answers.ts'
import { askFor } from './api.ts'
import type { CliDeps } from './deps.ts'
import { findOrder } from './find-order.ts'
import { withApi } from './reach.ts'
import { showEvents } from './show-events.ts'
import { showOrder } from './show-order.ts'
import { exits } from './verb.ts'

export interface ShowOptions {
  readonly order: string
  readonly json?: true
}

/** Shows one order as a person reads it. @throws NOT_FOUND · REQUEST_INVALID several are meant */
export const show = (deps: CliDeps, { order: asked, json }: ShowOptions): Promise<number> =>
  withApi(deps, {}, async (api) => {
    const { terminal } = deps
    const order = await findOrder(api, { order: asked, loosely: true })
    if (json === true) {
      terminal.say(JSON.stringify(order))
      return exits.done
    }
    const of = `/v1/orders/${order.id}`
    const [{ items: events }, { items: commands }] = await Promise.all([
      askFor(api, answers.events, { method: 'GET', path: `${of}/events` }),
      askFor(api, answers.ordersCommands, { method: 'GET', path: `${of}/commands` }),
    ])
    for (const line of [...showOrder(terminal, order, commands), ...showEvents(terminal, order, events)])
      terminal.say(line)
    return exits.done
  })
