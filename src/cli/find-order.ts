import type { Order } from '../canonical/order.ts'
import { HubError } from '../kernel/errors.ts'
import { answers } from './answers.ts'
import { type Api, addressOf, askFor, pagesOf } from './api.ts'
import { localTime, plain } from './text.ts'

/** How many orders are looked through for the beginning of an id: no index serves it. */
const lookedThrough = 5_000

export interface Wanted {
  /** The number, our id or its beginning, or the channel's id. */
  readonly order: string
  /** Whatever else finds one order alone will do: a tracking number, a name. For looking, not for doing. */
  readonly loosely?: true
}

/**
 * The one order that a person means.
 * @throws NOT_FOUND · REQUEST_INVALID several are meant: they are listed
 */
export const findOrder = async (api: Api, { order: asked, loosely }: Wanted): Promise<Order> => {
  const name = asked.trim()
  if (/^ord_[0-9a-f]{32}$/.test(name)) return readOrder(api, name)
  if (/^ord_[0-9a-f]{4,}$/.test(name)) return only(asked, await beginningWith(api, name))
  const found = await searched(api, name)
  const named = found.filter(({ number, externalId }) =>
    [number, number.replace(/^#/, ''), externalId].some((text) => text.toLowerCase() === name.toLowerCase()),
  )
  return only(asked, named.length > 0 || loosely !== true ? named : found)
}

/** @throws NOT_FOUND */
export const readOrder = (api: Api, id: string): Promise<Order> =>
  askFor(api, answers.order, { method: 'GET', path: `/v1/orders/${encodeURIComponent(id)}` })

const searched = async (api: Api, q: string): Promise<readonly Order[]> => {
  if (q === '' || q.length > 200) return []
  const path = addressOf('/v1/orders', { q, limit: '200' })
  return (await askFor(api, answers.orders, { method: 'GET', path })).items
}

const beginningWith = async (api: Api, start: string): Promise<readonly Order[]> => {
  const found: Order[] = []
  const listing = { checker: answers.orders, path: '/v1/orders', limit: lookedThrough }
  for await (const { items } of pagesOf(api, listing)) found.push(...items.filter(({ id }) => id.startsWith(start)))
  return found
}

const most = 10

const only = (asked: string, found: readonly Order[]): Order => {
  const [first, ...others] = found
  if (first === undefined)
    throw new HubError('NOT_FOUND', `there is no order "${plain(asked)}"`, {
      cure: 'Give its number, its id, or the id it has at its channel; `crossdock orders -q TEXT` looks for it.',
    })
  if (others.length === 0) return first
  const list = found
    .slice(0, most)
    .map(
      ({ id, number, connection, placedAt }) =>
        `\n  ${id}  ${plain(number)}  ${connection}, placed ${localTime(placedAt)}`,
    )
  const rest = found.length > most ? `\n  … and ${found.length - most} more` : ''
  throw new HubError(
    'REQUEST_INVALID',
    `"${plain(asked)}" may be any of ${found.length} orders:${list.join('')}${rest}`,
    {
      candidates: found.map(({ id }) => id),
      cure: 'Name the one you mean by its id.',
    },
  )
}
