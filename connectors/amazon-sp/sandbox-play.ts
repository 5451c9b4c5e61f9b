import type { Dice, SandboxPost } from '../../src/connector/sandbox.ts'
import { doorHeaders, feedDone, marketsOf, record, type State, type Step } from './sandbox-posts.ts'
import { drawSale, type Item, type Sale } from './sandbox-shop.ts'

interface At {
  readonly state: State
  readonly dice: Dice
  readonly now: Date
}

/** A change of an order: its time never stands still, for it is what orders two readings of it. */
export const changed = (sale: Sale, now: Date, fields: Partial<Sale>): Sale => ({
  ...sale,
  ...fields,
  changedAt: new Date(Math.max(now.getTime(), Date.parse(sale.changedAt) + 1)).toISOString(),
})

const one = ({ state, dice }: At, which: (sale: Sale) => boolean): Sale | undefined => {
  const [first, ...rest] = Object.values(state.sales).filter(which)
  return first === undefined ? undefined : dice.pick([first, ...rest])
}

const who = ['BUYER', 'MERCHANT', 'AMAZON'] as const
const reasons = ['Order created by mistake', 'Found cheaper somewhere else', 'Out of stock'] as const

/** What may happen in the shop; nothing where there is no order that it could happen to. */
export const happenings = {
  place: ({ state, dice, now }: At): Step => {
    const market = dice.pick(marketsOf(state.start))
    const sale = drawSale(dice, { count: state.count, market, at: now.toISOString() })
    return record({ ...state, count: state.count + 1 }, sale)
  },
  release: (at: At): Step | undefined => {
    const found = one(at, ({ status }) => status === 'PENDING')
    return found === undefined
      ? undefined
      : record(at.state, changed(found, at.now, { status: 'UNSHIPPED', released: true }))
  },
  cancel: (at: At): Step | undefined => {
    const found = one(at, ({ status, packs }) => (status === 'PENDING' || status === 'UNSHIPPED') && packs.length === 0)
    if (found === undefined) return undefined
    const by = at.dice.pick(who)
    const sale = changed(found, at.now, { status: 'CANCELLED', cancelled: { by, reason: at.dice.pick(reasons) } })
    return record(
      at.state,
      sale,
      by === 'BUYER' ? ['BuyerRequestedChange', 'OrderStatusChange'] : ['OrderStatusChange'],
    )
  },
  // all of it, or first a part
  amazonShips: (at: At): Step | undefined => {
    const found = one(
      at,
      ({ byAmazon, status }) => byAmazon && (status === 'UNSHIPPED' || status === 'PARTIALLY_SHIPPED'),
    )
    if (found === undefined) return undefined
    const part = found.status === 'UNSHIPPED' && found.items.length > 1 && at.dice.next() < 0.4
    const items = found.items.map(
      (item, place): Item => (part && place > 0 ? item : { ...item, shipped: item.quantity }),
    )
    return record(at.state, changed(found, at.now, { status: part ? 'PARTIALLY_SHIPPED' : 'SHIPPED', items }))
  },
  carrierMoves: (at: At): Step | undefined => {
    const found = one(at, ({ packs }) => packs.some(({ status }) => status !== 'DELIVERED'))
    if (found === undefined) return undefined
    const packs = found.packs.map(
      (pack) => ({ ...pack, status: pack.status === 'SHIPPED' ? 'IN_TRANSIT' : 'DELIVERED' }) as const,
    )
    return record(at.state, changed(found, at.now, { packs }))
  },
  feed: ({ state, now }: At): Step => feedDone(state, now),
  again: ({ state, dice }: At): Step | undefined => {
    const [first, ...rest] = state.recent
    return first === undefined
      ? undefined
      : { state, posts: [{ ...dice.pick([first, ...rest]), note: 'the same again' }] }
  },
  // into the queue only Amazon may put anything: that is the cloud's to hold
  forged: ({ state, dice }: At): Step | undefined => {
    const last = state.recent.at(-1)
    if (last === undefined || last.queued === true) return undefined
    const body = last.body.replaceAll('00000000-0000', 'f0f0f0f0-0000')
    const headers = doorHeaders(`guess-${dice.whole(100_000, 999_999)}`)
    return { state, posts: [{ path: '', headers, body, note: `forged ${last.note}`, forged: true }] }
  },
} as const satisfies Record<string, (at: At) => Step | undefined>

/** What happens, as often as it stands here. */
const chances = [
  'place',
  'place',
  'place',
  'place',
  'release',
  'release',
  'release',
  'release',
  'cancel',
  'amazonShips',
  'carrierMoves',
  'feed',
  'again',
  'forged',
] as const satisfies readonly (keyof typeof happenings)[]

export const play = (state: State, dice: Dice, now: Date): Step => {
  const happening = happenings[dice.pick(chances)]({ state, dice, now }) ?? happenings.place({ state, dice, now })
  return { state: happening.state, posts: shuffled(happening.posts, dice) }
}

/** SQS promises no order: now and then messages come late, and so in another one. */
const shuffled = (posts: readonly SandboxPost[], dice: Dice): readonly SandboxPost[] =>
  posts.map((post) => (dice.next() < 0.25 ? { ...post, afterMs: dice.whole(1, 3_000) } : post))
