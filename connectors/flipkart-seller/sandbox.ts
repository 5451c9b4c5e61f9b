import type { BookOrder, Dice, Sandbox, SandboxPost } from '../../src/connector/sandbox.ts'
import { answerCall } from './sandbox-api.ts'
import { happenings } from './sandbox-play.ts'
import type { State } from './sandbox-posts.ts'
import { type Parcel, products, totalOf } from './sandbox-shop.ts'

/** What happens, as often as it stands here. */
const chances = [
  'order',
  'order',
  'order',
  'order',
  'hold',
  'unhold',
  'unhold',
  'pack',
  'pack',
  'formFails',
  'ready',
  'pickUp',
  'ship',
  'ship',
  'deliver',
  'cancel',
  'datesChanged',
  'customerReturn',
  'courierReturn',
  'returnGoesOn',
  'returnGoesOn',
  'again',
  'forged',
] as const satisfies readonly (keyof typeof happenings)[]

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Flipkart in small: a seller with two places. It drops no notification that it sends twice: at least once is its promise. */
export const sandbox: Sandbox<State> = {
  example: {
    settings: {
      appId: 'sandbox-app-id',
      environment: 'production',
      notificationUrl: 'http://127.0.0.1:4000/webhooks/flipkart?seller=1',
      serviceProfiles: ['NON_FBF', 'FBF'],
      selfShip: {
        deliveryDays: 5,
        partners: [
          { carrier: 'UPS', name: 'United Parcel Service', code: 'UPSIN' },
          { carrier: 'Delhivery', name: 'Delhivery', code: 'DLVRY' },
        ],
      },
    },
    secrets: { appSecret: ['sandbox-app-secret'] },
  },
  start: ({ seed, settings, secrets, hookUrl, unlimited }) => ({
    seed,
    appId: textOf(settings['appId']),
    secret: secrets['appSecret']?.[0] ?? '',
    ...(secrets['refreshToken']?.[0] === undefined ? {} : { refreshToken: secrets['refreshToken'][0] }),
    // what stands in the settings is what was registered
    url: textOf(settings['notificationUrl']) || hookUrl,
    unlimited: unlimited === true,
    count: 1,
    parcels: {},
    backs: {},
    tokens: {},
    told: [],
    calls: 0,
    aboveLimits: 0,
    minute: [],
    recent: [],
  }),
  play: (state, dice, now) => {
    const at = { state, dice, now }
    const { state: next, posts } = happenings[dice.pick(chances)](at) ?? happenings.order(at)
    return { state: next, posts: shuffled(posts, dice) }
  },
  answer: answerCall,
  books: ({ parcels, told, calls, aboveLimits }) => ({
    orders: [...Map.groupBy(Object.values(parcels), ({ order }) => order)].map(bookOf),
    told,
    calls,
    aboveLimits,
  }),
}

/** Now and then the messages of one moment come late, and so in another order. */
const shuffled = (posts: readonly SandboxPost[], dice: Dice): readonly SandboxPost[] =>
  posts.map((post) => (dice.next() < 0.2 ? { ...post, afterMs: dice.whole(1, 3000) } : post))

const bookOf = ([order, parcels]: readonly [string, readonly Parcel[]]): BookOrder => {
  const items = parcels.flatMap((parcel) => parcel.items)
  const total = items.reduce((sum, item) => sum + totalOf(item), 0)
  return {
    externalId: order,
    number: order,
    currency: 'INR',
    total: (total / 100).toFixed(2),
    refunded: '0.00',
    lines: items.map(({ id, product, quantity, word }) => ({
      id,
      sku: products[product]?.sku ?? '',
      quantity: String(quantity),
      cancelled: word === 'CANCELLED' ? String(quantity) : '0',
    })),
    cancelled: items.every(({ word }) => word === 'CANCELLED'),
  }
}
