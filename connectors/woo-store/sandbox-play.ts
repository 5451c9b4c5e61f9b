import type { Dice } from '../../src/connector/sandbox.ts'
import { hello, post, record, type State, type Step } from './sandbox-posts.ts'
import { refundedOf, totalOf } from './sandbox-price.ts'
import { drawMore, drawSale, type Sale } from './sandbox-shop.ts'

interface At {
  readonly state: State
  readonly dice: Dice
  readonly now: Date
}

/** WooCommerce keeps whole seconds. */
export const secondOf = (now: Date): number => Math.floor(now.getTime() / 1000) * 1000

/** Changed later than before: the shop changes an order once a second at most. */
export const touched = (sale: Sale, now: Date): Sale => ({
  ...sale,
  modifiedAt: Math.max(sale.modifiedAt + 1000, secondOf(now)),
})

/** One change is told two to four times as a rule. https://github.com/woocommerce/woocommerce/issues/43019, read 24 Nov 2026. */
const updates = (dice: Dice): readonly string[] => Array.from({ length: dice.whole(1, 3) }, () => 'order.updated')

const one = ({ state, dice }: At, which: (sale: Sale) => boolean): Sale | undefined => {
  const [first, ...rest] = Object.values(state.sales).filter(which)
  return first === undefined ? undefined : dice.pick([first, ...rest])
}

const two = (first: Step, then: (state: State) => Step): Step => {
  const { state, posts } = then(first.state)
  return { state, posts: [...first.posts, ...posts] }
}

/** Nothing of it was shipped yet. */
const isOpen = ({ status, meta }: Sale): boolean =>
  status === 'processing' && meta.every(({ key }) => !key.startsWith('_crossdock_'))

/** What may happen in the shop; nothing where there is no order that it could happen to. */
export const happenings = {
  greeted: ({ state }: At): Step => ({ state: { ...state, greeted: true }, posts: [hello] }),
  // the order is told as pending, and paid in the same second or the next
  placed: (at: At): Step => {
    const { state, dice, now } = at
    const drawn = drawSale(dice, state.next, secondOf(now))
    const placed = drawn.method[0] === 'cod' ? { ...drawn, status: 'on-hold' } : drawn
    const begun = record({ ...state, next: state.next + 1 }, placed, ['order.created', 'order.updated'])
    const later = placed.modifiedAt + dice.whole(0, 1) * 1000
    const paidAt = placed.method[0] === 'cod' ? {} : { paidAt: later }
    return two(begun, (next) =>
      record(next, { ...placed, ...paidAt, status: 'processing', modifiedAt: later }, updates(dice)),
    )
  },
  edited: (at: At): Step | undefined => {
    const found = one(at, (sale) => isOpen(sale) && sale.paidAt === undefined)
    return found === undefined
      ? undefined
      : record(at.state, touched(drawMore(at.dice, found), at.now), updates(at.dice))
  },
  refunded: (at: At): Step | undefined => {
    const { state, dice, now } = at
    const found = one(at, (sale) => sale.paidAt !== undefined && isOpen(sale) && sale.refunds.length === 0)
    if (found === undefined || totalOf(found) < 200) return undefined
    const whole = dice.next() < 0.4
    const amount = whole ? totalOf(found) - refundedOf(found) : Math.ceil(totalOf(found) / 3)
    const refunds = [...found.refunds, { id: state.next, reason: 'Didn&#8217;t fit', amount }]
    // a refund of a part leaves the time of the order as it was
    const sale = whole ? { ...touched(found, now), refunds, status: 'refunded' } : { ...found, refunds }
    return record({ ...state, next: state.next + 1 }, sale, updates(dice))
  },
  cancelled: (at: At): Step | undefined => {
    const found = one(at, isOpen)
    return found === undefined
      ? undefined
      : record(at.state, { ...touched(found, at.now), status: 'cancelled' }, updates(at.dice))
  },
  trashed: (at: At): Step | undefined => {
    const found = one(at, (sale) => sale.status === 'cancelled' || isOpen(sale))
    return found === undefined
      ? undefined
      : record(at.state, { ...touched(found, at.now), status: 'trash' }, ['order.deleted'])
  },
  restored: (at: At): Step | undefined => {
    const found = one(at, ({ status }) => status === 'trash')
    return found === undefined
      ? undefined
      : record(at.state, { ...touched(found, at.now), status: 'processing' }, ['order.restored'])
  },
  // a webhook may listen to more than we make anything of
  stockChanged: ({ state, now }: At): Step => ({
    state,
    posts: [
      post(state, 'product.updated', {
        body: JSON.stringify({ id: 19, date_modified_gmt: now.toISOString().slice(0, 19), stock_quantity: 3 }),
        at: now.getTime(),
      }),
      post(state, 'action.woocommerce_add_to_cart', {
        body: '{"action":"woocommerce_add_to_cart","arg":"19"}',
        at: now.getTime(),
      }),
    ],
  }),
  again: ({ state, dice }: At): Step | undefined => {
    const [first, ...rest] = state.recent
    return first === undefined
      ? undefined
      : { state, posts: [{ ...dice.pick([first, ...rest]), note: 'the same again' }] }
  },
  forged: ({ state }: At): Step | undefined => {
    const last = state.recent.at(-1)
    if (last === undefined) return undefined
    return {
      state,
      posts: [{ ...last, body: last.body.replace('{"id":', '{"id":9'), note: `forged ${last.note}`, forged: true }],
    }
  },
} as const satisfies Record<string, (at: At) => Step | undefined>
