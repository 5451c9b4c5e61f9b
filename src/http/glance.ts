import { setImmediate as turn } from 'node:timers/promises'
import { fulfilmentWords, paymentWords, stateWords } from '../canonical/words.ts'
import type { HttpDeps } from './deps.ts'

/** The orders placed since an instant, by their three words, and what they come to. */
export interface Period {
  readonly from: string
  readonly orders: number
  readonly state: Record<string, number>
  readonly payment: Record<string, number>
  readonly fulfilment: Record<string, number>
  /** In the currency's smallest unit; without cancelled and test orders. */
  readonly sums: { readonly currency: string; readonly orders: number; readonly minor: number }[]
}

type Orders = HttpDeps['repositories']['orders']

/** Today, and the seven days that end with it, as the calendar of a time zone has them. */
export const periodsOf = async (
  orders: Orders,
  now: Date,
  timezone: string,
): Promise<{ today: Period; week: Period }> => {
  const midnight = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timezone).startOfDay()
  const today = isoOf(midnight)
  const start = isoOf(midnight.subtract({ days: 6 }).startOfDay())
  const [ofToday, before] = [await sumsOf(orders, today), await sumsOf(orders, start, today)]
  const [words, allWords] = await Promise.all([wordsSince(orders, today), wordsSince(orders, start)])
  return {
    today: { from: today, ...words, sums: listed(ofToday) },
    week: { from: start, ...allWords, sums: listed(added(before, ofToday)) },
  }
}

const isoOf = (time: Temporal.ZonedDateTime): string => new Date(time.epochMilliseconds).toISOString()

const wordsSince = async (orders: Orders, from: string) => {
  const count = async (name: string, words: readonly string[]): Promise<Record<string, number>> => {
    const counts = words.map(
      async (word) => [word, await orders.count({ [`headline.${name}`]: word, placedAt: { $gte: from } })] as const,
    )
    return Object.fromEntries((await Promise.all(counts)).filter(([, found]) => found > 0))
  }
  const [all, state, payment, fulfilment] = await Promise.all([
    orders.count({ placedAt: { $gte: from } }),
    count('state', stateWords),
    count('payment', paymentWords),
    count('fulfilment', fulfilmentWords),
  ])
  return { orders: all, state, payment, fulfilment }
}

type Sums = ReadonlyMap<string, { readonly orders: number; readonly minor: number }>

const spanMs = 2 * 3_600_000

/** Summed in spans of two hours with a turn between them: the embedded store reads each order, and webhooks must not wait for all of them. */
const sumsOf = async (orders: Orders, from: string, to?: string): Promise<Sums> => {
  let sums: Sums = new Map()
  const end = to === undefined ? Date.parse(from) + 25 * 3_600_000 : Date.parse(to)
  for (let at = Date.parse(from); at < end; at += spanMs) {
    const until = new Date(Math.min(at + spanMs, end)).toISOString()
    sums = added(sums, await sumOf(orders, { $gte: new Date(at).toISOString(), $lt: until }))
    await turn()
  }
  return sums
}

const sumOf = async (orders: Orders, placedAt: Readonly<Record<string, string>>): Promise<Sums> => {
  const rows = await orders.group([
    { $match: { placedAt, test: { $ne: true }, 'headline.state': { $ne: 'cancelled' } } },
    { $group: { _id: '$totals.total.currency', orders: { $sum: 1 }, minor: { $sum: '$totals.total.minor' } } },
  ])
  const known = rows.filter(({ _id }) => typeof _id === 'string')
  return new Map(
    known.map(({ _id, orders: count, minor }) => [String(_id), { orders: Number(count), minor: Number(minor) }]),
  )
}

const added = (a: Sums, b: Sums): Sums => {
  const sums = new Map(a)
  for (const [currency, { orders, minor }] of b) {
    const held = sums.get(currency) ?? { orders: 0, minor: 0 }
    sums.set(currency, { orders: held.orders + orders, minor: held.minor + minor })
  }
  return sums
}

const listed = (sums: Sums): Period['sums'] =>
  [...sums].map(([currency, sum]) => ({ currency, ...sum })).sort((a, b) => (a.currency < b.currency ? -1 : 1))
