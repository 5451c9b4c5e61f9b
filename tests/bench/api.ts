import { setTimeout as sleep } from 'node:timers/promises'
import { type Checker, Closed, checkerOf, type Static, Type } from '../../src/kernel/schema.ts'
import { type BenchConfig, benchConfig } from './config.ts'
import { hello, type Part, startPart, wholeNumber } from './processes.ts'

/** A hub of the bench, at work or at rest, and its API. */
export interface BenchHub {
  readonly part: Part
  readonly port: number
  /** Calls the API and checks the answer. @throws Error another status than 200 or 201 */
  call<T>(path: string, answer: Checker<T>, body?: unknown): Promise<T>
  /** Waits until nothing is due any more. */
  drained(): Promise<void>
  /** Ends it, and removes its data. */
  end(): Promise<void>
}

/** What the bench looks at of an order. */
const OrderSeen = Type.Object({
  id: Type.String(),
  externalId: Type.String(),
  note: Type.Optional(Type.String()),
  revision: Type.Integer(),
  lines: Type.Array(Type.Object({ id: Type.String(), externalId: Type.String() })),
  totals: Type.Optional(Type.Object({ total: Type.Object({ minor: Type.Integer(), currency: Type.String() }) })),
  headline: Type.Object({ state: Type.String() }),
  shipments: Type.Array(
    Type.Object({
      trackingNumber: Type.Optional(Type.String()),
      lines: Type.Array(Type.Object({ line: Type.String(), quantity: Type.Number() })),
    }),
  ),
})
export type OrderSeen = Static<typeof OrderSeen>
/** One order. */
export const orderSeen = checkerOf(OrderSeen)

const Page = Closed({ items: Type.Array(OrderSeen), next: Type.Union([Type.String(), Type.Null()]) })
type Page = Static<typeof Page>
/** One page of orders. */
export const page = checkerOf(Page)

/** All orders that meet the filters, page by page. */
export async function* ordersOf(hub: BenchHub, filters = ''): AsyncGenerator<OrderSeen> {
  for (let after: string | null = ''; after !== null; ) {
    const found: Page = await hub.call(`/v1/orders?limit=200${filters}${after}`, page)
    yield* found.items
    after = found.next === null ? null : `&cursor=${found.next}`
  }
}

/** How often the hub is asked whether it is done: ms. */
const lookEvery = 20
/** Without an end in so many ms something is wrong. */
const longest = 120_000

/** Starts a hub over an empty folder. */
export const startHub = async (
  workers: 'work' | 'rest',
  config: BenchConfig = benchConfig(),
  port = 0,
): Promise<BenchHub> => {
  const part = await startPart('hub.ts', [workers, String(port)], config.env)
  const reached = await part.ask('hello', hello)
  return {
    part,
    port: reached.port,
    call: (path, answer, body) => call({ ...reached, path, body }, answer),
    drained: async () => {
      for (const until = performance.now() + longest; performance.now() < until; await sleep(lookEvery))
        if ((await part.ask('due', wholeNumber)) === 0) return
      throw new Error(`the hub still has work to do after ${longest / 1000} seconds`)
    },
    end: async () => {
      await part.end()
      config.remove()
    },
  }
}

interface Call {
  readonly port: number
  readonly key?: string | undefined
  readonly path: string
  readonly body: unknown
}

const call = async <T>({ port, key = '', path, body }: Call, answer: Checker<T>): Promise<T> => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })
  const value: unknown = await response.json()
  if (!response.ok) throw new Error(`${path} was answered ${response.status} ${JSON.stringify(value)}`)
  if (answer.is(value)) return value
  const [fault] = answer.faults(value)
  throw new Error(`${path} was answered in another shape: ${fault?.path} ${fault?.expected}`)
}
