import type { SandboxCall, SandboxReply } from '../../src/connector/sandbox.ts'
import type { State } from './sandbox-posts.ts'
import type { Sale } from './sandbox-shop.ts'
import { orderOf } from './sandbox-wire.ts'

/**
 * A page of orders as GET /wc/v3/orders gives it: pages are counted, and `after` and `before` are exclusive.
 * https://woocommerce.github.io/woocommerce-rest-api-docs/#list-all-orders, read 24 Nov 2026.
 */
export const listPage = (
  state: State,
  { query, path }: SandboxCall,
): { readonly reply: SandboxReply; readonly shown: readonly Sale[]; readonly more: boolean } => {
  const perPage = Number(query['per_page'] ?? 10)
  const page = Number(query['page'] ?? 1)
  const found = Object.values(state.sales).filter((sale) => isAsked(sale, query))
  const by = query['orderby'] === 'modified' ? 'modifiedAt' : 'createdAt'
  const sorted = found.toSorted((a, b) => a[by] - b[by] || a.id - b.id)
  const inOrder = query['order'] === 'asc' ? sorted : sorted.toReversed()
  const pages = Math.ceil(found.length / perPage)
  const shown = inOrder.slice((page - 1) * perPage, page * perPage)
  const address = (number: number): string =>
    `${state.site}${path}?${new URLSearchParams({ ...query, page: String(number) }).toString()}`
  const links = [
    ...(page > 1 ? [`<${address(page - 1)}>; rel="prev"`] : []),
    ...(page < pages ? [`<${address(page + 1)}>; rel="next"`] : []),
  ]
  return {
    shown,
    more: page < pages,
    reply: {
      status: 200,
      headers: {
        'content-type': 'application/json; charset=UTF-8',
        'x-wp-total': String(found.length),
        'x-wp-totalpages': String(pages),
        ...(links.length === 0 ? {} : { link: links.join(', ') }),
      },
      body: JSON.stringify(shown.map(orderOf)),
    },
  }
}

const isAsked = (sale: Sale, query: SandboxCall['query']): boolean => {
  const { status = 'any' } = query
  const isOfStatus = status === 'any' ? sale.status !== 'trash' : sale.status === status
  const later = (name: string, than: number): boolean => query[name] === undefined || than > timeIn(query[name])
  const earlier = (name: string, than: number): boolean => query[name] === undefined || than < timeIn(query[name])
  return (
    isOfStatus &&
    later('after', sale.createdAt) &&
    later('modified_after', sale.modifiedAt) &&
    earlier('before', sale.createdAt) &&
    earlier('modified_before', sale.modifiedAt)
  )
}

const timeIn = (text: string): number => Date.parse(`${text}Z`)
