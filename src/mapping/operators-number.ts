import { HubError } from '../kernel/errors.ts'
import { readQuantity } from '../kernel/quantity.ts'
import { Type, Word } from '../kernel/schema.ts'
import { instantOfEpoch, millisecondsOf, readInstant } from '../kernel/time.ts'
import { type Args, Expression, type Operator, type Run, type Scope } from './grammar.ts'
import { reading } from './operators-text.ts'

const refused = (expected: string): HubError => new HubError('MAPPING_FAILED', `expected ${expected}`)

const integer = (came: string | number | boolean): number => {
  const read = typeof came === 'string' && /^\s*[+-]?\d+(?:\.0*)?\s*$/.test(came) ? Number(came) : came
  if (typeof read !== 'number' || !Number.isSafeInteger(read)) throw refused('a whole number')
  return read
}

const decimalShape = /^([+-]?)0*(\d{1,15})(?:\.(\d{1,15}))?$/

/** Decimal text in one manner: no leading or trailing zeros, no plus. */
const decimal = (came: string | number | boolean): string => {
  const [, sign, whole = '0', fraction = ''] = decimalShape.exec(String(came).trim()) ?? []
  if (sign === undefined) throw refused('a decimal number')
  const digits = fraction.replace(/0+$/, '')
  const text = digits === '' ? whole : `${whole}.${digits}`
  return sign === '-' && /[1-9]/.test(text) ? `-${text}` : text
}

const percent = (came: string | number | boolean): string => {
  const text = decimal(came)
  const sign = text.startsWith('-') ? '-' : ''
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.')
  const padded = whole.padStart(3, '0')
  return decimal(`${sign}${padded.slice(0, -2)}.${padded.slice(-2)}${fraction}`)
}

const truths = new Map<string, boolean>([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['no', false],
])

const truth = (came: string | number | boolean): boolean => {
  const read = truths.get(String(came).trim().toLowerCase())
  if (read === undefined) throw refused('true or false')
  return read
}

const on = (
  name: string,
  group: string,
  read: (came: string | number | boolean, scope: Scope) => string | number | boolean,
): Pick<Operator, 'name' | 'group' | 'args' | 'pipe' | 'compile'> => ({
  name,
  group,
  args: { [name]: Expression },
  pipe: { of: name },
  compile: (args) => reading(args, args.here(name), read),
})

const instant = (args: Args): Run => {
  const unit = args.text('unit', '')
  return reading(args, args.here('instant'), (came, scope) => {
    if (unit === 'seconds' || unit === 'milliseconds') return instantOfEpoch(integer(came), unit)
    return readInstant(String(came), scope.frame.input.timezone)
  })
}

export const numberOperators: readonly Operator[] = [
  {
    ...on('integer', 'Numbers', integer),
    doc: 'A whole number, from a number or its text.',
    example: { payload: { version: '7' }, write: 'version | integer', gives: 7 },
  },
  {
    ...on('units', 'Numbers', (came) => readQuantity(typeof came === 'boolean' ? String(came) : came)),
    doc: 'A quantity: whole units, or measured goods with up to 5 decimals.',
    example: { payload: { weight: '1.250' }, write: 'weight | units', gives: 1.25 },
  },
  {
    ...on('decimal', 'Numbers', decimal),
    doc: 'Decimal text in one manner, never through a float: a unit price for show, a rate.',
    example: { payload: { rate: '0.190' }, write: 'rate | decimal', gives: '0.19' },
  },
  {
    ...on('percent', 'Numbers', percent),
    doc: 'A fraction as decimal text, from a percentage.',
    example: { payload: { percentage: '8.875' }, write: 'percentage | percent', gives: '0.08875' },
  },
  {
    ...on('boolean', 'Numbers', truth),
    doc: 'true or false from `true`, `1`, `yes`, `false`, `0`, `no` as a channel writes them. A true boolean needs no operator.',
    example: { payload: { test: '0' }, write: 'test | boolean', gives: false },
  },
  {
    name: 'instant',
    group: 'Times',
    args: { instant: Expression, unit: Type.Optional(Word(['seconds', 'milliseconds'])) },
    pipe: { of: 'instant', words: ['unit'] },
    doc: "A UTC instant. A time without a zone is read in the connection's timezone, and refused where it has none. With `unit`: from a count since 1970.",
    example: { payload: { at: '2026-11-24T10:15:00+01:00' }, write: 'at | instant', gives: '2026-11-24T09:15:00.000Z' },
    compile: instant,
  },
  {
    ...on('milliseconds', 'Times', (came, scope) =>
      millisecondsOf(readInstant(String(came), scope.frame.input.timezone)),
    ),
    doc: 'A time as milliseconds since 1970: the rank of what has no version.',
    example: { payload: { updated: '1970-01-01T00:00:01Z' }, write: 'updated | milliseconds', gives: 1000 },
  },
]
