import { Id, Instant } from '../canonical/basics.ts'
import { Receipt } from '../canonical/commands.ts'
import type { Order } from '../canonical/order.ts'
import { type Code, codes, remedies } from '../kernel/errors.ts'
import { Closed, type Static, type TSchema, Type, Word } from '../kernel/schema.ts'
import { arrivals, type Command, type Message, type RowError, roles, type WorkRow, workStates } from '../store/rows.ts'
import { lookedAt } from './work-figures.ts'

/** An order, by reference, so that the description states its shape once. */
export const OrderShown = Type.Unsafe<Order>({ $ref: 'Order#' })

/** One page of a list; `next` is the cursor of the page after, null at the end. */
export const PageOf = <S extends TSchema>(item: S) =>
  Closed({ items: Type.Array(item), next: Type.Union([Type.String(), Type.Null()]) })

/** A list that is always whole. */
export const ListOf = <S extends TSchema>(item: S) => Closed({ items: Type.Array(item) })

/** The address of one thing by its id. */
export const ById = Closed({ id: Id })

export const NoQuery = Closed({})

/** Which figures of rows of work beside it are cut off. */
export const AtLeast = Type.Array(Word(['due', 'dead', 'parked']), {
  description: `The figures of which there may be more: no more than ${lookedAt} rows were counted. Empty: all are exact.`,
})

const Failure = Closed({
  code: Type.String(),
  message: Type.String(),
  remedy: Word(remedies),
  cure: Type.String({ description: 'What a person does about it.' }),
  detail: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'File, line, path, word.' })),
})

/** What every row of work shows. */
export const work = {
  id: Id,
  connection: Id,
  state: Word(workStates, 'dead: given up; parked: waits for a person. Both can be replayed.'),
  dueAt: Type.Optional(Type.String({ description: 'When it is taken up, or, while it is worked, given up on.' })),
  attempt: Type.Integer(),
  error: Type.Optional(Failure),
}

const message = {
  ...work,
  topic: Type.String(),
  key: Type.String({ description: "The sender's own identity of it." }),
  ref: Type.Optional(Type.String()),
  via: Word(arrivals),
  keptAt: Instant,
  order: Type.Optional(Id),
  awaits: Type.Optional(Id),
}
export const MessageShown = Closed(message)
export type MessageShown = Static<typeof MessageShown>

/** A message with what it said: personal data. */
export const MessageWhole = Closed({
  ...message,
  headers: Type.Record(Type.String(), Type.String()),
  body: Type.String(),
  encoding: Word(['utf-8', 'base64'], 'base64 where the body is no text.'),
})

export const CommandShown = Closed({
  ...work,
  name: Type.String(),
  sort: Word(['once', 'latest'], 'once: has one effect ever; latest: only the newest want counts.'),
  order: Id,
  about: Type.String(),
  wish: Type.Record(Type.String(), Type.Unknown()),
  madeAt: Instant,
  doneAt: Type.Optional(Instant),
  receipt: Type.Optional(Receipt),
  withdrawn: Type.Optional(Type.String({ description: 'Why it ended without being sent.' })),
})
export type CommandShown = Static<typeof CommandShown>

export const KeyShown = Closed({ id: Id, name: Type.String(), role: Word(roles), madeAt: Instant })
export type KeyShown = Static<typeof KeyShown>

export const messageShown = (row: Message): MessageShown => ({
  ...workShown(row),
  topic: row.topic,
  key: row.key,
  via: row.via,
  keptAt: row.keptAt.toISOString(),
  ...(row.ref === undefined ? {} : { ref: row.ref }),
  ...(row.order === undefined ? {} : { order: row.order }),
  ...(row.awaits === undefined ? {} : { awaits: row.awaits }),
})

export const commandShown = (row: Command): CommandShown => ({
  ...workShown(row),
  name: row.name,
  sort: row.sort,
  order: row.order,
  about: row.about,
  wish: row.wish,
  madeAt: row.madeAt.toISOString(),
  ...(row.doneAt === undefined ? {} : { doneAt: row.doneAt.toISOString() }),
  ...(row.receipt === undefined ? {} : { receipt: row.receipt }),
  ...(row.withdrawn === undefined ? {} : { withdrawn: row.withdrawn }),
})

export const workShown = ({ _id, connection, state, dueAt, attempt, error }: WorkRow) => ({
  id: _id,
  connection,
  state,
  ...(dueAt === undefined ? {} : { dueAt: dueAt.toISOString() }),
  attempt,
  ...(error === undefined ? {} : { error: failureShown(error, state) }),
})

const givenUp = 'It was tried by the schedule and given up: mend what the message names, then replay.'

const failureShown = (
  { code, message: sentence, remedy, detail }: RowError,
  state: Message['state'],
): Static<typeof Failure> => ({
  code,
  message: sentence,
  remedy,
  cure: state === 'dead' && remedy === 'retry' ? givenUp : cureOf(code),
  ...(detail === undefined ? {} : { detail }),
})

/** Rows outlive programs: a code of another version has no cure here. */
const cureOf = (code: Code): string => (Object.hasOwn(codes, code) ? codes[code].cure : 'Read the message.')
