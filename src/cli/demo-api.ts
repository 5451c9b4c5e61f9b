import type { Order } from '../canonical/order.ts'
import { HubError } from '../kernel/errors.ts'
import type { Stage } from './demo-stage.ts'

/** Orders of the hub, all pages. */
export const orders = (stage: Stage, query: string): Promise<readonly Order[]> =>
  items<Order>(stage, `/v1/orders?${query}`)

/** All pages of a list. */
export const items = async <T>(stage: Stage, path: string): Promise<readonly T[]> => {
  const all: T[] = []
  let cursor: string | undefined
  do {
    const page = await get<{ readonly items: readonly T[]; readonly next?: string | null }>(
      `${stage.address}${path}${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      stage.key,
    )
    all.push(...page.items)
    cursor = path.includes('limit=1&') || path.endsWith('limit=1') ? undefined : (page.next ?? undefined)
  } while (cursor !== undefined)
  return all
}

/** The types of answers are told here: both ends are ours. */
export const get = async <T>(url: string, key?: string): Promise<T> => {
  const answer = await fetch(url, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } })
  if (!answer.ok)
    throw new HubError('UNEXPECTED', `${url} answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`)
  return (await answer.json()) as T
}

/** Tells a sandbox to do something. */
export const post = async (url: string, body: unknown): Promise<void> => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok)
    throw new HubError('UNEXPECTED', `${url} answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`)
}

/** Tells the hub to do something, as an operator would. */
export const call = async (stage: Stage, path: string, body: unknown): Promise<void> => {
  await ask(stage, path, body)
}

/** The same, for what it answers. */
export const ask = async <T>({ address, key }: Stage, path: string, body: unknown): Promise<T> => {
  const answer = await fetch(`${address}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok)
    throw new HubError('UNEXPECTED', `${path} answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`)
  return (await answer.json()) as T
}
