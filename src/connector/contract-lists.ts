import type { Json } from '../kernel/json.ts'
import type { Answer, Ask, Secrets } from './contract-calls.ts'

/** One order, or one part of it, as the channel lists it. */
export interface Listed {
  /** Its external id. */
  readonly order: string
  /** Which part of it, where orders are told in parts. */
  readonly part?: string
  /** It tells something of an order that it is no listing of (a return): kept, and not compared by the certificate. */
  readonly fact?: true
  /** Its version or time of change in ms: the rank that the mapping gives the same thing. */
  readonly rank: number
  /** Tells two tellings of one rank apart, where the channel's clock is coarser than its changes, or does not know them all. */
  readonly mark?: string
  /** ms: when the channel says it was placed, and changed last. */
  readonly placed: number
  readonly changed: number
  readonly observed?: number
  /** What the channel says the whole order comes to, as decimal text. Absent: it does not say, or says it of parts only. */
  readonly total?: { readonly amount: string; readonly currency: string }
  /** What is kept as a message. Absent: the list only names the order, and it is read by the query. */
  readonly payload?: Json
}

/** A part of an order in the answer to a question. */
export type ToldPart = Pick<Listed, 'part' | 'rank' | 'mark' | 'observed'> & {
  /** Its external id, where the question named something else than the order. */
  readonly order?: string
  readonly payload: Json
}

/** A question to the other side whose answer is kept as a message under `topic`. */
export interface Query<Settings> {
  readonly topic: string
  /** @param subject the order's external id, or what else a look of its mappings names */
  ask(subject: string, settings: Settings): Ask
  /** What must be asked besides, by what the answer says: what the channel tells in another place. */
  more?(answer: Answer, subject: string, settings: Settings): readonly Ask[]
  /** The page after it, where an answer to what `more` asked says that there is one; its answer comes to `read` too. */
  next?(answer: Answer, subject: string, settings: Settings): Ask | undefined
  /**
   * The rank of what was read: its version or time in ms; 'gone' where the channel has it no more. Where one answer tells several
   * parts of the order, each of them: they are kept as a message each.
   * @param more the answers to what `more` and `next` asked
   */
  read(
    answer: Answer,
    more?: readonly Answer[],
  ): Pick<Listed, 'rank' | 'mark' | 'observed'> | { readonly parts: readonly ToldPart[] } | 'gone'
}

export const listedBy = ['changed', 'placed'] as const

/** `from` is in it, `to` is not. `by`: orders changed in it last, or placed in it. */
export interface ListWindow {
  readonly from: Date
  readonly to: Date
  readonly by: (typeof listedBy)[number]
}

export interface ListAt<Settings> {
  readonly window: ListWindow
  readonly settings: Settings
  readonly now: Date
}

/** A list of the channel's orders that is read page by page; each item is kept as a message under `topic`. */
export interface List<Settings> {
  readonly description: string
  readonly topic: string
  /** What it can be asked by. `placed` makes it part of the certificate that nothing is missing. */
  readonly by: readonly ListWindow['by'][]
  /** Seconds before now at which a window must end, for the channel lists later than it answers. */
  readonly lagSeconds: number
  /** Seconds of the longest window that the channel takes; a longer one is split. */
  readonly longestSeconds?: number
  /** Whether this connection has what it takes (a secret that others do without); absent: always. */
  can?(settings: Settings, secrets: Secrets): boolean
  /** @param page what `read` gave as `next`; undefined: the first page */
  ask(at: ListAt<Settings>, page: string | undefined): Ask
  /**
   * @param page what was asked for
   * @throws CHANNEL_UNREADABLE naming what the answer lacks
   */
  read(
    answer: Answer,
    at: ListAt<Settings>,
    page: string | undefined,
  ): { readonly items: readonly Listed[]; readonly next?: string }
}
