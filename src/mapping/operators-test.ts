import { missed } from './fail.ts'
import {
  type Args,
  Expression,
  Expressions,
  isAbsent,
  isKeyed,
  type Operator,
  type Run,
  type Value,
} from './grammar.ts'
import { truthOf } from './truth.ts'

const group = 'Conditions'

/** Numbers and texts are alike: what reads as the same text is the same. */
const textOf = (value: Value): string | undefined =>
  isAbsent(value) || typeof value === 'object' ? undefined : String(value)

const comparing = (args: Args): Run => {
  const [of, to] = [args.here('is'), args.here('to')]
  return (scope) => {
    const came = textOf(of.run(scope))
    return came !== undefined && came === textOf(to.run(scope))
  }
}

const listing = (args: Args): Run => {
  const of = args.here('one-of')
  const words = args.list('words')
  const literals = new Set(words.map(({ literal }) => textOf(literal)))
  const others = words.filter(({ literal }) => literal === undefined)
  return (scope) => {
    const came = textOf(of.run(scope))
    return came !== undefined && (literals.has(came) || others.some(({ run }) => textOf(run(scope)) === came))
  }
}

const measuring = (args: Args): Run => {
  const number = (name: string): ((scope: Parameters<Run>[0]) => number | undefined) => {
    const of = args.here(name)
    return (scope) => {
      const came = of.run(scope)
      if (isAbsent(came)) return undefined
      const read = isKeyed(came) ? came['minor'] : came
      const value = typeof read === 'string' && /^[+-]?\d+(?:\.\d+)?$/.test(read) ? Number(read) : read
      if (typeof value !== 'number') throw missed(args, { scope, of, came, expected: 'a number' })
      return value
    }
  }
  const [of, than] = [number('greater'), number('than')]
  return (scope) => {
    const [left, right] = [of(scope), than(scope)]
    return left !== undefined && right !== undefined && left > right
  }
}

const isThere = (value: Value): boolean => {
  if (isAbsent(value)) return false
  return typeof value !== 'object' || Object.keys(value).length > 0
}

export const testOperators: readonly Operator[] = [
  {
    name: 'is',
    group,
    args: { is: Expression, to: Expression },
    pipe: { of: 'is', words: ['to'] },
    doc: 'True where both read the same; a number equals its text. Nothing equals nothing else, nor itself.',
    example: { payload: { state: 'paid' }, write: 'state | is =paid', gives: true },
    compile: comparing,
  },
  {
    name: 'one-of',
    group,
    args: { 'one-of': Expression, words: Expressions },
    pipe: { of: 'one-of', words: ['words'], rest: true },
    doc: 'True where the value is one of the words.',
    example: { payload: { state: 'voided' }, write: 'state | one-of =paid =voided', gives: true },
    compile: listing,
  },
  {
    name: 'present',
    group,
    args: { present: Expression },
    pipe: { of: 'present' },
    doc: 'True where there is something: not null, not an empty text, list or object. false and 0 are something.',
    example: { payload: { note: '' }, write: 'note | present', gives: false },
    compile: (args) => {
      const { run } = args.here('present')
      return (scope) => isThere(run(scope))
    },
  },
  {
    name: 'greater',
    group,
    args: { greater: Expression, than: Expression },
    pipe: { of: 'greater', words: ['than'] },
    doc: 'True where the number, or amount, is greater. False where either is unknown.',
    example: { payload: { tax: '0.01' }, write: 'tax | greater 0', gives: true },
    compile: measuring,
  },
  {
    name: 'all',
    group,
    args: { all: Expressions },
    doc: 'True where every condition holds.',
    example: { payload: { paid: true, state: 'open' }, write: "all: [paid, 'state | is =open']", gives: true },
    compile: (args) => {
      const conditions = args.list('all').map((of) => truthOf(args, of))
      return (scope) => conditions.every((holds) => holds(scope))
    },
  },
  {
    name: 'any',
    group,
    args: { any: Expressions },
    doc: 'True where one condition holds.',
    example: { payload: { paid: false, free: true }, write: 'any: [paid, free]', gives: true },
    compile: (args) => {
      const conditions = args.list('any').map((of) => truthOf(args, of))
      return (scope) => conditions.some((holds) => holds(scope))
    },
  },
  {
    name: 'not',
    group,
    args: { not: Expression },
    pipe: { of: 'not' },
    doc: 'True where the condition does not hold.',
    example: { payload: { note: null }, write: 'note | present | not', gives: true },
    compile: (args) => {
      const holds = truthOf(args, args.here('not'))
      return (scope) => !holds(scope)
    },
  },
]
