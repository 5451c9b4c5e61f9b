import { refuse } from '../../kernel/errors.ts'
import { holdsBytes } from './codec.ts'
import { ownOf } from './paths.ts'
import { idsBy, type Query, rowsOf } from './scan.ts'
import type { Loaded, Table } from './table.ts'
import type { Fields } from './values.ts'

/**
 * The rows of a query, each cut down to its `_id` and some top-level paths. Bytes are loaded only where a path shows some, and no
 * row at all where the `_id` is all that is asked for and SQL can judge the filter.
 * @throws HubError QUERY_UNSUPPORTED for a projection that does not include
 */
export const cutRows = (table: Table, query: Query, projection: Readonly<Record<string, 1>>): Fields[] => {
  const odd = Object.entries(projection).find(([path, shown]) => shown !== 1 || path.includes('.'))
  if (odd !== undefined)
    refuse('QUERY_UNSUPPORTED', `a projection names top-level paths to include; not ${odd.join(': ')}`)
  const paths = Object.keys(projection)
  if (paths.length === 0)
    return Array.from(rowsOf(table, { ...query, isBlind: () => false }), ({ document }) => document)
  const shown = [...new Set(['_id', ...paths])]
  const ids = shown.length === 1 ? idsBy(table, query) : undefined
  return ids?.map((_id) => ({ _id })) ?? Array.from(rowsOf(table, query), (row) => cut(table, row, shown))
}

const cut = (table: Table, { rid, document, unread }: Loaded, shown: readonly string[]): Fields => {
  const chosen = chosenOf(document, shown)
  const isWhole = unread === undefined || !holdsBytes(chosen)
  return isWhole ? chosen : chosenOf(table.load(rid)?.document ?? {}, shown)
}

const chosenOf = (document: Fields, shown: readonly string[]): Fields => {
  const chosen: Fields = {}
  for (const path of shown) if (Object.hasOwn(document, path)) chosen[path] = ownOf(document, path)
  return chosen
}
