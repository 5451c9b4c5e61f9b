import { exponentOf, type Money, money, readMoney, sumMoney, zero } from '../kernel/money.ts'
import { addQuantity, subtractQuantity } from '../kernel/quantity.ts'
import { Type, Word } from '../kernel/schema.ts'
import { expectationOf, missed } from './fail.ts'
import {
  type Args,
  type Compiled,
  Expression,
  Expressions,
  isAbsent,
  type Operator,
  type Run,
  type Scope,
  type Value,
} from './grammar.ts'
import { reading } from './operators-text.ts'
import { productOf } from './product.ts'
import { walkerOf } from './walk.ts'

const group = 'Money and sums'

/** The currency at work in a scope; a code that is none, or nothing, is refused at its own path. */
const currencyIn = (args: Args): ((scope: Scope) => string) => {
  const of = args.currency()
  return (scope) => {
    const came = of.run(scope)
    if (typeof came !== 'string') throw missed(args, { scope, of, came, expected: 'a currency' })
    try {
      exponentOf(came)
    } catch (cause) {
      throw missed(args, { scope, of, came, expected: expectationOf(cause), cause })
    }
    return came
  }
}

/** An amount as a plain value. */
const plainly = ({ minor, currency }: Money): Value => ({ minor, currency })

const madeAmount = 'an amount made by money or minor'

const isMoney = (value: Value): value is { readonly minor: number; readonly currency: string } =>
  typeof value === 'object' && value !== null && 'minor' in value && 'currency' in value

const onMoney = (args: Args, name: string, read: (came: string | number | boolean, currency: string) => Money): Run => {
  const currency = currencyIn(args)
  const of = args.here(name)
  return reading(args, of, (came, scope) => plainly(read(came, currency(scope))))
}

const wholeOf = (came: string | number | boolean): number => {
  if (typeof came === 'number') return came
  return typeof came === 'string' && /^-?\d+$/.test(came) ? Number(came) : Number.NaN
}

interface Term {
  readonly of: Compiled
  readonly value: Money | number
}

/** The terms of a sum; undefined as soon as one is unknown. */
const termsOf = (args: Args, members: readonly Compiled[], scope: Scope): readonly Term[] | undefined => {
  const terms: Term[] = []
  for (const of of members) {
    const value = of.run(scope)
    if (isAbsent(value)) return undefined
    if (typeof value !== 'number' && !isMoney(value))
      throw missed(args, {
        scope,
        of,
        came: value,
        expected: 'an amount made by money or minor, or a quantity made by units',
      })
    terms.push({ of, value })
  }
  return terms
}

const folding =
  (name: 'add' | 'subtract', sign: 1 | -1) =>
  (args: Args): Run => {
    const members = args.list(name)
    return (scope) => {
      const [first, ...others] = termsOf(args, members, scope) ?? []
      if (first === undefined) return undefined
      let total = first.value
      for (const { of, value } of others) total = combined(args, { scope, of, total, value, sign })
      return typeof total === 'number' ? total : plainly(total)
    }
  }

interface Combining {
  readonly scope: Scope
  readonly of: Compiled
  readonly total: Money | number
  readonly value: Money | number
  readonly sign: 1 | -1
}

const combined = (args: Args, { scope, of, total, value, sign }: Combining): Money | number => {
  if (typeof total === 'number' && typeof value === 'number')
    return sign === 1 ? addQuantity(total, value) : subtractQuantity(total, value)
  if (typeof total === 'number' || typeof value === 'number')
    throw missed(args, {
      scope,
      of,
      came: typeof value === 'number' ? value : value.minor,
      expected: 'amounts only, or quantities only',
    })
  if (total.currency !== value.currency)
    throw missed(args, { scope, of, came: value.currency, expected: `an amount in ${total.currency}` })
  return money(total.minor + sign * value.minor, total.currency)
}

/** Strict: a member that is unknown makes the sum unknown; an empty list is zero. */
const summing = (args: Args): Run => {
  const currency = currencyIn(args)
  const walk = walkerOf(args, 'sum')
  const give = args.has('give') ? args.inside('give') : undefined
  return (scope) => {
    const amounts: Money[] = []
    let known = true
    const listed = walk(scope, (item) => {
      const value = give === undefined ? item.here : give.run(item)
      if (isMoney(value)) amounts.push(value)
      else if (isAbsent(value)) known = false
      else throw missed(args, { scope: item, of: give ?? item.itself, came: value, expected: madeAmount })
      return !known
    })
    if (!listed || !known) return undefined
    return plainly(sumMoney(currency(scope), amounts))
  }
}

const multiplying = (args: Args): Run => {
  const currency = currencyIn(args)
  const by = args.here('by')
  const rounded = args.text('round', '') === 'half-up'
  return reading(args, args.here('times'), (came, scope) => {
    const quantity = by.run(scope)
    if (isAbsent(quantity)) return undefined
    return plainly(productOf({ price: String(came), quantity: String(quantity), currency: currency(scope), rounded }))
  })
}

const negating = (args: Args): Run => {
  const of = args.here('negate')
  return (scope) => {
    const came = of.run(scope)
    if (isAbsent(came)) return undefined
    if (!isMoney(came)) throw missed(args, { scope, of, came, expected: madeAmount })
    return plainly(money(-came.minor, came.currency))
  }
}

const orZero = (args: Args): Run => {
  const currency = currencyIn(args)
  const { run } = args.here('or-zero')
  return (scope) => {
    const came = run(scope)
    return isAbsent(came) ? plainly(zero(currency(scope))) : came
  }
}

const inCurrency = { in: Type.Optional(Expression) }
const priced = { currency: 'EUR' }

export const moneyOperators: readonly Operator[] = [
  {
    name: 'money',
    group,
    args: { money: Expression, ...inCurrency },
    pipe: { of: 'money', words: ['in'] },
    doc: 'An amount from decimal text, exactly. The currency is `in`, else the nearest `let` of `currency`. More digits than the currency has are refused.',
    example: {
      payload: { price: '19.90', currency: 'EUR' },
      write: 'price | money currency',
      gives: { minor: 1990, currency: 'EUR' },
    },
    compile: (args) => onMoney(args, 'money', (came, currency) => readMoney(String(came).trim(), currency)),
  },
  {
    name: 'minor',
    group,
    args: { minor: Expression, ...inCurrency },
    pipe: { of: 'minor', words: ['in'] },
    doc: "An amount from a whole number of the currency's smallest unit.",
    example: {
      payload: { amount: 1990, currency: 'EUR' },
      write: 'amount | minor currency',
      gives: { minor: 1990, currency: 'EUR' },
    },
    compile: (args) => onMoney(args, 'minor', (came, currency) => money(wholeOf(came), currency)),
  },
  {
    name: 'times',
    group,
    args: { times: Expression, by: Expression, ...inCurrency, round: Type.Optional(Word(['half-up'])) },
    doc: 'A price of one unit, as decimal text, times a quantity: exact. A result finer than the currency is refused unless `round: half-up` says otherwise.',
    example: {
      payload: { ...priced, price: '3.35', pieces: 3 },
      write: '{ times: price, by: pieces, in: currency }',
      gives: { minor: 1005, currency: 'EUR' },
    },
    compile: multiplying,
  },
  {
    name: 'add',
    group,
    args: { add: Expressions },
    doc: 'The sum of amounts, or of quantities. A term that is unknown makes the sum unknown: `or-zero` says where it counts as nothing.',
    example: { payload: { sent: '2', kept: 1 }, write: "add: ['sent | units', 'kept | units']", gives: 3 },
    compile: folding('add', 1),
  },
  {
    name: 'subtract',
    group,
    args: { subtract: Expressions },
    doc: 'The first amount or quantity less all others. A term that is unknown makes the result unknown.',
    example: { payload: { ordered: 3, left: 1 }, write: "subtract: ['ordered | units', 'left | units']", gives: 2 },
    compile: folding('subtract', -1),
  },
  {
    name: 'sum',
    group,
    args: { sum: Expression, where: Type.Optional(Expression), give: Type.Optional(Expression), ...inCurrency },
    doc: 'The sum of an amount of each item (of those for which `where` holds). No list gives nothing, an empty one zero; one item whose amount is unknown makes the sum unknown.',
    example: {
      payload: { ...priced, taxes: [{ price: '1.00' }, { price: '0.50' }] },
      write: "{ sum: taxes, give: 'price | money ^.currency', in: currency }",
      gives: { minor: 150, currency: 'EUR' },
    },
    compile: summing,
  },
  {
    name: 'negate',
    group,
    args: { negate: Expression },
    pipe: { of: 'negate' },
    doc: 'The amount with the other sign.',
    example: {
      payload: { ...priced, paid: '-5.00' },
      write: 'paid | money currency | negate',
      gives: { minor: 500, currency: 'EUR' },
    },
    compile: negating,
  },
  {
    name: 'or-zero',
    group,
    args: { 'or-zero': Expression, ...inCurrency },
    pipe: { of: 'or-zero', words: ['in'] },
    doc: 'The amount, or zero where it is unknown: for what a channel leaves out when there is none.',
    example: {
      payload: priced,
      write: 'tip | money currency | or-zero currency',
      gives: { minor: 0, currency: 'EUR' },
    },
    compile: orZero,
  },
]
