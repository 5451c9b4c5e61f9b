import type { Connection } from '../../config/connection.ts'
import type { CommandName, Receipt } from '../canonical/commands.ts'
import type { Event } from '../canonical/events.ts'
import type { Code, Remedy } from '../kernel/errors.ts'

/** due → leased → done | dead | parked. Dead was given up; parked waits for a person's one change. */
export const workStates = ['due', 'leased', 'done', 'dead', 'parked'] as const
export type WorkState = (typeof workStates)[number]

export interface RowError {
  readonly code: Code
  readonly message: string
  readonly remedy: Remedy
  /** Safe facts: file, line, path, word. */
  readonly detail?: Readonly<Record<string, unknown>>
}

/** What every row of work has. `dueAt` is there while it is due, or leased: then it says when the lease ends. `settled`: attempts whose end was recorded. */
export interface WorkRow {
  readonly _id: string
  readonly connection: string
  readonly state: WorkState
  readonly dueAt?: Date
  readonly attempt: number
  readonly settled: number
  readonly gen: number
  readonly owner?: string
  readonly error?: RowError
}

/** Posted to us, an answer to a question of ours, handed in with an API key, or out of a queue that the hub empties. */
export const arrivals = ['post', 'query', 'api', 'queue'] as const

/** One inbound communication as it arrived; immutable but for its work fields and what it was found to be about. */
export interface Message extends WorkRow {
  readonly topic: string
  readonly key: string
  readonly ref?: string
  readonly observed?: number
  readonly via: (typeof arrivals)[number]
  readonly headers: Readonly<Record<string, string>>
  readonly keptAt: Date
  readonly bodyDigest: string
  readonly body?: Uint8Array
  /** The blob that holds a body above 16 KiB. */
  readonly blob?: string
  /** The order it tells of, once understood. */
  readonly order?: string
  /** The order's word that it waits for. */
  readonly awaits?: string
}

/** Questions share the outbox with commands. */
export type OutboxName = CommandName | 'read-order'

/** A wish to an outside system and what became of it. `once`: one effect ever. `latest`: only the newest want counts. */
export interface Command extends WorkRow {
  readonly name: OutboxName
  readonly sort: 'once' | 'latest'
  /** Our id of the order it is about. */
  readonly order: string
  /** The key of the shipment, event or external order it is about. */
  readonly about: string
  readonly wish: Readonly<Record<string, unknown>>
  readonly wantSeq: number
  readonly madeAt: Date
  readonly receipt?: Receipt
  readonly doneAt?: Date
  /** Why it ended without being sent. */
  readonly withdrawn?: string
  /** An attempt had no end that is known, or told a part: the channel may know of it. */
  readonly unsure?: true
}

export const pullKinds = ['news', 'backfill', 'reconcile'] as const
export type PullKind = (typeof pullKinds)[number]

/** The stretch of a list that is being read, and the page that comes next. */
export interface Reading {
  readonly list: string
  readonly from: Date
  readonly to: Date
  readonly page?: string
  /** How often it was begun anew because the channel did not take its page any more. */
  readonly restarts: number
}

/** An order that the channel and the hub do not agree on. `sinceSeconds`: how long ago the channel says it changed. */
export const differenceKinds = ['missing', 'stale', 'differing', 'surplus'] as const
export interface Difference {
  readonly kind: (typeof differenceKinds)[number]
  readonly order: string
  readonly part?: string
  readonly rank?: number
  readonly listed?: string
  readonly held?: string
  readonly sinceSeconds: number
}

/** What a reconciliation has found so far. */
export interface Findings {
  readonly held: number
  readonly missing: number
  readonly stale: number
  readonly differing: number
  readonly surplus: number
  /** Changed so lately that their message may be on the way. */
  readonly underWay: number
  /** Held and not listed, and the channel was not asked for them one by one. */
  readonly unasked: number
  readonly cured: number
  readonly longestMissingSeconds: number
  /** Over what is listed, and over what is held of it: equal where nothing differs. */
  readonly digests: { readonly listed: string; readonly held: string }
  /** The first of them, by name. */
  readonly differences: readonly Difference[]
}

/**
 * Asking a channel for its orders, a page a claim. news: for ever, what changed since the last time; one a list. backfill: what was placed
 * in a stretch of time, once. reconcile: what the channel says exists against what is held; its end is the certificate.
 */
export interface Pull extends WorkRow {
  readonly kind: PullKind
  /** Of news: its list. */
  readonly list?: string
  readonly from?: Date
  readonly to?: Date
  readonly cure?: boolean
  readonly madeAt: Date
  readonly doneAt?: Date
  /** Absent between two readings. */
  readonly reading?: Reading
  /** Of news: all that changed before is kept. Of the others: what was placed before is read, of the list that is being read. */
  readonly upTo?: Date
  /** Seconds by which the channel's clock is ahead of ours. */
  readonly skewSeconds?: number
  /** How often what was fetched was looked for. */
  readonly looks?: number
  readonly pages: number
  readonly listed: number
  readonly kept: number
  readonly findings?: Findings
}

/** What is kept of a connection between runs. */
export interface ConnectionRow {
  readonly _id: string
  readonly connector: string
  /** ms until which its allowance is spent (GCRA). */
  readonly spentUntil: number
  /** The same of each lane. */
  readonly lanes?: Readonly<Record<string, number>>
  /** Nothing is sent before this. */
  readonly notBefore?: Date
  /** Tokens that expire, sealed, by the name of their grant. */
  readonly tokens?: Readonly<Record<string, { readonly sealed: string; readonly until: Date }>>
  /** Until when one process alone may get a token, by the name of its grant. */
  readonly turns?: Readonly<Record<string, Date>>
  readonly stopped?: { readonly because: string; readonly at: Date }
  /** What it is, where it was made through the API; secrets by reference. */
  readonly spec?: Connection
}

/** A run of old events of one order. Immutable. */
export interface LedgerPage {
  readonly _id: string
  readonly order: string
  readonly firstSeq: number
  readonly lastSeq: number
  readonly events: readonly Event[]
}

export interface Blob {
  readonly _id: string
  readonly bytes: Uint8Array
}

export const roles = ['viewer', 'operator', 'integrator', 'admin'] as const
export type Role = (typeof roles)[number]

/** An API key: only its hash is kept. */
export interface ApiKey {
  readonly _id: string
  readonly hash: string
  readonly name: string
  readonly role: Role
  readonly madeAt: Date
}
