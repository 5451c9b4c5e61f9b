import { Instant } from '../../canonical/basics.ts'
import { holdKinds } from '../../canonical/words.ts'
import { HubError } from '../../kernel/errors.ts'
import { Closed, type Static, Type, Word } from '../../kernel/schema.ts'
import { isTimezone } from '../../kernel/time.ts'
import type { App, HttpDeps } from '../deps.ts'
import { periodsOf } from '../glance.ts'
import { AtLeast } from '../shapes.ts'
import { workFigures } from '../work-figures.ts'

const ByWord = Type.Record(Type.String(), Type.Integer(), {
  description: 'Orders by word; words of none are left out.',
})
const Period = Closed({
  from: Instant,
  orders: Type.Integer(),
  state: ByWord,
  payment: ByWord,
  fulfilment: ByWord,
  sums: Type.Array(
    Closed({
      currency: Type.String(),
      orders: Type.Integer(),
      minor: Type.Integer({
        description: "Totals in the currency's smallest unit, without cancelled and test orders.",
      }),
    }),
  ),
})

const Summary = Closed({
  at: Instant,
  timezone: Type.String(),
  today: Period,
  week: Period,
  held: Closed({
    orders: Type.Integer({ description: 'Orders that a hold stops now.' }),
    kinds: Type.Array(Closed({ kind: Word(holdKinds), holds: Type.Integer() }), {
      description: 'Of the newest 200 of them.',
    }),
  }),
  work: Type.Array(
    Closed({
      stage: Word(['ingest', 'react', 'push']),
      due: Type.Integer({ description: 'Waits, or is being worked.' }),
      dead: Type.Integer({ description: 'Given up.' }),
      parked: Type.Integer({ description: 'Waits for a person.' }),
      atLeast: AtLeast,
      oldestDue: Type.Optional(Instant),
    }),
  ),
})
type Summary = Static<typeof Summary>

const Query = Closed({
  timezone: Type.Optional(
    Type.String({ maxLength: 60, description: 'Whose calendar says what today is; UTC unless told otherwise.' }),
  ),
})

/** A summary reads many orders: asked again so soon, it is the same. */
const freshMs = 5_000

/** Whether business is well, at a glance. */
export const summaryRoutes = (app: App, deps: HttpDeps): void => {
  let last: { readonly summary: Promise<Summary>; readonly timezone: string; readonly until: number } | undefined
  app.get(
    '/v1/summary',
    {
      config: { role: 'viewer' },
      schema: { tags: ['hub'], summary: 'Business at a glance.', querystring: Query, response: { 200: Summary } },
    },
    async ({ query: { timezone = 'UTC' } }) => {
      if (!isTimezone(timezone))
        throw new HubError(
          'REQUEST_INVALID',
          `expected a time zone such as Europe/Berlin, got ${JSON.stringify(timezone)}`,
        )
      const now = deps.now().getTime()
      if (last === undefined || last.timezone !== timezone || now >= last.until)
        last = { summary: summaryOf(deps, timezone), timezone, until: now + freshMs }
      const { summary } = last
      summary.catch(() => {
        last = undefined
      })
      return summary
    },
  )
}

const summaryOf = async (deps: HttpDeps, timezone: string): Promise<Summary> => {
  const at = deps.now()
  const { orders } = deps.repositories
  const held = { 'headline.state': 'held' }
  const [periods, count, newest, work] = await Promise.all([
    periodsOf(orders, at, timezone),
    orders.count(held),
    orders.list(held, { sort: { placedAt: -1, _id: -1 }, limit: 200 }),
    workFigures(deps),
  ])
  const kinds = Map.groupBy(
    newest.flatMap((order) => order.holds),
    (hold) => hold.kind,
  )
  return {
    at: at.toISOString(),
    timezone,
    ...periods,
    held: { orders: count, kinds: [...kinds].map(([kind, holds]) => ({ kind, holds: holds.length })) },
    work: work.map(({ stage, due, dead, parked, atLeast, oldestDue }) => ({
      ...{ stage, due, dead, parked, atLeast: [...atLeast] },
      ...(oldestDue === undefined ? {} : { oldestDue: oldestDue.toISOString() }),
    })),
  }
}
