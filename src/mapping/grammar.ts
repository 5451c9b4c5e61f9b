import type { Json } from '../kernel/json.ts'
import { type TProperties, Type } from '../kernel/schema.ts'

/** What an expression gives: a JSON value, or nothing. null and empty text count as nothing too. */
export type Value = Json | undefined

/** What a mapping is applied to, and what stands around it. */
export interface MapInput {
  readonly payload: Json
  /** the message's headers, names in lower case: `$headers.x-…` */
  readonly headers?: Readonly<Record<string, string>>
  /** of the connection: `$settings.…` */
  readonly settings?: Readonly<Record<string, unknown>>
  /** IANA name; read wall-clock times without a zone in it */
  readonly timezone?: string
  /** when the message says it was made, ms since 1970: `$observed` */
  readonly observed?: number
}

/** One application of one mapping: the input, and a slot for each name that a `let` binds. */
export interface Frame {
  readonly input: MapInput
  readonly slots: Value[]
}

/** Where an expression stands: `here` is what its paths start from. */
export interface Scope {
  readonly here: Value
  readonly up: Scope | undefined
  readonly frame: Frame
  /** position in a list or key in an object, where the scope is an item of one */
  readonly index: number | string | undefined
  /** the payload path of what was entered, asked in `up` */
  readonly from: Where | undefined
}

/** An evaluator. Compiled once at boot; it holds no state. */
export type Run = (scope: Scope) => Value
/** The payload path an expression reads, for error sentences; '' where it reads none. */
export type Where = (scope: Scope) => string

/** A place in a mapping file. */
export interface Site {
  readonly file: string
  readonly line: number
}

/** An expression made ready. `fields` and `parts` let a fault in the result be traced back to its line. */
export interface Compiled extends Site {
  readonly run: Run
  readonly where: Where
  /** where the expression is a literal: its value */
  readonly literal?: Json
  readonly fields?: ReadonlyMap<string, Compiled>
  readonly parts?: readonly Compiled[]
}

/** The values of one use of an operator, as its compile function takes them. */
export interface Args extends Site {
  readonly has: (name: string) => boolean
  /** An expression in the scope where the operator stands. */
  readonly here: (name: string) => Compiled
  /** An expression one scope further in: in each item, in the object entered. */
  readonly inside: (name: string) => Compiled
  /** A list of expressions; a single one is a list of one. */
  readonly list: (name: string) => readonly Compiled[]
  /** Plain text or a word. */
  readonly text: (name: string, otherwise: string) => string
  /** The currency: the argument `in`, else the nearest `let` of `currency`. */
  readonly currency: () => Compiled
  /** Named values, each seeing those before it, then an expression that sees them all. */
  readonly bindings: (name: string, body: string) => { readonly slots: readonly Binding[]; readonly give: Compiled }
  readonly table: (name: string) => Table
  readonly mapping: (name: string) => Program
}

export interface Binding {
  readonly slot: number
  readonly value: Compiled
}

export type Plain = string | number | boolean | null

/** A named table: a channel's word → ours. A row of null is a word that is known and says nothing. */
export interface Table {
  readonly name: string
  readonly rows: ReadonlyMap<string, Plain>
  /** what any other word becomes; undefined: any other word is refused */
  readonly otherwise: Plain | undefined
}

/** A mapping made ready to be applied or used. */
export interface Program {
  readonly give: Compiled
  readonly slots: number
}

/** A worked example of an operator; a test runs it, the page shows it. */
export interface Example {
  readonly payload: Json
  /** the expression, as YAML */
  readonly write: string
  /** undefined: nothing */
  readonly gives: Value
  readonly tables?: Readonly<Record<string, Readonly<Record<string, Plain>>>>
  /** other mappings of the folder, each an expression as YAML */
  readonly mappings?: Readonly<Record<string, string>>
}

/** One row of the operator table: lint, evaluator, reference page and tests read nothing else. */
export interface Operator {
  readonly name: string
  readonly group: string
  /** the arguments of the map form; the first is the operator's own name */
  readonly args: TProperties
  /** how it stands in a pipe: which argument is piped in, which words follow; absent: map form only */
  readonly pipe?: { readonly of: string; readonly words?: readonly string[]; readonly rest?: boolean }
  readonly doc: string
  readonly example: Example
  readonly compile: (args: Args) => Run
}

/** An argument that is an expression. */
export const Expression = Type.Unknown({ description: 'expression' })
/** An argument that is a list of expressions. */
export const Expressions = Type.Array(Type.Unknown(), { minItems: 1, description: 'expressions' })
/** An argument that is plain text or the name of a table or mapping. */
export const Plainly = Type.String({ minLength: 1, description: 'text' })

/** True for what a field leaves out: undefined, null, ''. */
export const isAbsent = (value: Value): value is undefined | null | '' =>
  value === undefined || value === null || value === ''

/** True for an object or list, whose members may be asked by name. */
export const isKeyed = (value: Value): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null

/** True for a list. */
export const isList = (value: Value): value is readonly Json[] => Array.isArray(value)
