import { missed } from './fail.ts'
import { type Compiled, isAbsent, type Scope, type Site } from './grammar.ts'

/** A condition: true, false, or nothing, which counts as false. Anything else is refused. */
export const truthOf =
  (site: Site, of: Compiled): ((scope: Scope) => boolean) =>
  (scope) => {
    const came = of.run(scope)
    if (came === true) return true
    if (came === false || isAbsent(came)) return false
    throw missed(site, { scope, of, came, expected: 'true or false' })
  }
