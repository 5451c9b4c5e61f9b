import { Closed, checkerOf, Type } from '../../src/kernel/schema.ts'
import { type BenchHub, type OrderSeen, ordersOf } from './api.ts'
import type { LoadResult } from './load-shapes.ts'
import { busyNotes, figure, type Row } from './rows.ts'
import type { Stage } from './stage.ts'
import { noteOf, type Sale } from './webhook-body.ts'
import { type Post, postsOf, salesOf } from './webhooks.ts'

const sizes = { quick: 3_000, full: 40_000 } as const

const figures = checkerOf(Closed({ messages: Type.Integer(), failed: Type.Integer() }))

/** From posted to folded and read back, as fast as it goes. */
export const ordersSustained = async ({ hub, ready, sent }: Stage, quick: boolean): Promise<Row> => {
  const which = { seed: 21, first: 1_000_000, count: sizes[quick ? 'quick' : 'full'] }
  const beside = await (await ready('bare', which)).go()
  const load = await ready('hub', which)
  const posts = sent.flatMap(postsOf)
  const [start, cpu] = [performance.now(), await hub.part.cpuSeconds()]
  const posted = await load.go()
  await hub.drained()
  const folded = (performance.now() - start) / 1000
  await readBack(hub, posts)
  const whole = (performance.now() - start) / 1000
  const spent = (await hub.part.cpuSeconds()) - cpu
  await countAll(hub, posts)
  return rowOf({ posted, beside, folded, whole, spent })
}

/** Reads all orders through the API, and holds each to what was sent of it. @throws Error one is missing, or is not as sent */
const readBack = async (hub: BenchHub, posts: readonly Post[]): Promise<void> => {
  const left = new Map(salesOf(posts))
  for await (const order of ordersOf(hub)) {
    const sale = left.get(Number(order.externalId))
    if (sale === undefined) throw new Error(`order ${order.externalId} was never sent, or was read twice`)
    holdTo(sale, order)
    left.delete(sale.order)
  }
  if (left.size > 0) throw new Error(`${left.size} orders were sent and are not there`)
}

const holdTo = (sale: Sale, { externalId, revision, note, lines, totals, headline }: OrderSeen): void => {
  const total = totals?.total
  const asSent =
    note === noteOf(sale.version) &&
    revision >= 1 &&
    revision <= sale.version &&
    lines.length === sale.lines &&
    total?.minor === sale.total &&
    total.currency === 'EUR' &&
    headline.state === 'open'
  if (asSent) return
  const found = `${note}, revision ${revision}, ${headline.state}, ${lines.length} lines, ${total?.minor}`
  throw new Error(
    `order ${externalId}: expected version ${sale.version}, ${sale.lines} lines, ${sale.total}; found ${found}`,
  )
}

/** @throws Error messages were lost, kept twice, or not understood */
const countAll = async (hub: BenchHub, posts: readonly Post[]): Promise<void> => {
  const sent = posts.filter((post) => !post.repeat).length
  const { messages, failed } = await hub.part.ask('figures', figures)
  if (messages !== sent || failed !== 0)
    throw new Error(`${sent} different messages were sent; ${messages} were kept, and ${failed} failed`)
}

interface Measured {
  readonly posted: LoadResult
  readonly beside: LoadResult
  /** Seconds from the first post until nothing was left to do, and until all was read back. */
  readonly folded: number
  readonly whole: number
  /** Seconds of processor time that the hub used meanwhile. */
  readonly spent: number
}

const rowOf = ({ posted, beside, folded, whole, spent }: Measured): Row => {
  const [rate, bareRate] = [posted.answered / whole, beside.answered / beside.seconds]
  return {
    name: 'orders.sustained',
    value: rate,
    unit: 'messages/s',
    baseline: bareRate,
    ratio: rate / bareRate,
    floor: 1_500,
    better: 'more',
    detail:
      `${figure(posted.answered)} messages: acknowledged in ${figure(posted.seconds)} s, folded in ${figure(folded)} s ` +
      `(${figure(posted.answered / folded)}/s), read back in ${figure(whole)} s; ` +
      `${figure((spent * 1000) / posted.answered)} ms of processor a message; bare Fastify acknowledges ${figure(bareRate)}/s`,
    notes: busyNotes('the load generator', [posted.cpuShare]),
  }
}
