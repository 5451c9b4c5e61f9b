import type { BookTold, Dice, SandboxPost } from '../../src/connector/sandbox.ts'
import { newItem, newSale, orderOf, type Sale } from './sandbox-shop.ts'
import { headersOf, keysOf } from './standard-webhooks.ts'

export interface Sent {
  readonly id: string
  readonly body: string
  readonly note: string
}

/** The whole shop. */
export interface State {
  /** As they stand in the config, newest first. */
  readonly secrets: { readonly orders: readonly string[]; readonly events: readonly string[] }
  readonly connection: string
  readonly path: string
  readonly seed: number
  readonly count: number
  readonly sales: Readonly<Record<string, Sale>>
  readonly recent: readonly Sent[]
  readonly told: readonly BookTold[]
  readonly heard: readonly string[]
  readonly calls: number
}

export interface Step {
  readonly state: State
  readonly posts: readonly SandboxPost[]
}

type Happening = (state: State, dice: Dice, now: Date) => Step | undefined

/** What happens, as often as it stands here. */
const chances = ['sale', 'sale', 'sale', 'sale', 'more', 'less', 'cancel', 'again', 'forged'] as const

const happenings = {
  sale: (state: State, dice: Dice, now: Date): Step => {
    const id = `${state.seed}-${1001 + state.count}`
    return told({ ...state, count: state.count + 1 }, newSale(dice, id, now), now)
  },
  more: (state, dice, now) =>
    changed(state, dice, now, (sale) => ({
      ...sale,
      items: [...sale.items, newItem(dice, `${sale.items.length + 1}`)],
    })),
  less: (state, dice, now) => changed(state, dice, now, withoutFirst),
  cancel: (state, dice, now) => changed(state, dice, now, (sale) => ({ ...sale, cancelled: true })),
  again: (state, dice, now) => {
    const [first, ...others] = state.recent
    return first === undefined ? undefined : { state, posts: [post(state, dice.pick([first, ...others]), now)] }
  },
  forged: (state, _dice, now) => {
    const [first] = state.recent
    if (first === undefined) return undefined
    const body = first.body.replace('"status":"open"', '"status":"cancelled"')
    const secrets = { ...state.secrets, orders: [unknownSecret] }
    const sent = { id: `${first.id}x`, body, note: `forged ${first.note}` }
    return { state, posts: [{ ...post({ ...state, secrets }, sent, now), forged: true }] }
  },
} as const satisfies Readonly<Record<(typeof chances)[number], Happening>>

const unknownSecret = Buffer.from('a key that the hub does not know').toString('base64')

/** One happening; now and then its message comes late, and so in another order. */
export const play = (state: State, dice: Dice, now: Date): Step => {
  const step = happenings[dice.pick(chances)](state, dice, now) ?? happenings.sale(state, dice, now)
  return {
    ...step,
    posts: step.posts.map((one) => (dice.next() < 0.2 ? { ...one, afterMs: dice.whole(1, 3000) } : one)),
  }
}

const withoutFirst = (sale: Sale): Sale | undefined => {
  const [first, second] = sale.items.filter((item) => !item.gone)
  if (second === undefined) return undefined
  return { ...sale, voucher: 0, items: sale.items.map((item) => (item === first ? { ...item, gone: true } : item)) }
}

/** An open order of which nothing was shipped as far as the shop knows, in its next version. */
const changed = (state: State, dice: Dice, now: Date, change: (sale: Sale) => Sale | undefined): Step | undefined => {
  const shipped = new Set(state.told.map(({ order }) => order))
  const [first, ...others] = Object.values(state.sales).filter((sale) => !sale.cancelled && !shipped.has(sale.id))
  if (first === undefined) return undefined
  const sale = change(dice.pick([first, ...others]))
  return sale === undefined ? undefined : told(state, { ...sale, version: sale.version + 1 }, now)
}

const told = (state: State, sale: Sale, now: Date): Step => {
  const { id, version, cancelled } = sale
  const sent: Sent = {
    id: `shop_${id}_${version}`,
    body: JSON.stringify(orderOf(sale)),
    note: cancelled ? 'order cancelled' : version === 1 ? 'new order' : 'order changed',
  }
  const next = { ...state, sales: { ...state.sales, [id]: sale }, recent: [sent, ...state.recent].slice(0, 8) }
  return { state: next, posts: [post(next, sent, now)] }
}

const post = ({ secrets }: State, { id, body, note }: Sent, now: Date): SandboxPost => {
  const timestamp = String(Math.floor(now.getTime() / 1000))
  const signed = headersOf(keysOf(secrets.orders), { id, timestamp, body: Buffer.from(body) })
  return { path: '', headers: { 'content-type': 'application/json', ...signed }, body, note }
}
