import { missed } from './fail.ts'
import { type Args, type Compiled, isAbsent, isKeyed, isList, type Scope } from './grammar.ts'
import { truthOf } from './truth.ts'

/** The scope of one item, and the expression that gives it. */
export interface ItemScope extends Scope {
  readonly itself: Compiled
}

/** Visits each item of a list, or each member of an object; false where there is neither. `where` leaves items out. */
export type Walk = (scope: Scope, visit: (item: ItemScope) => boolean | undefined | void) => boolean

/** The walker over the argument `name`, with its `where`: what each, find and sum have in common. */
export const walkerOf = (args: Args, name: string): Walk => {
  const of = args.here(name)
  const itself: Compiled = { file: args.file, line: args.line, run: ({ here }) => here, where: () => '' }
  const holds = args.has('where') ? truthOf(args, args.inside('where')) : undefined
  return (scope, visit) => {
    const came = of.run(scope)
    if (isAbsent(came)) return false
    if (!isKeyed(came)) throw missed(args, { scope, of, came, expected: 'a list or an object' })
    const { frame } = scope
    const one = (here: Scope['here'], index: number | string): boolean => {
      const item: ItemScope = { here, up: scope, frame, index, from: of.where, itself }
      return (holds === undefined || holds(item)) && visit(item) === true
    }
    if (isList(came)) came.some((here, index) => one(here, index))
    else Object.keys(came).some((key) => one(came[key], key))
    return true
  }
}
