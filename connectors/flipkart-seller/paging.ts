import type { Ask, Listed, ListWindow } from '../../src/connector/contract.ts'
import { HubError, refuse } from '../../src/kernel/errors.ts'

/** The ends of Flipkart's windows are not described; what changed meanwhile is in the next. */
export const isIn = ({ by, from, to }: ListWindow, item: Listed): boolean =>
  item[by] >= from.getTime() && item[by] < to.getTime()

/** What comes after a page. @throws CHANNEL_UNREADABLE */
export const following = (
  hasMore: boolean | null | undefined,
  next: string | null | undefined,
): { readonly next?: string } => {
  if (hasMore !== true) return {}
  if (next) return { next }
  throw new HubError(
    'CHANNEL_UNREADABLE',
    'expected the address of the next page where Flipkart says that there is more',
  )
}

/**
 * The next page: "just use the URL returned", which is relative and stands under /sellers. No other address is asked.
 * https://flipkart.github.io/fk-api-platform-docs/docs/mp-api_versioned/search-pre-dispatch-shipment-get, read 23 Nov 2026.
 */
export const nextOf = (page: string, paths: Readonly<Record<string, string>>): Ask => {
  const at = page.indexOf('?')
  const path = Object.hasOwn(paths, page.slice(0, at)) ? paths[page.slice(0, at)] : undefined
  if (at < 0 || path === undefined)
    return refuse('CHANNEL_UNREADABLE', `expected a next page at ${Object.keys(paths).join(' or ')}`)
  return {
    method: 'GET',
    path,
    query: Object.fromEntries(
      page
        .slice(at + 1)
        .split('&')
        .map(pairOf),
    ),
  }
}

/** A token is base64: its plus is a plus, and no blank. */
const pairOf = (pair: string): readonly [string, string] => {
  const at = pair.indexOf('=')
  try {
    return [decodeURIComponent(pair.slice(0, at)), decodeURIComponent(pair.slice(at + 1))]
  } catch {
    return refuse('CHANNEL_UNREADABLE', 'expected the address of a next page that is well encoded')
  }
}
