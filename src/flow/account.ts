import type { CheckedConnection } from '../connector/check.ts'
import type { Mapping } from '../mapping/compile.ts'

/** A configured connection with everything resolved: what the flows know of it. */
export type Account = CheckedConnection<Mapping>

/** Finds a connection by its id. */
export interface Accounts {
  find(id: string): Account | undefined
  all(): readonly Account[]
}
