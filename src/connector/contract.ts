import type { CommandName, Receipt, WishOf } from '../canonical/commands.ts'
import type { Code } from '../kernel/errors.ts'
import type { Json } from '../kernel/json.ts'
import type { TSchema } from '../kernel/schema.ts'
import type { Sandbox } from './sandbox.ts'

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

/** Resolved secrets by name; each a list, newest first, so that one can be rotated without a gap. */
export type Secrets = Readonly<Record<string, readonly string[]>>

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

/** A request to the other side. `path` begins with '/', relative to the connector's base. `body` goes as JSON. */
export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** What came back. `body` is undefined where it is no JSON. `at`: its Date header in ms, where there is one. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Uint8Array
  readonly body: Json | undefined
  readonly at?: number
}

/** An answer that is none: which code of the error table, in the channel's words; how long to wait where it says so. */
export interface Trouble {
  readonly code: Code
  readonly sentence: string
  readonly waitSeconds?: number
}

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

/** A question to the other side whose answer is kept as a message under `topic`. */
export interface Query<Settings> {
  readonly topic: string
  ask(subject: string, settings: Settings): Ask
  /** The rank of what was read: its version or time in ms; 'gone' where the channel has it no more. */
  read(answer: Answer): { readonly rank: number; readonly observed?: number } | 'gone'
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
  /** Topic and key of a genuine message. Throws PAYLOAD_UNREADABLE where they are not there. */
  identify?(incoming: Incoming, payload: Json): Identity
  /** Headers that prove to the other side who we are. */
  authorise?(
    ask: Ask,
    at: { readonly secrets: Secrets; readonly settings: Settings; readonly now: Date },
  ): Readonly<Record<string, string>>
  /** Trouble where the answer is none, also inside a 200; undefined where it is good. */
  classify?(answer: Answer, now: Date): Trouble | undefined
  /** Present: `POST /v1/orders` may name a connection of it; the API key stands for the signature. */
  readonly placing?: Placing
  readonly topics: Readonly<Record<string, Topic>>
  readonly queries: { readonly order?: Query<Settings> }
  readonly commands: { readonly [N in CommandName]?: Command<Settings, WishOf<N>> }
  readonly intents: Readonly<Record<string, never>>
  readonly sandbox: Sandbox
}
