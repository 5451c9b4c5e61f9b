import { Act } from '../canonical/acts.ts'
import { Event } from '../canonical/events.ts'
import { Order } from '../canonical/order.ts'
import { Closed, checkerOf, type Static, type TSchema, Type } from '../kernel/schema.ts'

/** What the verbs read of the API's answers; more may stand in them. Orders are read whole. */
const Failure = Type.Object({ code: Type.String(), message: Type.String(), cure: Type.String() })

const work = {
  id: Type.String(),
  connection: Type.String(),
  state: Type.String(),
  dueAt: Type.Optional(Type.String()),
  attempt: Type.Integer(),
  error: Type.Optional(Failure),
}
const MessageRow = Type.Object({
  ...work,
  topic: Type.String(),
  keptAt: Type.String(),
  order: Type.Optional(Type.String()),
  awaits: Type.Optional(Type.String()),
})
const CommandRow = Type.Object({
  ...work,
  name: Type.String(),
  madeAt: Type.String(),
  order: Type.String(),
  about: Type.String(),
  withdrawn: Type.Optional(Type.String()),
  receipt: Type.Optional(Type.Object({ externalIds: Type.Array(Type.String()) })),
})
const Work = Type.Object({
  due: Type.Integer(),
  dead: Type.Integer(),
  parked: Type.Integer(),
  atLeast: Type.Array(Type.String()),
})
const ConnectionRow = Type.Object({
  id: Type.String(),
  connector: Type.String(),
  configured: Type.Boolean(),
  enabled: Type.Boolean(),
  webhook: Type.Optional(Type.String()),
  stopped: Type.Optional(Type.Object({ because: Type.String(), at: Type.String() })),
  notBefore: Type.Optional(Type.String()),
  lastKeptAt: Type.Optional(Type.String()),
  certificate: Type.Optional(Type.Object({ at: Type.String(), complete: Type.Boolean(), differences: Type.Integer() })),
  messages: Work,
  commands: Work,
})
const PullRow = Type.Object({
  ...work,
  kind: Type.String(),
  list: Type.Optional(Type.String()),
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.String()),
  upTo: Type.Optional(Type.String()),
  madeAt: Type.String(),
  doneAt: Type.Optional(Type.String()),
  pages: Type.Integer(),
  listed: Type.Integer(),
  kept: Type.Integer(),
  skewSeconds: Type.Optional(Type.Integer()),
  findings: Type.Optional(
    Type.Object({
      held: Type.Integer(),
      missing: Type.Integer(),
      stale: Type.Integer(),
      differing: Type.Integer(),
      surplus: Type.Integer(),
      underWay: Type.Integer(),
      unasked: Type.Integer(),
      cured: Type.Integer(),
      longestMissingSeconds: Type.Integer(),
      complete: Type.Boolean(),
      digests: Type.Object({ listed: Type.String(), held: Type.String() }),
      differences: Type.Array(
        Type.Object({
          kind: Type.String(),
          order: Type.String(),
          part: Type.Optional(Type.String()),
          listed: Type.Optional(Type.String()),
          held: Type.Optional(Type.String()),
          sinceSeconds: Type.Integer(),
        }),
      ),
    }),
  ),
})
const KeyRow = Type.Object({ id: Type.String(), name: Type.String(), role: Type.String(), madeAt: Type.String() })

export type MessageRow = Static<typeof MessageRow>
export type CommandRow = Static<typeof CommandRow>
export type ConnectionRow = Static<typeof ConnectionRow>
export type PullRow = Static<typeof PullRow>
export type KeyRow = Static<typeof KeyRow>

const PageOf = <S extends TSchema>(item: S) =>
  Type.Object({ items: Type.Array(item), next: Type.Union([Type.String(), Type.Null()]) })
const ListOf = <S extends TSchema>(item: S) => Type.Object({ items: Type.Array(item) })

/** The checks of what the API answers, by what it is. */
export const answers = {
  order: checkerOf(Order),
  orders: checkerOf(PageOf(Order)),
  entered: checkerOf(Type.Object({ act: Act, order: Order })),
  events: checkerOf(Type.Object({ items: Type.Array(Event) })),
  message: checkerOf(MessageRow),
  messages: checkerOf(PageOf(MessageRow)),
  command: checkerOf(CommandRow),
  commands: checkerOf(PageOf(CommandRow)),
  ordersCommands: checkerOf(ListOf(CommandRow)),
  connection: checkerOf(ConnectionRow),
  connections: checkerOf(ListOf(ConnectionRow)),
  connectors: checkerOf(
    ListOf(Type.Object({ id: Type.String(), commands: Type.Array(Type.Object({ name: Type.String() })) })),
  ),
  pull: checkerOf(PullRow),
  pulls: checkerOf(ListOf(PullRow)),
  keys: checkerOf(ListOf(KeyRow)),
  madeKey: checkerOf(Type.Object({ ...KeyRow.properties, key: Type.String() })),
  settled: checkerOf(Type.Object({ settled: Type.Boolean() })),
  replayed: checkerOf(Type.Object({ replayed: Type.Integer(), rebuilt: Type.Optional(Type.String()) })),
  rebuilt: checkerOf(Type.Object({ changed: Type.Boolean(), messages: Type.Integer() })),
  placed: checkerOf(
    Closed({
      message: Type.String(),
      order: Type.String(),
      state: Type.Unsafe<'kept' | 'seen'>(Type.Enum(['kept', 'seen'])),
    }),
  ),
} as const
