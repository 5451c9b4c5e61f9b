import { setTimeout as sleep } from 'node:timers/promises'
import { checkerOf, type Static, Type } from '../../src/kernel/schema.ts'
import { type BenchHub, type OrderSeen, orderSeen, ordersOf, startHub } from './api.ts'
import { benchConfig } from './config.ts'
import { freePort, startPart, wholeNumber } from './processes.ts'
import { busyNotes, figure, type Row } from './rows.ts'

/** Happenings in the sandbox's shop before it is measured, two in five of them a new order; a request asks for so many. */
const sizes = { quick: 200, full: 2_500 } as const
const stepsAtOnce = 100
/** Shipments entered at once. */
const width = 16
/** How often the hub is asked whether it is done: ms. */
const lookEvery = 20

const Books = Type.Object({
  told: Type.Array(
    Type.Object({
      trackingNumber: Type.String(),
      lines: Type.Array(Type.Object({ id: Type.String(), quantity: Type.String() })),
    }),
  ),
  calls: Type.Integer(),
})
type Books = Static<typeof Books>
const booksShown = checkerOf(Books)
const entered = checkerOf(Type.Object({ order: Type.Unknown() }))

/** Shipments entered until their orders bear the receipt, of a sandbox that takes whatever comes. */
export const pushSustained = async (quick: boolean): Promise<readonly Row[]> => {
  const [sandboxPort, hubPort] = [await freePort(), await freePort()]
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`
  const [hub, sandbox] = await Promise.all([
    startHub('work', benchConfig(sandboxUrl), hubPort),
    startPart('sandbox.ts', [String(sandboxPort), `http://127.0.0.1:${hubPort}/webhooks/bench`]),
  ])
  try {
    await sell(sandboxUrl, sizes[quick ? 'quick' : 'full'])
    await hub.drained()
    const orders = await Array.fromAsync(ordersOf(hub, '&state=open'))
    const before = await booksOf(sandboxUrl)
    const [start, cpu] = [performance.now(), await sandbox.cpuSeconds()]
    await enterAll(hub, orders)
    while ((await hub.part.ask('pushing', wholeNumber)) > 0) await sleep(lookEvery)
    const seconds = (performance.now() - start) / 1000
    const share = ((await sandbox.cpuSeconds()) - cpu) / seconds
    const books = await booksOf(sandboxUrl)
    await check(hub, orders, books)
    return [rowOf({ count: orders.length, seconds, calls: books.calls - before.calls, share })]
  } finally {
    await hub.end()
    await sandbox.end()
  }
}

const sell = async (sandboxUrl: string, steps: number): Promise<void> => {
  for (let played = 0; played < steps; played += stepsAtOnce)
    await sandboxSays(sandboxUrl, 'play', { steps: Math.min(stepsAtOnce, steps - played) })
  await sandboxSays(sandboxUrl, 'idle')
}

const booksOf = async (sandboxUrl: string): Promise<Books> => {
  const books = await sandboxSays(sandboxUrl, 'books')
  if (!booksShown.is(books)) throw new Error('the books of the sandbox are in another shape')
  return books
}

const sandboxSays = async (sandboxUrl: string, what: string, body?: unknown): Promise<unknown> => {
  const asked = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const answer = await fetch(`${sandboxUrl}/-/${what}`, asked)
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status} to ${what}`)
  return answer.json()
}

const numberOf = (order: OrderSeen): string => `BENCH-${order.externalId}`

const enterAll = async (hub: BenchHub, orders: readonly OrderSeen[]): Promise<void> => {
  const queue = orders.values()
  const enter = async (): Promise<void> => {
    for (const order of queue)
      await hub.call(`/v1/orders/${order.id}/shipments`, entered, { carrier: 'DHL', trackingNumber: numberOf(order) })
  }
  await Promise.all(Array.from({ length: width }, enter))
}

/** Every order bears a receipt, and the sandbox was told of each unit once. @throws Error it is not so */
const check = async (hub: BenchHub, orders: readonly OrderSeen[], { told }: Books): Promise<void> => {
  const receipts = await hub.part.ask('receipted', wholeNumber)
  if (receipts !== orders.length) throw new Error(`${orders.length} shipments were entered, ${receipts} have a receipt`)
  for (const { id } of orders) {
    const order = await hub.call(`/v1/orders/${id}`, orderSeen)
    const number = numberOf(order)
    const effects = told.filter((one) => one.trackingNumber === number).flatMap(({ lines }) => lines)
    const shipped = order.shipments.find((one) => one.trackingNumber === number)?.lines ?? []
    const [there, here] = [
      effects.map((line) => `${line.id} × ${line.quantity}`),
      shipped.map(({ line, quantity }) => `${order.lines.find((one) => one.id === line)?.externalId} × ${quantity}`),
    ].map((units) => units.toSorted().join(', '))
    if (here === '' || here !== there) throw new Error(`${number}: shipped ${here}; the sandbox was told ${there}`)
  }
}

interface Measured {
  readonly count: number
  readonly seconds: number
  readonly calls: number
  /** Of one core, by the sandbox. */
  readonly share: number
}

const rowOf = ({ count, seconds, calls, share }: Measured): Row => ({
  name: 'push.sustained',
  value: count / seconds,
  unit: 'commands/s',
  better: 'more',
  detail:
    `${figure(count)} shipments entered, told and receipted in ${figure(seconds)} s; ${figure(calls)} calls, ` +
    `sandbox at ${Math.round(share * 100)} % of a core`,
  notes: busyNotes('the sandbox', [share]),
})
