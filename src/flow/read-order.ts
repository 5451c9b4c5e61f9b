import { orderIdOf } from '../kernel/ids.ts'
import type { Wish } from '../store/outbox.ts'

/** The question for one order, by its external id. @param rank the version that is wanted; once that is held it is not asked any more */
export const readOrder = (
  connection: string,
  { order, rank }: { readonly order: string; readonly rank?: number },
): Wish => ({
  connection,
  name: 'read-order',
  order: orderIdOf(connection, order),
  about: order,
  wish: rank === undefined ? {} : { rank },
})
