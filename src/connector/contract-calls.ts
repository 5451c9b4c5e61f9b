import type { Code } from '../kernel/errors.ts'
import type { Json } from '../kernel/json.ts'

/** Resolved secrets by name; each a list, newest first, so that one can be rotated without a gap. */
export type Secrets = Readonly<Record<string, readonly string[]>>

/**
 * A request to the other side. `path` begins with '/', relative to the connector's base. `body` goes as JSON, `form` in its place as
 * application/x-www-form-urlencoded. `lane` names an allowance of its own, `grant` the token that proves us: `access` where absent.
 */
export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly form?: Readonly<Record<string, string>>
  readonly lane?: string
  readonly grant?: string
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
