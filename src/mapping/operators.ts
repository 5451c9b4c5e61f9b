import { type Checker, Closed, checkerOf } from '../kernel/schema.ts'
import type { Operator } from './grammar.ts'
import { moneyOperators } from './operators-money.ts'
import { numberOperators } from './operators-number.ts'
import { shapeOperators } from './operators-shape.ts'
import { testOperators } from './operators-test.ts'
import { textOperators } from './operators-text.ts'

/** The one table of operators, by name, in the order of the reference page. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  [...textOperators, ...numberOperators, ...moneyOperators, ...testOperators, ...shapeOperators].map((row) => [
    row.name,
    row,
  ]),
)

const checks = new Map<string, Checker<unknown>>()

/** The check of an operator's arguments, compiled when it is first asked for. */
export const checkOf = ({ name, args }: Operator): Checker<unknown> => {
  const known = checks.get(name)
  if (known !== undefined) return known
  const check = checkerOf(Closed(args))
  checks.set(name, check)
  return check
}
