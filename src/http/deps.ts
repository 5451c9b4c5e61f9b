import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { Connection } from '../../config/connection.ts'
import type { Located } from '../../config/read.ts'
import type { ConfigFault } from '../../config/yaml.ts'
import type { EventKind } from '../canonical/events.ts'
import type { Connector } from '../connector/contract.ts'
import type { Account, Accounts } from '../flow/account.ts'
import type { Log } from '../kernel/log.ts'
import type { Bell } from '../queue/bell.ts'
import type { Connections } from '../store/connections.ts'
import type { Inbox } from '../store/inbox.ts'
import type { Keys } from '../store/keys.ts'
import type { Orders } from '../store/orders.ts'
import type { Outbox } from '../store/outbox.ts'
import type { Doc, Filter, FindOptions, Store } from '../store/port.ts'
import type { Pulls } from '../store/pulls.ts'

/** What lists need of a repository. */
export interface Looks<T extends Doc> {
  find(filter: Filter, options: FindOptions): Promise<T[]>
  countWhere(filter: Filter): Promise<number>
}

/** The repositories, as far as the API uses them. */
export interface HttpRepositories {
  readonly inbox: Pick<
    Inbox,
    'keep' | 'bodyOf' | 'read' | 'ofOrder' | 'replay' | 'settle' | 'hasten' | 'find' | 'countWhere'
  >
  readonly outbox: Pick<Outbox, 'read' | 'replay' | 'again' | 'find' | 'countWhere' | 'settle' | 'hasten'>
  readonly pulls: Pick<
    Pulls,
    'read' | 'find' | 'countWhere' | 'ensureNews' | 'hasten' | 'backfill' | 'reconcile' | 'certificate'
  >
  readonly orders: Pick<Orders, 'read' | 'write' | 'list' | 'count' | 'group' | 'events'>
  readonly connections: Pick<Connections, 'all' | 'read' | 'resume' | 'put' | 'remove'>
  readonly keys: Pick<Keys, 'make' | 'find' | 'list' | 'remove'>
}

/** Whether the hub can do its work, and if not, why: one sentence each. */
export interface Readiness {
  readonly ready: boolean
  readonly because: readonly string[]
  /** What is away while work goes on, a sentence each. */
  readonly degraded: readonly string[]
}

/** What making connections takes. */
export interface Connecting {
  /** Those of the config file by their ids: they are changed there alone. */
  readonly inFile: ReadonlyMap<string, Connection>
  /** The check of a config's list of connections; what it gives is to be used only where there is no fault. */
  readonly check: (
    entries: readonly unknown[],
    located: Located,
  ) => {
    readonly connections: readonly Connection[]
    readonly accounts: readonly Account[]
    readonly faults: readonly ConfigFault[]
  }
  /** The account is what all flows find from now on. */
  readonly put: (account: Account) => void
  /** No flow finds it any more. */
  readonly drop: (id: string) => void
  /** Asks the other side for an order. @throws what the other side, or the way to it, refuses */
  readonly ask: (account: Account, subject: string, signal: AbortSignal) => Promise<unknown>
  /** What the other side says is wrong between us, a sentence each. @throws as `ask` */
  readonly health: (account: Account, signal: AbortSignal) => Promise<readonly string[]>
  /** ms after which the other side counts as away */
  readonly timeoutMs: number
}

export interface HttpDeps {
  readonly accounts: Accounts
  readonly repositories: HttpRepositories
  readonly store: Pick<Store, 'ping'>
  readonly bell: Pick<Bell, 'ring' | 'look'>
  readonly listens: (kind: EventKind) => boolean
  /** Absent: connections are those of the config file alone. */
  readonly connecting?: Connecting
  /** All there are, for `GET /v1/connectors`. */
  readonly connectors: readonly Connector[]
  readonly log: Log
  readonly now: () => Date
  readonly version: string
  /** Bytes that a body may have; a connector may say more for its own. */
  readonly bodyLimitBytes: number
  readonly ready: () => Promise<Readiness>
  /** A process that only works is asked how it fares, and nothing else. Absent: everything is served. */
  readonly serves?: 'health'
}

/** The server, with types that follow from each route's schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>
