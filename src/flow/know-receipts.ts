import type { batchesOf } from '../store/moving/walk.ts'
import type { Store } from '../store/port.ts'
import type { Command } from '../store/rows.ts'
import { commandsUnknown, knownOf } from './verify-rows.ts'

/**
 * After a restore from a backup that is not of one moment: a command that was done after its order was read is taken up again. It has
 * its receipt, so it is not sent; the order gets to know of it. @returns how many
 */
export const knowReceipts = async (
  { store, batches }: { readonly store: Pick<Store, 'collection'>; readonly batches: typeof batchesOf },
  now: Date,
): Promise<number> => {
  const commands = store.collection<Command>('outbox')
  let count = 0
  for await (const page of batches<Command>(store, 'outbox')) {
    const unknown = commandsUnknown(page, await knownOf(store, page))
    if (unknown.length === 0) continue
    const filter = { _id: { $in: unknown.map(({ _id }) => _id) }, state: 'done' }
    const again = { $set: { state: 'due', dueAt: now }, $unset: { doneAt: '' }, $inc: { gen: 1 } }
    count += (await commands.updateMany(filter, again)).modifiedCount
  }
  return count
}
