import type { BookOrder, Sandbox } from '../../src/connector/sandbox.ts'
import { moneyText } from '../../src/kernel/money.ts'
import { answerCall } from './sandbox-api.ts'
import { play } from './sandbox-play.ts'
import type { State } from './sandbox-posts.ts'
import { type Sale, totalOf } from './sandbox-shop.ts'

/** Amazon in small: a seller in India, whose orders are sent by the seller or by Amazon. It sends notifications again, late, and in no order. */
export const sandbox: Sandbox<State> = {
  example: {
    settings: {
      region: 'eu',
      environment: 'production',
      marketplaces: ['A21TJRUUN4KGV'],
      clientId: 'amzn1.application-oa2-client.sandbox',
    },
    secrets: {
      clientSecret: ['sandbox-client-secret'],
      refreshToken: ['Atzr|sandbox-refresh-token'],
      doorToken: ['sandbox-door-token'],
    },
  },
  start: (start) => ({
    start,
    count: 1,
    sales: {},
    told: [],
    calls: 0,
    aboveLimits: 0,
    spent: {},
    tokens: {},
    restricted: {},
    recent: [],
  }),
  play,
  answer: answerCall,
  books: ({ sales, told, calls, aboveLimits }) => ({
    orders: Object.values(sales).map(bookOf),
    told: told.map(({ reference: _, ...row }) => row),
    calls,
    aboveLimits,
  }),
}

const bookOf = (sale: Sale): BookOrder => {
  const { currency } = sale.market
  const total = totalOf(sale)
  const cancelled = sale.status === 'CANCELLED'
  return {
    externalId: sale.id,
    number: sale.id,
    currency,
    ...(total === undefined ? {} : { total: moneyText({ minor: total, currency }) }),
    refunded: moneyText({ minor: 0, currency }),
    lines: sale.items.map(({ id, sku, quantity }) => ({
      id,
      sku,
      quantity: String(quantity),
      cancelled: cancelled ? String(quantity) : '0',
    })),
    cancelled,
  }
}
