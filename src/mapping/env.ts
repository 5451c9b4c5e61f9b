import type { Node } from 'yaml'
import type { Folder } from './folder.ts'
import type { Compiled, Site } from './grammar.ts'

/** What is known where an expression stands. */
export interface Env {
  readonly file: string
  readonly lineOf: (node: Node | null | undefined) => number
  readonly folder: Folder
  /** how many scopes further in than the mapping's own */
  readonly depth: number
  readonly names: ReadonlyMap<string, Variable>
  /** counts the slots of the mapping as they are given out */
  readonly frame: { slots: number }
}

/** A name bound by a `let`. */
export interface Variable {
  readonly slot: number
  readonly depth: number
  readonly value: Compiled
}

/** How the arguments of an operator are made ready: by the compiler of expressions. */
export interface Make {
  readonly node: (node: Node | undefined, env: Env) => Compiled
  readonly word: (text: string, env: Env, site: Site) => Compiled
}

/** An expression that gives nothing: what stands in for one that has a fault. */
export const emptyAt = ({ file, line }: Site): Compiled => ({ file, line, run: () => undefined, where: () => '' })

/** Notes a fault; the expression that has it gives nothing. */
export const faultAt = (env: Env, { file, line }: Site, sentence: string): Compiled => {
  env.folder.faults.push({ file, line, sentence })
  return emptyAt({ file, line })
}
