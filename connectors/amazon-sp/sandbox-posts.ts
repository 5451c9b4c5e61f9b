import type { BookTold, SandboxPost, SandboxStart } from '../../src/connector/sandbox.ts'
import type { RestrictedRequest } from './payloads.ts'
import { type Market, markets, type Sale } from './sandbox-shop.ts'

/** The other side's whole memory: plain values only. */
export interface State {
  readonly start: SandboxStart
  readonly count: number
  readonly sales: Readonly<Record<string, Sale>>
  readonly told: readonly (BookTold & { readonly reference: string })[]
  readonly calls: number
  readonly aboveLimits: number
  /** By operation: ms at which every call so far is paid for. */
  readonly spent: Readonly<Record<string, number>>
  /** Access tokens that were granted, and until when each is taken, in ms. */
  readonly tokens: Readonly<Record<string, number>>
  /** Of those that are restricted: what each is for. */
  readonly restricted: Readonly<Record<string, RestrictedRequest['restrictedResources']>>
  /** The last notifications, any of which may be sent again. */
  readonly recent: readonly SandboxPost[]
}

export interface Step {
  readonly state: State
  readonly posts: readonly SandboxPost[]
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

/** The marketplaces of the settings that the sandbox knows; India where it knows none. */
export const marketsOf = ({ settings }: SandboxStart): readonly [Market, ...Market[]] => {
  const wanted: unknown = settings['marketplaces']
  const [first, ...rest] = (Array.isArray(wanted) ? wanted : []).flatMap((id) => markets[String(id)] ?? [])
  return first === undefined
    ? [{ id: 'A21TJRUUN4KGV', name: 'Amazon.in', currency: 'INR', country: 'IN' }]
    : [first, ...rest]
}

/** A message: into the queue where the settings have one; else a function of the merchant's posts it with the secret of the door. */
export const passedOn = ({ start }: State, body: object, note: string): SandboxPost => {
  const text = JSON.stringify(body)
  if (fieldsOf(start.settings['queue'])['url'] !== undefined)
    return { path: '', headers: {}, body: text, note, queued: true }
  return { path: '', headers: doorHeaders(start.secrets['doorToken']?.[0] ?? ''), body: text, note }
}

export const doorHeaders = (token: string): Readonly<Record<string, string>> => ({
  'content-type': 'application/json',
  'x-auth-token': token,
})

/** The words of v0, in which notifications speak. */
export const words = {
  PENDING: 'Pending',
  UNSHIPPED: 'Unshipped',
  PARTIALLY_SHIPPED: 'PartiallyShipped',
  SHIPPED: 'Shipped',
  CANCELLED: 'Canceled',
} as const satisfies Readonly<Record<Sale['status'], string>>

export type Change = 'OrderStatusChange' | 'BuyerRequestedChange'

const metadata = ({ start, count }: State, at: string) => ({
  ApplicationId: 'amzn1.sp.solution.sandbox',
  SubscriptionId: 'subscription-sandbox',
  PublishTime: at,
  NotificationId: `00000000-0000-4000-8000-${String(start.seed).padStart(4, '0')}${String(count).padStart(8, '0')}`,
})

/** ORDER_CHANGE 1.0: schemas/notifications/OrderChangeNotification.json in https://github.com/amzn/selling-partner-api-models, read 24 Nov 2026. */
const orderChange = (state: State, sale: Sale, change: Change): object => ({
  NotificationVersion: '1.0',
  NotificationType: 'ORDER_CHANGE',
  PayloadVersion: '1.0',
  EventTime: sale.changedAt,
  Payload: {
    OrderChangeNotification: {
      NotificationLevel: 'OrderLevel',
      SellerId: 'ASANDBOXSELLER',
      AmazonOrderId: sale.id,
      OrderChangeType: change,
      OrderChangeTrigger: {
        TimeOfOrderChange: sale.status === 'PENDING' ? null : sale.changedAt,
        ChangeReason: change === 'OrderStatusChange' ? 'Order Status Change' : 'Buyer Requested Cancel',
      },
      Summary: {
        MarketplaceId: sale.market.id,
        OrderStatus: words[sale.status],
        PurchaseDate: sale.placedAt,
        DestinationPostalCode: sale.released ? sale.person.postcode : null,
        FulfillmentType: sale.byAmazon ? 'AFN' : 'MFN',
        OrderType: 'StandardOrder',
        OrderItems: sale.items.map((item) => ({
          OrderItemId: item.id,
          SellerSKU: item.sku,
          SupplySourceId: null,
          Quantity: item.quantity,
          QuantityShipped: item.shipped,
          IsBuyerRequestedCancel: change === 'BuyerRequestedChange',
        })),
      },
    },
  },
  NotificationMetadata: metadata(state, sale.changedAt),
})

const sent = (state: State, post: SandboxPost): Step => ({
  state: { ...state, count: state.count + 1, recent: [...state.recent, post].slice(-12) },
  posts: [post],
})

/** A sale as it is now stands in the books, and a notification of each change goes out. */
export const record = (state: State, sale: Sale, changes: readonly Change[] = ['OrderStatusChange']): Step =>
  changes.reduce<Step>(
    (so, change) => {
      const post = passedOn(so.state, orderChange(so.state, sale, change), `ORDER_CHANGE ${words[sale.status]}`)
      const step = sent(so.state, post)
      return { state: step.state, posts: [...so.posts, ...step.posts] }
    },
    { state: { ...state, sales: { ...state.sales, [sale.id]: sale } }, posts: [] },
  )

/** A notification that is about no order; its keys begin with small letters. */
export const feedDone = (state: State, now: Date): Step => {
  const at = now.toISOString()
  const { ApplicationId, SubscriptionId, NotificationId } = metadata(state, at)
  const body = {
    notificationVersion: '2020-09-04',
    notificationType: 'FEED_PROCESSING_FINISHED',
    payloadVersion: '2020-09-04',
    eventTime: at,
    payload: {
      feedProcessingFinishedNotification: {
        sellerId: 'ASANDBOXSELLER',
        accountId: 'amzn1.merchant.o.ASANDBOXSELLER',
        feedId: String(50_000_000_000 + state.count),
        feedType: 'POST_PRODUCT_DATA',
        processingStatus: 'DONE',
      },
    },
    notificationMetadata: {
      applicationId: ApplicationId,
      subscriptionId: SubscriptionId,
      publishTime: at,
      notificationId: NotificationId,
    },
  }
  return sent(state, passedOn(state, body, 'FEED_PROCESSING_FINISHED'))
}
