import { createHmac } from 'node:crypto'
import { openDice } from '../../src/cli/dice.ts'
import type { Dice } from '../../src/connector/sandbox.ts'
import { bodyOf, type Sale, toldAt } from './webhook-body.ts'

/** What is posted: orders of 1 to 20 lines, 20 % updates of orders sent before, 5 % repeats. */
export interface Post {
  readonly sale: Sale
  /** Sent before, to the letter. */
  readonly repeat: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export const secret = 'bench-secret'
export const shop = 'bench'

/** How many posts; which: the same for the same seed; and the number of the first order. */
export interface Which {
  readonly count: number
  readonly seed: number
  readonly first: number
}

/** The posts, signed as Shopify signs. Updates and repeats are of the 200 orders and posts before. */
export const postsOf = ({ count, seed, first }: Which): readonly Post[] => {
  const dice = openDice(seed)
  const posts: Post[] = []
  const sold: { readonly order: number; readonly lines: number; version: number }[] = []
  while (posts.length < count) {
    const chance = dice.next()
    const [post, old] = [recent(posts, dice), recent(sold, dice)]
    if (chance < 0.05 && post !== undefined) posts.push({ ...post, repeat: true })
    else if (chance < 0.25 && old !== undefined) {
      old.version += 1
      posts.push(signed(old.order, old.version, old.lines))
    } else {
      const sale = { order: first + sold.length, lines: linesOf(dice), version: 1 }
      sold.push(sale)
      posts.push(signed(sale.order, 1, sale.lines))
    }
  }
  return posts
}

/** What the orders must look like once all of the posts were taken in, by order number: the latest version of each. */
export const salesOf = (posts: readonly Post[]): ReadonlyMap<number, Sale> => {
  const sales = new Map<number, Sale>()
  for (const { sale } of posts) if (sale.version > (sales.get(sale.order)?.version ?? 0)) sales.set(sale.order, sale)
  return sales
}

const recent = <T>(list: readonly T[], dice: Dice): T | undefined =>
  list[list.length - 1 - dice.whole(0, Math.max(0, Math.min(list.length - 1, 200)))]

/** From 1 to 20 lines, and as in a shop most orders have few: 2.5 on average. */
const linesOf = (dice: Dice): number => {
  let lines = 1
  while (lines < 20 && dice.next() < 0.6) lines += 1
  return lines
}

const signed = (order: number, version: number, lines: number): Post => {
  const { body, sale } = bodyOf(order, version, lines)
  const bytes = Buffer.from(body)
  return {
    sale,
    repeat: false,
    body: bytes,
    headers: {
      'content-type': 'application/json',
      'x-shopify-topic': version === 1 ? 'orders/create' : 'orders/updated',
      'x-shopify-shop-domain': `${shop}.myshopify.com`,
      'x-shopify-api-version': '2026-07',
      'x-shopify-webhook-id': `bench-${order}-${version}`,
      'x-shopify-event-id': `event-${order}-${version}`,
      'x-shopify-triggered-at': toldAt(order, version),
      'x-shopify-hmac-sha256': createHmac('sha256', secret).update(bytes).digest('base64'),
    },
  }
}
