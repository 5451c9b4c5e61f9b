import type { OrderDoc } from '../../src/canonical/order.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { searchWordsOf } from '../../src/orders/search-words.ts'
import type { Orders } from '../../src/store/orders.ts'

/** Orders written at once. */
const batch = 500
/** One in so many is still open, as in a shop that ships. */
const openIn = 20

/**
 * Writes so many orders straight into the store, made after those that are there by other ids, numbers and times, a minute
 * apart: one in twenty is open, the others are done.
 * @returns how many were written
 */
export const fill = async (orders: Orders, count: number): Promise<number> => {
  const models = await orders.list({}, { limit: 100 })
  for (let from = 0; from < count; from += batch) {
    const many = Array.from({ length: Math.min(batch, count - from) }, (_, at) => copyOf(models, from + at))
    if (!(await orders.write(many.map((order) => ({ from: undefined, order })))))
      throw new Error('an order was there already')
  }
  return count
}

const copyOf = (models: readonly OrderDoc[], at: number): OrderDoc => {
  const model = models[at % models.length]
  if (model === undefined) throw new Error('there is no order to copy')
  const externalId = `copy-${at}`
  const id = orderIdOf(model.connection, externalId)
  const placedAt = new Date(1_700_000_000_000 + at * 60_000).toISOString()
  const view = { ...model, externalId, placedAt, number: `#C${at}` }
  return { ...view, _id: id, id, headline: headlineOf(at), words: searchWordsOf(externalId, view) }
}

const headlineOf = (at: number): OrderDoc['headline'] =>
  at % openIn === 0
    ? { state: 'open', payment: 'pending', fulfilment: 'open' }
    : { state: 'completed', payment: 'paid', fulfilment: 'delivered' }
