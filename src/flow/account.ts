import type { Connector, Secrets } from '../connector/contract.ts'
import type { Mapping } from '../mapping/compile.ts'

/** A configured connection with everything resolved: what the flows know of it. */
export interface Account {
  readonly id: string
  readonly connector: Connector
  readonly enabled: boolean
  readonly settings: Readonly<Record<string, unknown>>
  readonly secrets: Secrets
  readonly limits: { readonly requestsPerSecond: number; readonly concurrency: number }
  readonly timezone?: string
  readonly sandboxUrl?: string
  readonly mappings: ReadonlyMap<string, Mapping>
}

/** Finds a connection by its id. */
export interface Accounts {
  find(id: string): Account | undefined
  all(): readonly Account[]
}
