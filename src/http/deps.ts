import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { EventKind } from '../canonical/events.ts'
import type { Connector } from '../connector/contract.ts'
import type { Accounts } from '../flow/account.ts'
import type { Log } from '../kernel/log.ts'
import type { Bell } from '../queue/bell.ts'
import type { Connections } from '../store/connections.ts'
import type { Inbox } from '../store/inbox.ts'
import type { Keys } from '../store/keys.ts'
import type { Orders } from '../store/orders.ts'
import type { Outbox } from '../store/outbox.ts'
import type { Doc, Filter, FindOptions, Store } from '../store/port.ts'

/** What lists need of a repository. */
export interface Looks<T extends Doc> {
  find(filter: Filter, options: FindOptions): Promise<T[]>
  countWhere(filter: Filter): Promise<number>
}

/** The repositories, as far as the API uses them. */
export interface HttpRepositories {
  readonly inbox: Pick<Inbox, 'keep' | 'bodyOf' | 'read' | 'ofOrder' | 'replay' | 'find' | 'countWhere'>
  readonly outbox: Pick<Outbox, 'read' | 'replay' | 'find' | 'countWhere' | 'settle'>
  readonly orders: Pick<Orders, 'read' | 'write' | 'list' | 'count' | 'group' | 'events'>
  readonly connections: Pick<Connections, 'all' | 'read' | 'resume'>
  readonly keys: Pick<Keys, 'make' | 'find' | 'list' | 'remove'>
}

/** Whether the hub can do its work, and if not, why: one sentence each. */
export interface Readiness {
  readonly ready: boolean
  readonly because: readonly string[]
}

export interface HttpDeps {
  readonly accounts: Accounts
  readonly repositories: HttpRepositories
  readonly store: Pick<Store, 'ping'>
  readonly bell: Pick<Bell, 'ring'>
  readonly listens: (kind: EventKind) => boolean
  /** All there are, for `GET /v1/connectors`. */
  readonly connectors: readonly Connector[]
  readonly log: Log
  readonly now: () => Date
  readonly version: string
  /** Bytes that a body may have; a connector may say more for its own. */
  readonly bodyLimitBytes: number
  readonly ready: () => Promise<Readiness>
}

/** The server, with types that follow from each route's schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>
