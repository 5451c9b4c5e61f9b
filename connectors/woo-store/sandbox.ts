import type { BookOrder, Dice, Sandbox, SandboxCall, SandboxPost } from '../../src/connector/sandbox.ts'
import { type Answered, addTracking, list, no, noRoute, order, say } from './sandbox-api.ts'
import { happenings } from './sandbox-play.ts'
import type { State } from './sandbox-posts.ts'
import { refundedOf, text, wholeOf } from './sandbox-price.ts'
import type { Sale } from './sandbox-shop.ts'

/** What happens, as often as it stands here. */
const chances = [
  'placed',
  'placed',
  'placed',
  'placed',
  'placed',
  'edited',
  'refunded',
  'cancelled',
  'trashed',
  'restored',
  'stockChanged',
  'again',
  'forged',
] as const satisfies readonly (keyof typeof happenings)[]

const plugins = { 'shipment-tracking': 'wc-shipment-tracking', ast: 'wc-ast' } as const

/** WooCommerce in small: a shop that prices with tax and tells without, and sends each message once, whatever becomes of it. */
export const sandbox: Sandbox<State> = {
  example: {
    settings: { site: 'https://shop.example', tracking: 'shipment-tracking' },
    secrets: {
      webhookSecret: ['sandbox-webhook-secret'],
      consumerKey: ['ck_sandbox'],
      consumerSecret: ['cs_sandbox'],
    },
  },
  start: ({ settings, secrets, hookUrl }) => {
    const site = URL.parse(String(settings['site']))
    const { tracking } = settings
    return {
      secret: secrets['webhookSecret']?.[0] ?? '',
      key: secrets['consumerKey']?.[0] ?? '',
      keySecret: secrets['consumerSecret']?.[0] ?? '',
      folder: site?.pathname.replace(/\/+$/, '') ?? '',
      site: site?.href.replace(/\/+$/, '') ?? '',
      hook: hookUrl,
      ...(tracking === 'ast' || tracking === 'shipment-tracking' ? { plugin: plugins[tracking] } : {}),
      greeted: false,
      next: 501,
      sales: {},
      parcels: {},
      notes: [],
      told: [],
      calls: 0,
      recent: [],
    }
  },
  play: (state, dice, now) => {
    if (!state.greeted) return happenings.greeted({ state, dice, now })
    const happening = happenings[dice.pick(chances)]({ state, dice, now }) ?? happenings.placed({ state, dice, now })
    return { state: happening.state, posts: shuffled(happening.posts, dice) }
  },
  answer: (state, call, now) => {
    const heard = { ...state, calls: state.calls + 1 }
    return stranger(heard, call) ?? route(heard, call, now)
  },
  books: ({ sales, told, calls }) => ({ orders: Object.values(sales).map(bookOf), told, calls }),
}

/** Now and then the messages of one moment come late, and so in another order: they are sent by WP-cron. */
const shuffled = (posts: readonly SandboxPost[], dice: Dice): readonly SandboxPost[] =>
  posts.map((post) => (dice.next() < 0.2 ? { ...post, afterMs: dice.whole(1, 3000) } : post))

const stranger = (state: State, { headers, query }: SandboxCall): Answered | undefined => {
  const basic = `Basic ${Buffer.from(`${state.key}:${state.keySecret}`).toString('base64')}`
  const { authorization } = headers
  const inQuery = query['consumer_key'] === state.key && query['consumer_secret'] === state.keySecret
  if (authorization === basic || inQuery) return undefined
  return authorization === undefined && query['consumer_key'] === undefined
    ? no(state, 401, 'woocommerce_rest_cannot_view', 'Sorry, you cannot view this resource.')
    : no(state, 401, 'woocommerce_rest_authentication_error', 'Consumer key is invalid.')
}

const route = (state: State, call: SandboxCall, now: Date): Answered => {
  const { method, path } = call
  const below = `${state.folder}/wp-json/`
  if (!path.startsWith(below)) return noRoute(state)
  const [, api = '', id, rest = ''] =
    /^([\w-]+\/v3)\/(?:orders|webhooks)(?:\/(\d+)(\/.*)?)?$/.exec(path.slice(below.length)) ?? []
  const isList = method === 'GET' && api === 'wc/v3' && id === undefined
  if (isList && path.endsWith('/webhooks')) return say(state, 200, [])
  if (isList) return list(state, call, now)
  if (id === undefined) return noRoute(state)
  if (api === 'wc/v3' && path.includes('/orders/')) return order(state, call, { now, id, rest })
  const isTracking = api === `${state.plugin}/v3` && rest === '/shipment-trackings' && method === 'POST'
  return isTracking ? addTracking(state, call, id) : noRoute(state)
}

const bookOf = (sale: Sale): BookOrder => {
  const cancelled = ['cancelled', 'trash', 'refunded'].includes(sale.status)
  return {
    externalId: String(sale.id),
    number: String(sale.id),
    currency: sale.currency,
    total: text(wholeOf(sale)),
    refunded: text(refundedOf(sale)),
    lines: sale.items.map(({ id, sku, quantity }) => ({
      id: String(id),
      sku,
      quantity: String(quantity),
      cancelled: cancelled ? String(quantity) : '0',
    })),
    cancelled,
  }
}
