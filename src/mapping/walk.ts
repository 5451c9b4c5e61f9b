import { maxLines } from '../canonical/line.ts'
import { HubError } from '../kernel/errors.ts'
import { missed, placeOf } from './fail.ts'
import { type Args, type Compiled, isAbsent, isKeyed, isList, type Scope } from './grammar.ts'
import { truthOf } from './truth.ts'

/** The scope of one item, and the expression that gives it. */
export interface ItemScope extends Scope {
  readonly itself: Compiled
}

/** Visits each item of a list, or each member of an object, until a visit gives true; false where there is neither. */
export type Walk = (scope: Scope, visit: (item: ItemScope) => boolean) => boolean

/** The walker over the argument `name`, with its `where`: what each, find and sum have in common. */
export const walkerOf = (args: Args, name: string): Walk => {
  const of = args.here(name)
  const itself: Compiled = { file: args.file, line: args.line, run: ({ here }) => here, where: placeOf }
  const holds = args.has('where') ? truthOf(args, args.inside('where')) : undefined
  return (scope, visit) => {
    const came = of.run(scope)
    if (isAbsent(came)) return false
    if (!isKeyed(came)) throw missed(args, { scope, of, came, expected: 'a list or an object' })
    const keys = isList(came) ? undefined : Object.keys(came)
    const size = isList(came) ? came.length : Object.keys(came).length
    // Refused before it is walked, so that one huge message holds up no good one.
    if (size > maxLines) throw tooMany(args, of.where(scope), size)
    for (let at = 0; at < size; at += 1) {
      const index = keys?.[at] ?? at
      const item: ItemScope = { here: came[index], up: scope, frame: scope.frame, index, from: of.where, itself }
      if ((holds === undefined || holds(item)) && visit(item)) return true
    }
    return true
  }
}

const tooMany = ({ file, line }: Args, path: string, size: number): HubError =>
  new HubError('ORDER_TOO_LARGE', `${file}:${line}: expected at most ${maxLines} members at ${path}, got ${size}`, {
    file,
    line,
    path,
  })
