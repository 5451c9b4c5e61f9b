import type { CommandName, Receipt, WishOf } from '../canonical/commands.ts'
import type { Json } from '../kernel/json.ts'
import type { TSchema } from '../kernel/schema.ts'
import type { Answer, Ask, Secrets, Trouble } from './contract-calls.ts'
import type { List, Query } from './contract-lists.ts'
import type { Sandbox } from './sandbox.ts'

export type { Answer, Ask, Secrets, Trouble } from './contract-calls.ts'
export {
  type List,
  type ListAt,
  type Listed,
  type ListWindow,
  listedBy,
  type Query,
  type ToldPart,
} from './contract-lists.ts'

/** A request as it reached us. Header names are in lower case; `body` are the raw bytes the signature is over. */
export interface Incoming {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export const refusalReasons = [
  'no-secret',
  'signature-missing',
  'signature-malformed',
  'wrong-signature',
  'stale',
  'other-account',
] as const
export type RefusalReason = (typeof refusalReasons)[number]
export type Verdict = { readonly genuine: true } | { readonly genuine: false; readonly because: RefusalReason }

/**
 * Who a message is. `key` is the sender's own identity of it: the same message sent again has the same key.
 * `observed`: ms, what the message itself says of when it was made; never our clock.
 */
export interface Identity {
  readonly topic: string
  readonly key: string
  readonly observed?: number
  /** What the sender names besides (its event id), kept for people. */
  readonly ref?: string
}

/** A kind of message. `asked`: only as the answer to a question of ours, never posted. */
export type Topic =
  | {
      readonly maps: string
      readonly description: string
      readonly asked?: true
      readonly prepare?: (payload: Json) => Json
    }
  | { readonly does: 'nothing'; readonly description: string }
  /** The account withdrew its consent: the connection is stopped until it is authorised again. */
  | { readonly does: 'stop'; readonly description: string }
  /** A person must act within a term (privacy): parked with the sentence. */
  | { readonly does: 'person'; readonly description: string }

/**
 * How repeating a command is made safe. key: the API takes our id and answers the same again. look-first: the state is read by our
 * reference before sending again. natural: sending twice has the effect of once. single: none of these; a lost answer parks it.
 */
export const repeats = ['key', 'look-first', 'natural', 'single'] as const
export type Repeat = (typeof repeats)[number]

export interface CommandAt<Settings, Wish> {
  readonly wish: Wish
  readonly settings: Settings
  /** Our id of the command: stable over attempts; serves as idempotency key and reference. */
  readonly command: string
  readonly now: Date
}

/** A command in pure parts; push does the sending: look (if any) → plan → each Ask of it in turn → receipt. */
export interface Command<Settings, Wish> {
  readonly description: string
  repeat(wish: Wish): Repeat
  look?(at: CommandAt<Settings, Wish>): Ask
  /** What to send, or that it is done already. Throws HubError where it cannot be. */
  plan(
    at: CommandAt<Settings, Wish>,
    looked: Answer | undefined,
  ): { readonly send: readonly Ask[] } | { readonly done: Receipt }
  receipt(at: CommandAt<Settings, Wish>, answers: readonly Answer[], looked: Answer | undefined): Receipt
  /** Whether this connection wants it at all; absent: always. Rules ask before they name the command. */
  wanted?(settings: Settings, wish: Wish): boolean
  /** Commands that go elsewhere than the connector's base (a subscriber's address). */
  base?(settings: Settings): string
  /** Headers that prove it is us, where it differs from the connector's; signs the exact bytes sent. */
  sign?(at: CommandAt<Settings, Wish>, body: Uint8Array, secrets: Secrets): Readonly<Record<string, string>>
}

/** A question of how we fare with each other, asked when a connection is tried: whether it still sends what it was to send. */
export interface Health<Settings> {
  ask(settings: Settings): Ask
  /** What is wrong, a sentence each; handed a refusal too, for one may do without the right to ask. `connection`: its id, which is in our addresses. */
  read(answer: Answer, connection: string): readonly string[]
}

/** How a token that expires is got. The core gets it, one process at a time, keeps it sealed and hands it to `authorise`. */
export interface Grant<Settings> {
  /** `base`: another scheme and host than the connector's; then only what is written here goes there. */
  ask(at: {
    readonly settings: Settings
    readonly secrets: Secrets
    readonly now: Date
  }): Ask & { readonly base?: string }
  /** @throws CHANNEL_UNREADABLE */
  read(answer: Answer): { readonly token: string; readonly lastsSeconds: number }
  /** What an answer to the asking means, where it differs from the connector's `classify`. */
  classify?(answer: Answer, now: Date): Trouble | undefined
  /** Whether an answer to a call says that the token has run out: a fresh one is got, once. Absent: 401 does. */
  spent?(answer: Answer): boolean
}

/** Calls of one kind that the other side counts by themselves. */
export interface Lane {
  readonly requestsPerSecond: number
  readonly burst: number
}

/** A queue in the merchant's cloud that the channel fills and the hub empties. */
export interface Mailbox<Settings> {
  /** Its address; undefined where this connection has none. */
  of(settings: Settings): { readonly url: string; readonly region: string } | undefined
  credentials(secrets: Secrets): { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** A door for orders from whoever holds an API key: their shape, and who each is. */
export interface Placing {
  readonly topic: string
  readonly schema: TSchema
  /** `key` identifies the message (external id and version), `order` is the external id. */
  identify(payload: Json): { readonly key: string; readonly order: string }
}

export interface SecretSpec {
  readonly description: string
  readonly required: boolean
}

/**
 * A connector: one value, everything the core knows of an outside system. Learn it by reading that value.
 * It holds no state, reads no environment, starts no timer, writes no log.
 */
export interface Connector<Settings = Readonly<Record<string, unknown>>> {
  readonly id: string
  readonly title: string
  readonly settings: TSchema
  readonly secrets: Readonly<Record<string, SecretSpec>>
  /** What is wrong with settings and secrets taken together, a sentence each; asked at boot of an enabled connection. */
  faults?(settings: Settings, secrets: Secrets): readonly string[]
  /** Bytes a posted body may have; 1 MiB where absent. */
  readonly bodyLimit?: number
  /** Where its API lives: scheme and host, no path. Absent: it has none. */
  base?(settings: Settings): string
  /** Pure, constant-time, never throws; without a configured secret nothing is genuine. Absent: nobody may post to it. */
  verify?(
    incoming: Incoming,
    at: { readonly secrets: Secrets; readonly settings: Settings; readonly now: Date },
  ): Verdict
  /** Whether it is an unsigned hello that must be answered 200 to be sent anything at all. It is answered so, and nothing of it is kept. */
  ping?(incoming: Incoming): boolean
  /** Topic and key of a genuine message. Throws PAYLOAD_UNREADABLE where they are not there. */
  identify?(incoming: Incoming, payload: Json): Identity
  /** Headers that prove to the other side who we are. */
  authorise?(
    ask: Ask,
    at: { readonly secrets: Secrets; readonly settings: Settings; readonly now: Date; readonly token?: string },
  ): Readonly<Record<string, string>>
  /** Query parameters that prove it, for an other side that no header reaches. They go where the headers go, and are told nobody. */
  authoriseQuery?(at: { readonly secrets: Secrets; readonly settings: Settings }): Readonly<Record<string, string>>
  /** Tokens that expire, by name; `access` is the one of calls that name none. */
  readonly grants?: Readonly<Record<string, Grant<Settings>>>
  /** Allowances of calls that the other side counts by themselves, beside that of the connection. */
  readonly lanes?: Readonly<Record<string, Lane>>
  /** Calls a second that an answer says its lane allows, where it says so; it takes the place of what `lanes` says. */
  laneRate?(answer: Answer): number | undefined
  /**
   * A queue that it may fill. What lies in it is identified as what is posted is: `method` is then 'SQS', path and headers are empty; who
   * may fill it is the cloud's to say, so `verify` is not asked.
   */
  readonly mailbox?: Mailbox<Settings>
  /** Trouble where the answer is none, also inside a 200; undefined where it is good. */
  classify?(answer: Answer, now: Date): Trouble | undefined
  /** Present: `POST /v1/orders` may name a connection of it; the API key stands for the signature. */
  readonly placing?: Placing
  readonly topics: Readonly<Record<string, Topic>>
  readonly queries: { readonly order?: Query<Settings> }
  readonly health?: Health<Settings>
  /** Lists of its orders, each with a cursor of its own; together they are all it has. */
  readonly lists?: Readonly<Record<string, List<Settings>>>
  readonly commands: { readonly [N in CommandName]?: Command<Settings, WishOf<N>> }
  readonly intents: Readonly<Record<string, never>>
  readonly sandbox: Sandbox
}
