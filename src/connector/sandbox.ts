import type { Secrets } from './contract.ts'

/** A seeded die: the same seed plays the same traffic. `next` is in [0, 1). */
export interface Dice {
  next(): number
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number
  pick<T>(of: readonly [T, ...T[]]): T
}

/** A call that the hub makes to the other side. Header names in lower case. */
export interface SandboxCall {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface SandboxReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A message the other side posts to us, signed as the vendor signs. */
export interface SandboxPost {
  /** Appended to the connection's webhook address; '' as a rule. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** What it is, in words: 'orders/create', 'forged orders/create'. */
  readonly note: string
  /** A forged one must be refused and leave no trace. */
  readonly forged?: true
  /** ms after the step that it is sent: late and shuffled messages. */
  readonly afterMs?: number
  /** An unsigned hello (`Connector.ping`): answered 200, and no message. */
  readonly ping?: true
  /** The vendor does not send it again where it is not taken. */
  readonly once?: true
  /** It is put into the queue that the hub empties, not posted. */
  readonly queued?: true
}

/** An order in the other side's own books: plain figures, no mapping of ours. Amounts are decimal text. */
export interface BookOrder {
  readonly externalId: string
  readonly number: string
  readonly currency: string
  /** Absent: the channel says no money yet. */
  readonly total?: string
  readonly refunded: string
  /** Lines as they stand now; `quantity` as ordered, `cancelled` of them no longer wanted. */
  readonly lines: readonly {
    readonly id: string
    readonly sku: string
    readonly quantity: string
    readonly cancelled: string
  }[]
  readonly cancelled: boolean
}

/** What the hub told the other side: one effect a row. */
export interface BookTold {
  readonly order: string
  readonly kind: 'shipped'
  readonly trackingNumber: string
  readonly lines: readonly { readonly id: string; readonly quantity: string }[]
}

export interface Books {
  readonly orders: readonly BookOrder[]
  readonly told: readonly BookTold[]
  /** Calls that reached it, refused ones too. */
  readonly calls: number
  /** Calls above its limits, by its own clock; absent where it has none. */
  readonly aboveLimits?: number
}

export interface SandboxStart {
  readonly seed: number
  readonly settings: Readonly<Record<string, unknown>>
  readonly secrets: Secrets
  /** The address the vendor would have registered for its messages. */
  readonly hookUrl: string
  /** It counts calls and refuses none: for measuring the hub, not the vendor. */
  readonly unlimited?: true
}

/**
 * The other side, in small and pure: state in, state out. It dedupes only as the vendor documents, and uses neither mappings
 * nor src/orders. Its state is its own plain value; nobody else looks inside. `now` is handed in.
 */
export interface Sandbox<State = unknown> {
  /** Settings and secrets that make a connection to it work: what `demo` writes into its config. */
  readonly example: { readonly settings: Readonly<Record<string, unknown>>; readonly secrets: Secrets }
  start(from: SandboxStart): State
  /** The hub calls; what it does may give rise to messages (the echo of a fulfilment). */
  answer(
    state: State,
    call: SandboxCall,
    now: Date,
  ): { readonly state: State; readonly reply: SandboxReply; readonly posts: readonly SandboxPost[] }
  /** One happening in the shop: a new order, an edit, a cancellation, a refund, a duplicate, a forged message. */
  play(state: State, dice: Dice, now: Date): { readonly state: State; readonly posts: readonly SandboxPost[] }
  books(state: State): Books
}
