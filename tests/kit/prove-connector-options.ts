import type { CommandName, WishOf } from '../../src/canonical/commands.ts'
import type { ListWindow, Secrets } from '../../src/connector/contract.ts'
import type { Books } from '../../src/connector/sandbox.ts'
import type { Remedy } from '../../src/kernel/errors.ts'
import type { Json } from '../../src/kernel/json.ts'

/** What goes wrong on the other side, by turns. '429-date' and '429-seconds': the two forms of Retry-After. */
export const failures = [
  '401',
  '403',
  '404',
  '409',
  '422',
  '429-seconds',
  '429-date',
  '500',
  'timeout-before-sending',
  'timeout-after-sending',
] as const
export type Failure = (typeof failures)[number]

/** A request as the vendor documents it. `headers`: all of them, but those that any client sends (accept, host, content-type and the like). */
export interface ExpectedCall {
  readonly method: string
  /** Whole: scheme, host, path and query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** The JSON value sent; absent: no body. */
  readonly body?: unknown
}

/** What has happened so far, for writing down the requests that follow from it. */
export interface SoFar<Wish> {
  readonly wish: Wish
  /** Our id of the command. */
  readonly command: string
  /** The bodies that the sandbox answered, in turn. */
  readonly answers: readonly Json[]
}

/** What a command is held to. */
export interface CommandProof<Wish> {
  /** A wish that the sandbox can grant, about one of its orders; undefined: none of these orders will do, play on. */
  readonly wish: (books: Books) => Wish | undefined
  /** Every request that it gives rise to, in turn, the look included. */
  readonly calls: (soFar: SoFar<Wish>) => readonly ExpectedCall[]
  /** How many effects the other side has seen; its `told` where absent. */
  readonly effects?: (books: Books) => number
  /** Where this API means something else by a status than is usual. */
  readonly remedies?: Partial<Readonly<Record<Failure, Remedy>>>
}

/** What reading an order is held to. */
export interface QueryProof {
  readonly calls: (soFar: { readonly subject: string; readonly answers: readonly Json[] }) => readonly ExpectedCall[]
}

/** What reading a list is held to, by each of what it can be asked by. */
export interface ListProof {
  /** Every request of reading the window from its first page to its last. */
  readonly calls: (soFar: {
    readonly window: ListWindow
    readonly now: Date
    /** The bodies that the sandbox answered, one a page. */
    readonly answers: readonly Json[]
  }) => readonly ExpectedCall[]
}

export interface ProveOptions {
  /** The folder in which mappings/<id> and tests/cases/<id> stand; the project where absent. */
  readonly root?: string
  /** Of the connection that is tried; the sandbox's own example where absent. */
  readonly settings?: Readonly<Record<string, unknown>>
  readonly secrets?: Secrets
  /** Seed of the sandbox's traffic; 1 where absent. */
  readonly seed?: number
  /** Cases there must be besides the six that every connector has. */
  readonly cases?: readonly string[]
  /** Required for each command that the connector has. */
  readonly commands?: { readonly [N in CommandName]?: CommandProof<WishOf<N>> }
  /** Required where the connector may be asked for an order. */
  readonly query?: QueryProof
  /** Required for each list that the connector has. */
  readonly lists?: Readonly<Record<string, ListProof>>
  /** Rule → why it does not hold here. It is run all the same, and must fail: a waiver that is not needed any more is an error. */
  readonly waive?: Readonly<Record<string, string>>
}

/** A rule, named by a sentence; it is broken where `check` throws. */
export interface Rule {
  readonly name: string
  readonly check: () => void | Promise<void>
}
