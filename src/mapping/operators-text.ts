import { Type } from '../kernel/schema.ts'
import { expectationOf, missed } from './fail.ts'
import {
  type Args,
  type Compiled,
  Expression,
  Expressions,
  isAbsent,
  isList,
  type Operator,
  Plainly,
  type Run,
  type Scope,
  type Value,
} from './grammar.ts'

const group = 'Text'

/**
 * The evaluator of an operator that reads one scalar: nothing gives nothing, a list or object is refused, and what the
 * reader throws is told with file, line, path and what came.
 */
export const reading =
  (args: Args, of: Compiled, read: (came: string | number | boolean, scope: Scope) => Value): Run =>
  (scope) => {
    const came = of.run(scope)
    if (isAbsent(came)) return undefined
    if (typeof came === 'object') throw missed(args, { scope, of, came, expected: 'a single value' })
    try {
      return read(came, scope)
    } catch (cause) {
      throw missed(args, { scope, of, came, expected: expectationOf(cause), cause })
    }
  }

const onText = (
  name: string,
  change: (text: string) => string,
): Pick<Operator, 'name' | 'group' | 'args' | 'pipe' | 'compile'> => ({
  name,
  group,
  args: { [name]: Expression },
  pipe: { of: name },
  compile: (args) => reading(args, args.here(name), (came) => change(String(came))),
})

const textsOf = (value: Value): string[] => {
  if (isAbsent(value)) return []
  if (isList(value)) return value.flatMap(textsOf)
  return typeof value === 'object' ? [] : [String(value)]
}

const joining = (args: Args): Run => {
  const runs = args.list('join').map(({ run }) => run)
  const mark = args.text('with', ' ')
  return (scope) => {
    const texts = runs.flatMap((run) => textsOf(run(scope)))
    return texts.length === 0 ? undefined : texts.join(mark)
  }
}

const splitting = (args: Args): Run => {
  const mark = args.text('at', ',')
  return reading(args, args.here('split'), (came) => {
    const parts = String(came)
      .split(mark)
      .map((part) => part.trim())
      .filter((part) => part !== '')
    return parts.length === 0 ? undefined : parts
  })
}

const cutting =
  (name: 'after' | 'before') =>
  (args: Args): Run => {
    const mark = args.text('mark', '')
    return reading(args, args.here(name), (came) => {
      const text = String(came)
      const at = name === 'after' ? text.lastIndexOf(mark) : text.indexOf(mark)
      if (at === -1) return text
      return name === 'after' ? text.slice(at + mark.length) : text.slice(0, at)
    })
  }

export const textOperators: readonly Operator[] = [
  {
    ...onText('text', (text) => text.trim()),
    doc: 'As text, without blanks at its ends. A number becomes the digits it was written with.',
    example: { payload: { id: 450789 }, write: 'id | text', gives: '450789' },
  },
  {
    ...onText('lower', (text) => text.toLowerCase()),
    doc: 'In small letters.',
    example: { payload: { state: 'PAID' }, write: 'state | lower', gives: 'paid' },
  },
  {
    ...onText('upper', (text) => text.toUpperCase()),
    doc: 'In capital letters: country and currency codes.',
    example: { payload: { country: 'de' }, write: 'country | upper', gives: 'DE' },
  },
  {
    ...onText('fold', (text) =>
      text
        .trim()
        .toLowerCase()
        .replace(/[\s_-]+/g, '-'),
    ),
    doc: 'For looking words up that a channel writes now so, now so: in small letters, blanks, hyphens and underscores as one hyphen.',
    example: { payload: { label: 'OUT_FOR  Delivery' }, write: 'label | fold', gives: 'out-for-delivery' },
  },
  {
    name: 'join',
    group,
    args: { join: Type.Union([Expressions, Expression]), with: Type.Optional(Type.String()) },
    pipe: { of: 'join', words: ['with'] },
    doc: 'Texts in a row, a blank or the text `with` between them. Members that give nothing are left out; lists are taken member by member.',
    example: { payload: { first: 'Ada', last: 'Okafor' }, write: 'join: [first, middle, last]', gives: 'Ada Okafor' },
    compile: joining,
  },
  {
    name: 'split',
    group,
    args: { split: Expression, at: Type.Optional(Plainly) },
    pipe: { of: 'split', words: ['at'] },
    doc: 'A list from a text, cut at a comma or at the text `at`; blanks are trimmed, empty parts left out.',
    example: { payload: { tags: 'gift, vip ,' }, write: 'tags | split ,', gives: ['gift', 'vip'] },
    compile: splitting,
  },
  {
    name: 'after',
    group,
    args: { after: Expression, mark: Plainly },
    pipe: { of: 'after', words: ['mark'] },
    doc: 'What stands after the last `mark`; the whole text where there is none. Takes the id out of a path-like one.',
    example: { payload: { id: 'gid://shop/Order/77' }, write: 'id | after /', gives: '77' },
    compile: cutting('after'),
  },
  {
    name: 'before',
    group,
    args: { before: Expression, mark: Plainly },
    pipe: { of: 'before', words: ['mark'] },
    doc: 'What stands before the first `mark`; the whole text where there is none.',
    example: { payload: { locale: 'pt-BR' }, write: 'locale | before -', gives: 'pt' },
    compile: cutting('before'),
  },
]
