import type { Json } from '../kernel/json.ts'
import { Type } from '../kernel/schema.ts'
import { missed, placeOf } from './fail.ts'
import {
  type Args,
  Expression,
  Expressions,
  type Frame,
  isAbsent,
  isList,
  type Operator,
  Plainly,
  type Run,
  type Scope,
  type Value,
} from './grammar.ts'
import { truthOf } from './truth.ts'
import { walkerOf } from './walk.ts'

const choosing = 'Choosing'
const shaping = 'Lists, scopes and names'

const firstOf = (args: Args): Run => {
  const runs = args.list('first').map(({ run }) => run)
  return (scope) => {
    for (const run of runs) {
      const value = run(scope)
      if (!isAbsent(value)) return value
    }
    return undefined
  }
}

const when = (args: Args): Run => {
  const holds = truthOf(args, args.here('when'))
  const then = args.here('then').run
  if (!args.has('else')) return (scope) => (holds(scope) ? then(scope) : undefined)
  const otherwise = args.here('else').run
  return (scope) => (holds(scope) ? then(scope) : otherwise(scope))
}

const looking = (args: Args): Run => {
  const table = args.table('table')
  const of = args.here('of')
  return (scope) => {
    const came = of.run(scope)
    if (isAbsent(came)) return undefined
    const word = String(came)
    const row = typeof came === 'object' ? undefined : table.rows.get(word)
    if (row !== undefined) return row
    if (table.otherwise !== undefined && typeof came !== 'object') return table.otherwise
    throw missed(args, {
      scope,
      of,
      came,
      expected: `a word of table ${table.name}`,
      detail: { word, table: table.name },
    })
  }
}

const each = (args: Args): Run => {
  const walk = walkerOf(args, 'each')
  const give = args.inside('give').run
  return (scope) => {
    const list: Json[] = []
    const listed = walk(scope, (item) => {
      const value = give(item)
      if (value !== undefined && value !== null && value !== '') list.push(value)
      return false
    })
    return listed ? list : undefined
  }
}

const find = (args: Args): Run => {
  const walk = walkerOf(args, 'find')
  const give = args.has('give') ? args.inside('give').run : (item: Scope) => item.here
  return (scope) => {
    let found: Value
    walk(scope, (item) => {
      found = give(item)
      return true
    })
    return found
  }
}

const concat = (args: Args): Run => {
  const runs = args.list('concat').map(({ run }) => run)
  return (scope) => {
    const list: Json[] = []
    for (const run of runs) gather(run(scope), list)
    return list
  }
}

const gather = (value: Value, list: Json[]): void => {
  if (isList(value)) for (const member of value) gather(member, list)
  else if (value !== undefined && value !== null && value !== '') list.push(value)
}

const within = (args: Args): Run => {
  const of = args.here('within')
  const give = args.inside('give').run
  return (scope) => {
    const here = of.run(scope)
    return isAbsent(here) ? undefined : give({ here, up: scope, frame: scope.frame, index: undefined, from: of.where })
  }
}

const bound = (args: Args): Run => {
  const { slots, give } = args.bindings('let', 'give')
  const { run } = give
  const rows = slots.map(({ slot, value }) => ({ slot, run: value.run }))
  return (scope) => {
    for (const row of rows) scope.frame.slots[row.slot] = row.run(scope)
    return run(scope)
  }
}

const use = (args: Args): Run => {
  const program = args.mapping('use')
  const { give, slots } = program
  const of = args.has('of') ? args.here('of') : undefined
  return (scope) => {
    const here = of === undefined ? scope.here : of.run(scope)
    if (isAbsent(here)) return undefined
    const frame: Frame = { input: scope.frame.input, slots: slots === 0 ? scope.frame.slots : [] }
    // Without `of` it stands where its user stands.
    return give.run({ here, up: scope, frame, index: undefined, from: of?.where ?? placeOf })
  }
}

export const shapeOperators: readonly Operator[] = [
  {
    name: 'first',
    group: choosing,
    args: { first: Expressions },
    doc: 'The first that gives something.',
    example: { payload: { phone: null, mobile: '0170' }, write: 'first: [phone, mobile, =unknown]', gives: '0170' },
    compile: firstOf,
  },
  {
    name: 'when',
    group: choosing,
    // biome-ignore lint/suspicious/noThenProperty: the word of the language; a table of schemas is never awaited.
    args: { when: Expression, then: Expression, else: Type.Optional(Expression) },
    doc: 'One of two, by a condition; without `else` the second is nothing. Several cases: `first` over several `when`.',
    example: { payload: { pos: true }, write: '{ when: pos, then: =till, else: =storefront }', gives: 'till' },
    compile: when,
  },
  {
    name: 'table',
    group: choosing,
    args: { table: Plainly, of: Expression },
    pipe: { of: 'of', words: ['table'] },
    doc: 'The word of ours in a named table. A word without a row is refused, by name, unless the table has a row `else`. A row of `~` is a word that is known and says nothing.',
    example: {
      payload: { status: 'OPEN' },
      write: 'status | table states',
      gives: 'pending',
      tables: { states: { OPEN: 'pending', DONE: 'captured' } },
    },
    compile: looking,
  },
  {
    name: 'each',
    group: shaping,
    args: { each: Expression, where: Type.Optional(Expression), give: Expression },
    doc: 'A list with `give` of each item of a list, or of each member of an object (its name is `$key`, a position `$index`), of those for which `where` holds. In `where` and `give` paths start at the item, `^` is outside. No list gives nothing.',
    example: {
      payload: { items: [{ sku: 'A' }, { sku: '' }, { sku: 'B' }] },
      write: "{ each: items, where: 'sku | present', give: sku }",
      gives: ['A', 'B'],
    },
    compile: each,
  },
  {
    name: 'find',
    group: shaping,
    args: { find: Expression, where: Expression, give: Type.Optional(Expression) },
    doc: "The first item for which `where` holds, or `give` of it: joins a list to another by id. In `where` the item's paths stand alone, `^` is outside.",
    example: {
      payload: {
        tax: 'b',
        taxes: [
          { uid: 'a', name: 'State' },
          { uid: 'b', name: 'City' },
        ],
      },
      write: "{ find: taxes, where: 'uid | is ^.tax', give: name }",
      gives: 'City',
    },
    compile: find,
  },
  {
    name: 'concat',
    group: shaping,
    args: { concat: Expressions },
    doc: 'One flat list: lists are taken member by member, at any depth; what gives nothing is left out. Always a list, be it empty.',
    example: { payload: { a: ['x'], b: 'y' }, write: 'concat: [a, b, c]', gives: ['x', 'y'] },
    compile: concat,
  },
  {
    name: 'within',
    group: shaping,
    args: { within: Expression, give: Expression },
    doc: '`give`, its paths starting at another object; nothing where that is missing.',
    example: {
      payload: { to: { address: { city: 'Pune' } } },
      write: '{ within: to.address, give: city }',
      gives: 'Pune',
    },
    compile: within,
  },
  {
    name: 'let',
    group: shaping,
    args: { let: Type.Record(Type.String({ pattern: '^[A-Za-z][\\w-]*$' }), Type.Unknown()), give: Expression },
    doc: 'Names values for `give`, where they stand as `$name`; each sees those before it. A name `currency` is the currency of all amounts inside.',
    example: {
      payload: { total: '5.00', code: 'eur' },
      write: "{ let: { currency: 'code | upper' }, give: 'total | money' }",
      gives: { minor: 500, currency: 'EUR' },
    },
    compile: bound,
  },
  {
    name: 'use',
    group: shaping,
    args: { use: Plainly, of: Type.Optional(Expression) },
    pipe: { of: 'of', words: ['use'] },
    doc: 'Another mapping of the folder, its paths starting at `of`, else where this stands. It sees no names of its user; `$` is the payload as ever.',
    example: {
      payload: { ship: { town: 'Leeds' } },
      write: 'ship | use place',
      gives: 'Leeds',
      mappings: { place: 'town' },
    },
    compile: use,
  },
]
